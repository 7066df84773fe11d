/// placeholder until QR and Imaging are there
struct CodePicture {
    let png: [UInt8]
    init?(of text: String) { return nil }
}

import Imaging
import QR

/// What a phone finds in a picture that is held before it.
enum PhoneCamera {
    /// The text of the code in a PNG or JPEG picture.
    ///
    /// - Throws: `Refusal.invalid` about `field`, also for one of several codes that share a text:
    ///   WeChat does not put them together.
    static func text(of picture: [UInt8], field: String) throws(Refusal) -> String {
        let reading: QRReading
        do { reading = try QRReading(picture: picture) } catch {
            throw .invalid(field, "\(error)")
        }
        if let part = reading.part {
            throw .invalid(
                field, "This code is part \(part.number) of \(part.count) of a longer text.")
        }
        guard let text = reading.text else {
            throw .invalid(field, "What the code holds is no text.")
        }
        return text
    }
}

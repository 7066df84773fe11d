extension World {
    /// The gateway keeps this many bytes of files; beyond them the oldest temporary files go.
    static let fileBytesMax = 256 << 20

    /// Takes a file into an account's library.
    mutating func store(
        _ file: MediaFile, named filename: String, as kind: Media.Kind, isPermanent: Bool,
        of appid: String, at now: Moment
    ) throws(Errcode) -> Media {
        if isPermanent { try checkLibrary(of: appid, for: kind) }
        try makeRoom(for: file.bytes.count)
        let number = String(serial("media"))
        let id = seed.text(64, "media", appid, number)
        let picture = seed.text(40, "picture", appid, number)
        let media = Media(
            id: id, appid: appid, kind: kind, filename: String(filename.prefix(128)), created: now,
            expires: isPermanent ? nil : now + Media.temporaryLife,
            url: isPermanent && kind == .image
                ? "http://mmbiz.qpic.cn/mmbiz_png/\(picture)/0?wx_fmt=\(file.format)" : nil)
        self.media[id] = media
        files[id] = file
        index.fileBytes += file.bytes.count
        return media
    }

    /// A file of that kind which the account may send now.
    ///
    /// - Parameter kind: Absent for any.
    func usableMedia(_ id: String, as kind: Media.Kind?, of appid: String, at now: Moment)
        throws(Errcode) -> Media
    {
        guard let media = media[id], media.appid == appid, !media.isExpired(at: now),
            kind == nil || media.kind == kind
        else { throw .invalidMediaID }
        return media
    }

    mutating func forget(_ media: Media) {
        index.fileBytes -= files[media.id]?.bytes.count ?? 0
        self.media[media.id] = nil
        files[media.id] = nil
    }

    /// Permanent files of the account, the newest first.
    func library(of appid: String, _ kind: Media.Kind) -> [Media] {
        media.records.values
            .filter { $0.appid == appid && $0.kind == kind && $0.expires == nil }
            .sorted { ($1.created, $1.id) < ($0.created, $0.id) }
    }

    private func checkLibrary(of appid: String, for kind: Media.Kind) throws(Errcode) {
        let limit = kind == .image ? Media.permanentImagesMax : Media.permanentOthersMax
        guard library(of: appid, kind).count < limit else { throw .mediaTooLarge }
    }

    private mutating func makeRoom(for bytes: Int) throws(Errcode) {
        guard index.fileBytes + bytes > Self.fileBytesMax else { return }
        let temporary = media.records.values.filter { $0.expires != nil }
            .sorted { ($0.created, $0.id) < ($1.created, $1.id) }
        for old in temporary where index.fileBytes + bytes > Self.fileBytesMax { forget(old) }
        guard index.fileBytes + bytes <= Self.fileBytesMax else { throw .mediaTooLarge }
    }
}

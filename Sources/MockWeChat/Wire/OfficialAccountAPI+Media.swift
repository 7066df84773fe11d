import HTTP

extension OfficialAccountAPI {
    static let media: [Endpoint] = [
        .post("/cgi-bin/media/upload", content: .form, dailyLimit: 100_000) {
            world, call throws(Errcode) in
            try world.uploadTemporary(call)
        },
        .get("/cgi-bin/media/get", dailyLimit: 10_000) { world, call throws(Errcode) in
            try world.downloadTemporary(call)
        },
        .post("/cgi-bin/media/uploadimg", content: .form) { world, call throws(Errcode) in
            try world.uploadArticlePicture(call)
        },
    ]
}

extension APICall {
    /// The file of the field `media`.
    var uploadedFile: UploadedFile {
        get throws(Errcode) {
            guard let file = form?.file("media") else { throw .mediaDataMissing }
            return file
        }
    }

    /// The media type that the query names.
    var mediaKind: Media.Kind {
        get throws(Errcode) {
            guard let kind = Media.Kind(rawValue: query("type")) else { throw .invalidMediaType }
            return kind
        }
    }
}

extension World {
    /// A picture inside of an article: JPEG or PNG below one megabyte.
    static let articlePictureBytesMax = 1 << 20

    fileprivate mutating func uploadTemporary(_ call: APICall) throws(Errcode) -> APIAnswer {
        let kind = try call.mediaKind
        let uploaded = try call.uploadedFile
        let file = try MediaFile(uploaded.bytes, as: kind, isPermanent: false)
        let media = try store(
            file, named: uploaded.filename, as: kind, isPermanent: false, of: call.appid,
            at: call.now)
        let name = kind == .thumb ? "thumb_media_id" : "media_id"
        let head: JSON = ["type": .string(kind.rawValue)]
        return .json(
            head.adding(name, .string(media.id))
                .adding("created_at", .integer(call.now.seconds)))
    }

    fileprivate func downloadTemporary(_ call: APICall) throws(Errcode) -> APIAnswer {
        let id = call.query("media_id")
        guard !id.isEmpty else { throw .mediaIDMissing }
        let media = try usableMedia(id, as: nil, of: call.appid, at: call.now)
        guard let file = files[id] else { throw .invalidMediaID }
        guard media.kind != .video else {
            return .json(["video_url": .string(call.urlOfFile(id))])
        }
        return .file(file, name: media.filename)
    }

    fileprivate mutating func uploadArticlePicture(_ call: APICall) throws(Errcode) -> APIAnswer {
        let uploaded = try call.uploadedFile
        guard uploaded.bytes.count < Self.articlePictureBytesMax else { throw .invalidImageSize }
        let file = try MediaFile(uploaded.bytes, as: .image, isPermanent: false)
        guard file.format == .png || file.format == .jpeg else { throw .unsupportedFileType }
        let picture = seed.text(40, "picture", call.appid, String(serial("picture")))
        return .json([
            "url": .string("http://mmbiz.qpic.cn/mmbiz_\(file.format)/\(picture)/0")
        ])
    }
}

extension APICall {
    /// Where this gateway serves a file to anybody.
    func urlOfFile(_ id: String) -> String {
        "http://\(request.authority)/mock/media/\(id)"
    }
}

import HTTP

extension OfficialAccountAPI {
    static let materials: [Endpoint] = [
        .post("/cgi-bin/material/add_material", content: .form) { world, call throws(Errcode) in
            try world.addMaterial(call)
        },
        .post("/cgi-bin/material/batchget_material") { world, call throws(Errcode) in
            try world.listMaterials(call)
        },
        .get("/cgi-bin/material/get_materialcount") { world, call throws(Errcode) in
            .json([
                "voice_count": JSON(world.library(of: call.appid, .voice).count),
                "video_count": JSON(world.library(of: call.appid, .video).count),
                "image_count": JSON(world.library(of: call.appid, .image).count),
                "news_count": 0,
            ])
        },
        .post("/cgi-bin/material/get_material") { world, call throws(Errcode) in
            let media = try world.material(call)
            guard let file = world.files[media.id] else { throw .invalidMediaID }
            guard media.kind == .video else { return .file(file, name: media.filename) }
            return .json([
                "title": .string(media.title), "description": .string(media.introduction),
                "down_url": .string(call.urlOfFile(media.id)),
            ])
        },
        .post("/cgi-bin/material/del_material") { world, call throws(Errcode) in
            world.forget(try world.material(call))
            return .ok
        },
    ]
}

extension World {
    static let itemsPerPage: ClosedRange<Int64> = 1...20

    fileprivate mutating func addMaterial(_ call: APICall) throws(Errcode) -> APIAnswer {
        let kind = try call.mediaKind
        let uploaded = try call.uploadedFile
        let file = try MediaFile(uploaded.bytes, as: kind, isPermanent: true)
        let words = kind == .video ? try videoWords(call) : ("", "")
        var media = try store(
            file, named: uploaded.filename, as: kind, isPermanent: true, of: call.appid,
            at: call.now)
        (media.title, media.introduction) = words
        self.media[media.id] = media
        return .json(
            JSON.object([.init("media_id", .string(media.id))])
                .adding("url", media.url.map(JSON.string)))
    }

    /// `description` of a permanent video, which is JSON itself: a field of the form, or an item of
    /// the query, where some clients put it.
    private func videoWords(_ call: APICall) throws(Errcode) -> (String, String) {
        let text = call.form?.first("description") ?? call.query("description")
        guard let words = try? JSON(parsing: Array(text.utf8)),
            let title = words["title"]?.string, !title.isEmpty
        else { throw .malformedData }
        return (title, words["introduction"]?.string ?? "")
    }

    fileprivate func material(_ call: APICall) throws(Errcode) -> Media {
        let id = call.text("media_id")
        guard !id.isEmpty else { throw .mediaIDMissing }
        guard let media = media[id], media.appid == call.appid, media.expires == nil else {
            throw .invalidMediaID
        }
        return media
    }

    fileprivate func listMaterials(_ call: APICall) throws(Errcode) -> APIAnswer {
        guard call.text("type") != "news" else {
            return .json(["total_count": 0, "item_count": 0, "item": []])
        }
        guard let kind = Media.Kind(rawValue: call.text("type")), kind != .thumb else {
            throw .invalidMediaType
        }
        let all = library(of: call.appid, kind)
        let page = try call.page(of: all)
        let items = page.map { media in
            JSON.object([
                .init("media_id", .string(media.id)), .init("name", .string(media.filename)),
                .init("update_time", .integer(media.created.seconds)),
                .init("url", .string(media.url ?? "")),
            ])
        }
        return .json([
            "total_count": JSON(all.count), "item_count": JSON(items.count), "item": .array(items),
        ])
    }
}

extension APICall {
    /// The slice that `offset` and `count` (1 to 20) ask for.
    func page<Element>(of all: [Element]) throws(Errcode) -> ArraySlice<Element> {
        guard let offset = json["offset"]?.integer, offset >= 0,
            let count = json["count"]?.integer, World.itemsPerPage.contains(count)
        else { throw .invalidArgsSize }
        return all.dropFirst(Int(min(offset, Int64(all.count)))).prefix(Int(count))
    }
}

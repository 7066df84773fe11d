/// Publishing is done at once here; at WeChat it takes minutes and ends with an event.
extension OfficialAccountAPI {
    static let publications: [Endpoint] = [
        .post("/cgi-bin/freepublish/submit", .verified) { world, call throws(Errcode) in
            try world.publish(call)
        },
        .post("/cgi-bin/freepublish/get", .verified) { world, call throws(Errcode) in
            try world.describeJob(call)
        },
        .post("/cgi-bin/freepublish/getarticle", .verified) { world, call throws(Errcode) in
            let publication = try world.publication(call.text("article_id"), of: call.appid)
            return .json(world.describe(publication, withContent: true))
        },
        .post("/cgi-bin/freepublish/batchget", .verified) { world, call throws(Errcode) in
            try world.listPublications(call)
        },
        .post("/cgi-bin/freepublish/delete", .verified) { world, call throws(Errcode) in
            try world.takeBack(call)
        },
    ]
}

extension World {
    /// The draft leaves the box, and its articles have a page for anyone.
    fileprivate mutating func publish(_ call: APICall) throws(Errcode) -> APIAnswer {
        guard let draft = drafts[call.text("media_id")], draft.appid == call.appid else {
            throw .invalidMediaID
        }
        let number = serial("publication")
        let id = seed.text(43, "publication", call.appid, String(number))
        publications[id] = Publication(
            id: id, appid: call.appid, at: call.now, articles: draft.articles)
        publishJobs[String(number)] = id
        drafts[draft.id] = nil
        return .json([
            "errcode": 0, "errmsg": "ok", "publish_id": .string(String(number)),
        ])
    }

    fileprivate func describeJob(_ call: APICall) throws(Errcode) -> APIAnswer {
        let number = call.text("publish_id")
        guard let id = publishJobs[number] else { throw .invalidPublishID }
        let publication = try publication(id, of: call.appid)
        let items = publication.articles.enumerated().map { index, article -> JSON in
            ["idx": JSON(index + 1), "article_url": .string(article.url)]
        }
        return .json([
            "publish_id": .string(number), "publish_status": 0, "article_id": .string(id),
            "article_detail": ["count": JSON(items.count), "item": .array(items)], "fail_idx": [],
        ])
    }

    func publication(_ id: String, of appid: String) throws(Errcode) -> Publication {
        guard let publication = publications[id], publication.appid == appid else {
            throw .invalidArticleID
        }
        return publication
    }

    fileprivate mutating func takeBack(_ call: APICall) throws(Errcode) -> APIAnswer {
        var publication = try publication(call.text("article_id"), of: call.appid)
        // From 1; 0 or none takes all of them back.
        let index = Int(clamping: call.json["index"]?.integer ?? 0)
        guard index == 0 || publication.articles.indices.contains(index - 1) else {
            throw .invalidArgsSize
        }
        publication.deleted.formUnion(
            index == 0 ? Array(publication.articles.indices) : [index - 1])
        publications[publication.id] = publication
        return .ok
    }

    fileprivate func describe(_ publication: Publication, withContent: Bool) -> JSON {
        let articles = publication.articles.enumerated().map { index, article in
            article.json(
                withContent: withContent, thumbURL: media[article.thumbMediaID]?.url ?? ""
            ).adding("is_deleted", .bool(publication.deleted.contains(index)))
        }
        return [
            "news_item": .array(articles), "create_time": .integer(publication.at.seconds),
            "update_time": .integer(publication.at.seconds),
        ]
    }

    fileprivate func listPublications(_ call: APICall) throws(Errcode) -> APIAnswer {
        let all = publications.records.values.filter { $0.appid == call.appid }
            .sorted { ($1.at, $1.id) < ($0.at, $0.id) }
        let withContent = call.json["no_content"]?.integer != 1
        let items = try call.page(of: all).map { publication -> JSON in
            [
                "article_id": .string(publication.id),
                "content": describe(publication, withContent: withContent),
                "update_time": .integer(publication.at.seconds),
            ]
        }
        return .json([
            "total_count": JSON(all.count), "item_count": JSON(items.count), "item": .array(items),
        ])
    }
}

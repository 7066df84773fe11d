extension OfficialAccountAPI {
    static let drafts: [Endpoint] = [
        .post("/cgi-bin/draft/add") { world, call throws(Errcode) in try world.addDraft(call) },
        .post("/cgi-bin/draft/get") { world, call throws(Errcode) in
            let draft = try world.draft(call)
            return .json(world.describe(draft, withContent: true))
        },
        .post("/cgi-bin/draft/update") { world, call throws(Errcode) in
            try world.updateDraft(call)
        },
        .post("/cgi-bin/draft/delete") { world, call throws(Errcode) in
            world.drafts[try world.draft(call).id] = nil
            return .ok
        },
        .get("/cgi-bin/draft/count") { world, call throws(Errcode) in
            .json(["total_count": JSON(world.drafts(of: call.appid).count)])
        },
        .post("/cgi-bin/draft/batchget") { world, call throws(Errcode) in
            try world.listDrafts(call)
        },
    ]
}

extension World {
    fileprivate mutating func addDraft(_ call: APICall) throws(Errcode) -> APIAnswer {
        guard let list = call.json["articles"]?.array, !list.isEmpty else { throw .emptyNewsData }
        guard list.count <= Draft.articlesMax else { throw .wrongArticleCount }
        guard drafts.count < Draft.countMax else { throw .mediaTooLarge }
        var articles: [DraftArticle] = []
        for article in list { articles.append(try draftArticle(article, call)) }
        let id = seed.text(64, "draft", call.appid, String(serial("draft")))
        drafts[id] = Draft(
            id: id, appid: call.appid, created: call.now, updated: call.now, articles: articles)
        return .json(["media_id": .string(id)])
    }

    fileprivate mutating func updateDraft(_ call: APICall) throws(Errcode) -> APIAnswer {
        var draft = try draft(call)
        guard let index = call.json["index"]?.integer, let article = call.json["articles"],
            draft.articles.indices.contains(Int(clamping: index))
        else { throw .invalidArgsSize }
        draft.articles[Int(clamping: index)] = try draftArticle(article, call)
        draft.updated = call.now
        drafts[draft.id] = draft
        return .ok
    }

    /// An article whose cover, where it names one, is a permanent picture or thumb of the account.
    private mutating func draftArticle(_ json: JSON, _ call: APICall)
        throws(Errcode) -> DraftArticle
    {
        let number = String(serial("article"))
        let article = try DraftArticle(
            json, url: "http://mp.weixin.qq.com/s/" + seed.text(22, "article", call.appid, number))
        let cover = media[article.thumbMediaID]
        guard let cover, cover.appid == call.appid, cover.expires == nil else {
            throw .invalidMediaID
        }
        return article
    }

    fileprivate func draft(_ call: APICall) throws(Errcode) -> Draft {
        guard let draft = drafts[call.text("media_id")], draft.appid == call.appid else {
            throw .invalidMediaID
        }
        return draft
    }

    fileprivate func drafts(of appid: String) -> [Draft] {
        drafts.records.values.filter { $0.appid == appid }
            .sorted { ($1.updated, $1.id) < ($0.updated, $0.id) }
    }

    fileprivate func describe(_ draft: Draft, withContent: Bool) -> JSON {
        let articles = draft.articles.map {
            $0.json(withContent: withContent, thumbURL: media[$0.thumbMediaID]?.url ?? "")
        }
        return [
            "news_item": .array(articles), "create_time": .integer(draft.created.seconds),
            "update_time": .integer(draft.updated.seconds),
        ]
    }

    fileprivate func listDrafts(_ call: APICall) throws(Errcode) -> APIAnswer {
        let all = drafts(of: call.appid)
        let withContent = call.json["no_content"]?.integer != 1
        let items = try call.page(of: all).map { draft -> JSON in
            [
                "media_id": .string(draft.id), "content": describe(draft, withContent: withContent),
                "update_time": .integer(draft.updated.seconds),
            ]
        }
        return .json([
            "total_count": JSON(all.count), "item_count": JSON(items.count), "item": .array(items),
        ])
    }
}

import HTTP
import Matou
import SQL
import TestWorld
import Testing

@testable import MatouWeb

/// One of everything that a workspace can have.
struct Things {
    /// By the path that ends in its place: `/forms/{id}`.
    let ids: [String: String]
    /// Words that nobody else may read.
    let secrets = ["静安门店", "oMing", "林晓", "+8613812345678", "会员登记", Workshop.appID]

    init(of client: Integrator) async throws {
        let workshop = client.workshop
        let (installation, owner, account) = (
            workshop.installation, workshop.owner, workshop.account.id
        )
        let wechat = workshop.wechat
        wechat.answer(
            "/cgi-bin/draft/batchget",
            #"""
            {"total_count":1,"item_count":1,"item":[{"media_id":"D1","update_time":1716200001,
            "content":{"news_item":[{"title":"新品","thumb_media_id":"T1"}]}}]}
            """#)
        let form = try await workshop.form()
        let code = try await workshop.code(named: "静安门店", reply: [.form(form.id)])
        for (scan, person) in ["oMing", "oLin"].enumerated() {
            try await workshop.deliver(
                .init(.subscribe(scene: code.scene), by: person, at: workshop.clock.now.seconds))
            try await workshop.submit(
                form, mobile: "13812345678", by: person, after: Int64(scan + 1))
        }
        let contacts = installation.contacts
        let contact = try await contacts.tag(
            try await workshop.contact("oMing").id, with: "会员", by: owner)
        let merge = try #require(try await contacts.merges(of: contact, for: owner).first)
        let audience = try await installation.audiences.create(
            named: "展会", .following(true), by: owner)
        try await workshop.doJobs()
        // What somebody exported is their own: this program's.
        let export = try await client.call(
            .post, "/exports", #"{"kind":"audience_members","audience_id":"\#(audience.id)"}"#)
        try await workshop.doJobs()
        var draft = QRCode.Draft()
        draft.kind = .permanent
        let batch = try await installation.imports.check(
            Array("名称\n徐汇门店\n".utf8), named: "门店.csv",
            Import.Settings(draft: draft, takesSourceFromName: false), on: account, by: owner)
        let material = try await installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: owner
        ).material.id
        let card = try await installation.newsCards.create(
            .init(
                .init(
                    title: "会员日", description: "秋季上新", url: "https://example.com/a",
                    picture: material)), by: owner)
        try await installation.articles.sync(account, by: owner)
        let article = try #require(
            try await installation.articles.page(of: account, for: owner).elements.first)
        let group = try await installation.groups.create(named: "门店", by: owner)
        let logo = try await installation.logos.upload(
            MediaBytes.disc(), named: "标志", by: owner)
        let member = try await installation.members.add(
            .init(name: "周岩", email: "zhou@example.com", password: "harbour-2026"),
            role: .viewer, by: owner
        ).member
        let invitation = try await installation.invitations.make(
            email: "chen@example.com", role: .viewer, by: owner
        ).invitation
        let token = try await installation.tokens.make(name: "CI", role: .viewer, by: owner).token
        _ = try await installation.sessions.signIn(
            email: "zhou@example.com", password: "harbour-2026",
            from: .init(address: "203.0.113.8", userAgent: "Firefox"))
        let session: String = try #require(
            try await workshop.database.read {
                try $0.value("SELECT substr(token_hash, 1, 16) AS handle FROM sessions")
            })
        let tag = try #require(contact.tags.first).tag.id.text
        ids = [
            "/accounts/{id}": account.text, "/qr-codes/{id}": code.id.text,
            "/forms/{id}": form.id.text, "/audiences/{id}": audience.id.text,
            "/contacts/{id}": contact.id.text, "/contact-merges/{id}": merge.id.text,
            "/contacts/{id}/merges/{merge}": merge.id.text,
            "/contacts/{id}/tags/{tag}": tag,
            "/tags/{id}": tag,
            "/exports/{id}": try #require(try export.json()["id"].text),
            "/imports/{id}": batch.id.text, "/materials/{id}": material.text,
            "/news-cards/{id}": card.id.text, "/articles/{id}": article.id.text,
            "/groups/{id}": group.group.id.text, "/logos/{id}": logo.id.text,
            "/members/{id}": member.user.id.text, "/invitations/{id}": invitation.id.text,
            "/tokens/{id}": token.id.text, "/settings/sessions/{handle}": session,
        ]
    }

    /// The path with the ids of these things; nil for one that names none.
    ///
    /// - Throws: for a route that names something of which there is none here yet.
    func filled(_ path: String) throws -> String? {
        var (place, filled, names) = ("", "", false)
        for part in path.split(separator: "/") {
            place += "/\(part)"
            if part == "{metric}" {
                filled += "/scans"
            } else if part.hasPrefix("{") {
                filled += "/" + (try #require(ids[place], "nothing is known for \(place)"))
                names = true
            } else {
                filled += "/\(part)"
            }
        }
        return names ? filled : nil
    }

    /// Everything that is stored of the workspace, by table.
    func rows(of workshop: Workshop) async throws -> [String: [String]] {
        let workspace = workshop.owner.workspace
        return try await workshop.database.read { connection in
            let tables: [String] = try connection.rows(
                """
                SELECT m.name AS name FROM sqlite_master AS m, pragma_table_info(m.name) AS c
                WHERE m.type = 'table' AND c.name = 'workspace_id' ORDER BY m.name
                """
            ).map { try $0.get("name") }
            return try tables.reduce(into: [:]) { all, table in
                let statement: Statement =
                    "SELECT * FROM \(fragment: Statement(verbatim: table)) WHERE workspace_id = \(workspace)"
                all[table] = try connection.rows(statement).map { "\($0.values)" }.sorted()
            }
        }
    }
}

import HTTP
import Matou
import TestWorld
import Testing

@testable import MatouWeb

/// Lists and pictures over the API.
struct APIReadingTests {
    /// The ids (or openids) of all pages, one row each.
    private func walk(_ client: Integrator, _ path: String) async throws -> [String] {
        var found: [String] = []
        var next: String? = ""
        while let cursor = next, found.count < 20 {
            let mark = path.contains("?") ? "&" : "?"
            let after = cursor.isEmpty ? "" : "&cursor=\(cursor)"
            let page = try await client.call(.get, "\(path)\(mark)limit=1\(after)").json()
            #expect(page["data"].elements.count == 1, "\(path)")
            found += page["data"].elements.compactMap { ($0["id"].text ?? $0["openid"].text) }
            next = page["next_cursor"].text
        }
        return found
    }

    @Test func `a list of one row a page shows each row once, in every order`() async throws {
        let client = try await Integrator()
        let workshop = client.workshop
        for (number, name) in ["b", "a", "c", "a"].enumerated() {
            let code = try await workshop.code(named: name)
            workshop.clock.advance(by: .seconds(1))
            for person in 0..<number {
                try await workshop.deliver(
                    CallbackEvent(
                        .subscribe(scene: code.scene), by: "o\(person)",
                        at: workshop.clock.now.seconds))
            }
            try await client.call(
                .post, "/accounts",
                #"{"name":"\#(name)","app_id":"wx\#(number)","secret":"s"}"#)
        }
        for sort in QRCodeFilter.Sort.allCases.map(\.rawValue) {
            let path = "/qr-codes?sort=\(sort)"
            let all = try await client.call(.get, path).json()["data"].elements
            #expect(all.count == 4)
            #expect(try await walk(client, path) == all.compactMap(\.["id"].text), "\(sort)")
        }
        #expect(Set(try await walk(client, "/accounts")).count == 5)
        let most = try await client.call(.get, "/qr-codes?sort=-scans").json()["data"].elements
        let people = "/qr-codes/\(most.first?["id"].text ?? "")/scanners"
        for sort in ["scanned_at", "-scanned_at"] {
            #expect(Set(try await walk(client, "\(people)?sort=\(sort)")).count == 3)
        }
    }

    @Test func `every list has an order of a name, and takes no other`() async throws {
        let client = try await Integrator()
        let lists = client.document.lines.filter { line in
            line.method == .get && !line.path.contains("{")
                && line.operation["parameters"].elements.contains { $0["name"].text == "cursor" }
        }
        #expect(lists.count >= 15)
        for list in lists where !list.path.contains("/stats") {
            let path = String(list.path.dropFirst(APIRoute.prefix.count))
            let sort = list.operation["parameters"].elements.first { $0["name"].text == "sort" }
            let orders = sort?["schema"]["enum"].elements.compactMap(\.text) ?? []
            #expect(!orders.isEmpty, "\(path)")
            for order in orders {
                #expect(
                    try await client.call(.get, "\(path)?sort=\(order)").status == 200, "\(path)")
            }
            let other = try await client.call(.get, "\(path)?sort=beauty")
            #expect(try other.faults() == ["sort not_one_of"], "\(path)")
        }
    }

    @Test func `the codes that send a material come in pages`() async throws {
        let client = try await Integrator()
        let workshop = client.workshop
        let picture = try await workshop.installation.materials.upload(
            OneChunk(bytes: MediaBytes.png()), named: "海报", by: workshop.owner
        ).material.id
        for name in ["a", "b", "c"] {
            _ = try await workshop.code(named: name, reply: [.image(picture)])
            workshop.clock.advance(by: .seconds(1))
        }
        let path = "/materials/\(picture)/uses"
        let first = try await client.call(.get, path + "?limit=2").json()
        #expect(first["data"].elements.compactMap(\.["name"].text) == ["a", "b"])
        let cursor = try #require(first["next_cursor"].text)
        let rest = try await client.call(.get, "\(path)?limit=2&cursor=\(cursor)").json()
        #expect(rest["data"].elements.compactMap(\.["name"].text) == ["c"])
        #expect(rest["next_cursor"] == .null)
    }

    @Test func `a page that cannot be is refused`() async throws {
        let client = try await Integrator()
        let code = try await client.workshop.code()
        _ = try await client.workshop.code(named: "b")
        for path in ["/accounts", "/qr-codes", "/qr-codes/\(code.id)/scanners"] {
            for limit in ["0", "201", "-1", "x", "", "1e2", "99999999999999999999"] {
                let answer = try await client.call(.get, "\(path)?limit=\(limit)")
                #expect(answer.status == 422, "\(path) \(limit)")
                #expect(try answer.faults() == ["limit out_of_range"])
            }
            for cursor in ["", "x", "AAAA", String(repeating: "A", count: 2000)] {
                let answer = try await client.call(.get, "\(path)?cursor=\(cursor)")
                #expect(try answer.faults() == ["cursor malformed"], "\(path) \(cursor)")
            }
        }
        for (query, field) in [("sort=size", "sort"), ("status=x", "status"), ("type=x", "type")] {
            let answer = try await client.call(.get, "/qr-codes?\(query)")
            #expect(try answer.faults() == ["\(field) not_one_of"])
        }
    }

    @Test func `a cursor that somebody has changed is refused, and no empty page`() async throws {
        let client = try await Integrator(.owner)
        _ = try await client.workshop.code()
        for (path, sort) in [
            ("/qr-codes", "-created_at"), ("/accounts", Account.sort), ("/audit", Revision.sort),
            ("/contacts", ContactFilter.sort), ("/forms", Matou.Form.sort),
            ("/materials", MaterialFilter.sort), ("/exports", Export.sort),
        ] {
            let cursor = Cursor(sort: sort, key: "yesterday", id: "x").text
            let answer = try await client.call(.get, "\(path)?cursor=\(cursor)")
            #expect(try answer.faults() == ["cursor malformed"], "\(path)")
        }
    }

    @Test func `a cursor belongs to one order`() async throws {
        let client = try await Integrator()
        for name in ["a", "b"] { _ = try await client.workshop.code(named: name) }
        let page = try await client.call(.get, "/qr-codes?sort=name&limit=1").json()
        let cursor = try #require(page["next_cursor"].text)
        for path in [
            "/qr-codes?cursor=", "/qr-codes?sort=-name&cursor=", "/qr-codes?sort=scans&cursor=",
            "/accounts?cursor=",
        ] {
            #expect(try await client.call(.get, path + cursor).faults() == ["cursor malformed"])
        }
        #expect(
            try await client.call(.get, "/qr-codes?sort=name&cursor=" + cursor).status == 200)
    }

    @Test func `a picture comes as it was asked for`() async throws {
        let client = try await Integrator(.viewer)
        let image = "/qr-codes/\(try await client.workshop.code().id)/image"
        for query in [
            "", "?size=64", "?format=png&print=8cm", "?format=svg&size=258", "?logo=true",
            "?modules=dot&eyes=circle&foreground=%2307305f",
        ] {
            #expect(try await client.call(.get, image + query).status == 200, "\(query)")
        }
        for (query, faults) in [
            ("size=63", ["size out_of_range"]), ("size=4097", ["size out_of_range"]),
            ("format=gif&print=9cm", ["format not_one_of", "print not_one_of"]),
            ("size=430&print=8cm", ["size not_with"]),
            ("format=svg&print=8cm", ["print not_with"]), ("logo=lg_1", ["logo unknown"]),
            ("foreground=green&eyes=cat", ["foreground malformed_color", "eyes not_one_of"]),
        ] as [(String, Set<String>)] {
            let answer = try await client.call(.get, "\(image)?\(query)")
            #expect(answer.status == 422, "\(query)")
            #expect(try answer.faults() == faults, "\(query)")
        }
    }

    @Test func `what is not as If-Match says is not sent`() async throws {
        let client = try await Integrator(.viewer)
        let path = "/qr-codes/\(try await client.workshop.code().id)"
        for path in [path, path + "/image", "/accounts/\(client.workshop.account.id)"] {
            let tag = try #require(try await client.call(.get, path).fields["ETag"])
            for wanted in [tag, #""other", \#(tag)"#, "*"] {
                let answer = try await client.call(.get, path, nil, ["If-Match": wanted])
                #expect(answer.status == 200, "\(path) \(wanted)")
            }
            for wanted in [#""other""#, "W/" + tag] {
                let answer = try await client.call(.get, path, nil, ["If-Match": wanted])
                #expect(answer.status == 412, "\(path) \(wanted)")
                #expect(try answer.json()["type"] == "/api/docs#problem-precondition_failed")
            }
        }
    }

    @Test func `a picture that the client has is not sent again`() async throws {
        let client = try await Integrator(.viewer)
        let image = "/qr-codes/\(try await client.workshop.code().id)/image"
        let account = "/accounts/\(client.workshop.account.id)"
        for path in [image, image + "?format=svg", account] {
            let tag = try #require(try await client.call(.get, path).fields["ETag"])
            for known in [tag, "W/" + tag, "*", #""other", \#(tag)"#] {
                let answer = try await client.call(.get, path, nil, ["If-None-Match": known])
                #expect(answer.status == 304, "\(path) \(known)")
                #expect(answer.text.isEmpty)
                #expect(answer.fields["ETag"] == tag)
            }
            let other = try await client.call(.get, path, nil, ["If-None-Match": #""other""#])
            #expect(other.status == 200)
        }
        let tags = Set(
            try await ["", "?size=64", "?format=svg"].asyncMap {
                try await client.call(.get, image + $0).fields["ETag"]
            })
        #expect(tags.count == 3)
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows
        -> [Value]
    {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}

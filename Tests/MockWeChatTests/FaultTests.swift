import Foundation
import HTTP
import MockWeChat
import TestSupport
import Testing

@Suite struct FaultTests {
    @Test func `an errcode strikes the named path for the number of times`() async throws {
        try await Street.with { street in
            try await street.faults([
                "fault": "errcode", "errcode": 45009, "path": "/cgi-bin/tags/get", "times": 2,
            ])
            try await street.expect(45009, calling: "/cgi-bin/tags/get")
            try await street.expect(0, calling: "/cgi-bin/user/get")
            try await street.expect(45009, calling: "/cgi-bin/tags/get")
            try await street.expect(0, calling: "/cgi-bin/tags/get")
            #expect(try await street.get("/mock/faults") == ["faults": []])
        }
    }

    @Test func `a fault without times stays until it is taken away`() async throws {
        try await Street.with { street in
            try await street.faults(["fault": "errcode", "errcode": -1, "path": "/cgi-bin/tags/*"])
            for _ in 0..<3 { try await street.expect(-1, calling: "/cgi-bin/tags/get") }
            #expect(try await street.fetch("DELETE", "/mock/faults").status == 200)
            try await street.expect(0, calling: "/cgi-bin/tags/get")
        }
    }

    @Test func `a connection that drops has done what was asked`() async throws {
        try await Street.with { street in
            let token = try await street.token()
            try await street.faults(["fault": "dropped_connection", "times": 1])
            let tag: JSON = ["tag": ["name": "静安门店"]]
            await #expect(throws: URLError.self) {
                _ = try await street.fetch(
                    "POST", "/cgi-bin/tags/create?access_token=\(token)", tag.bytes)
            }
            let tags = try await street.get("/cgi-bin/tags/get?access_token=\(token)")
            #expect(tags["tags"]?.array?.contains { $0["name"] == "静安门店" } == true)
        }
    }

    @Test func `latency delays the answer and a dropped connection has none`() async throws {
        try await Street.with { street in
            let token = try await street.token()
            try await street.faults(["fault": "latency", "milliseconds": 300, "times": 1])
            let started = ContinuousClock.now
            try await street.expect(0, from: "/cgi-bin/tags/get?access_token=\(token)")
            #expect(ContinuousClock.now - started >= .milliseconds(300))

            try await street.faults(["fault": "dropped_connection", "times": 1])
            await #expect(throws: URLError.self) {
                try await street.get("/cgi-bin/tags/get?access_token=\(token)")
            }
        }
    }

    @Test func `tokens expire on request and a quota can be made small`() async throws {
        try await Street.with { street in
            let token = try await street.token()
            try await street.faults(
                ["fault": "expired_tokens"],
                ["fault": "quota", "limit": 1, "path": "/cgi-bin/tags/get"])
            try await street.expect(42001, from: "/cgi-bin/tags/get?access_token=\(token)")
            try await street.expect(0, calling: "/cgi-bin/tags/get")
            try await street.expect(45009, calling: "/cgi-bin/tags/get")
        }
    }

    @Test func `repeated callbacks come with the same body`() async throws {
        try await Street.with { street in
            try await street.faults(["fault": "repeated_callbacks", "count": 2])
            _ = try await street.fan("明")
            let calls = street.server.calls
            #expect(calls.count == 3)
            #expect(Set(calls.map(\.body)).count == 1)
        }
    }

    @Test func `of two callbacks near in time the second goes first`() async throws {
        try await Street.with { street in
            try await street.faults(["fault": "reordered_callbacks"])
            let ming = try street.gateway.people.add("明")
            let follow = Task { try await ming.follow() }
            let isFollowing = try await eventually {
                try await street.get("/mock/people/\(ming.id)")["accounts"]?.array?.first?[
                    "follows"]
                    == true
            }
            #expect(isFollowing)
            try await ming.send("在吗")
            _ = try await follow.value
            #expect(street.server.calls.map { $0.element("MsgType") } == ["text", "event"])
        }
    }

    @Test(
        arguments: [
            ["faults": 1], ["faults": [["fault": "earthquake"]]],
            ["faults": [["fault": "latency", "milliseconds": -1]]],
            ["faults": [["fault": "errcode"]]],
            ["faults": [["fault": "quota", "limit": "x"]]],
        ] as [JSON])
    func `a fault that cannot be is refused with the field`(order: JSON) async throws {
        try await Street.with { street in
            let answer = try await street.fetch("PUT", "/mock/faults", order.bytes)
            #expect(answer.status == 422)
            #expect(answer.type == "application/problem+json")
            #expect(try answer.json["errors"]?.array?.first?["field"] != nil)
        }
    }

    @Test func `the clock can be set, moved and stopped`() async throws {
        try await Street.with { street in
            #expect(try await street.clock([:])["now"] == 1_716_200_000)
            #expect(try await street.clock(["advance_seconds": 61])["now"] == 1_716_200_061)
            let set = try await street.clock(["now": "2026-11-21T09:30:00Z", "stopped": true])
            #expect(set["time"] == "2026-11-21T09:30:00Z")
            #expect(set["stopped"] == true)
            for wrong: JSON in [
                ["now": -1], ["now": 99_999_999_999], ["now": "noon"], ["advance_seconds": -5],
                ["advance_seconds": 9_223_372_036_854_775_807],
            ] {
                let answer = try await street.fetch("PUT", "/mock/clock", wrong.bytes)
                #expect(answer.status == 422)
            }
        }
    }
}

extension Street {
    fileprivate func faults(_ faults: JSON...) async throws {
        let order: JSON = ["faults": .array(faults)]
        let answer = try await fetch("PUT", "/mock/faults", order.bytes)
        #expect(answer.status == 200, "\(answer.text)")
    }

    fileprivate func clock(_ order: JSON) async throws -> JSON {
        try await fetch("PUT", "/mock/clock", order.bytes).json
    }
}

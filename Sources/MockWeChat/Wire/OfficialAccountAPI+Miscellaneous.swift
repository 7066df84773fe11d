extension OfficialAccountAPI {
    static let miscellaneous: [Endpoint] = [
        .get("/cgi-bin/getcallbackip") { _, _ throws(Errcode) in .json(["ip_list": ["127.0.0.1"]])
        },
        .get("/cgi-bin/get_api_domain_ip") { _, _ throws(Errcode) in
            .json(["ip_list": ["127.0.0.1"]])
        },
        .post("/cgi-bin/clear_quota") { world, call throws(Errcode) in
            try world.clearQuota(call)
        },
        .post("/cgi-bin/openapi/quota/get") { world, call throws(Errcode) in
            try world.describeQuota(call)
        },
    ]
}

extension World {
    fileprivate mutating func clearQuota(_ call: APICall) throws(Errcode) -> APIAnswer {
        guard call.text("appid") == call.appid else { throw .invalidAppid }
        var clearings = clearings[call.appid] ?? QuotaClearings()
        try clearings.count(at: call.now)
        self.clearings[call.appid] = clearings
        for endpoint in OfficialAccountAPI.endpoints {
            let key = "\(call.appid) \(endpoint.path)"
            guard var usage = usages[key] else { continue }
            usage.clearToday()
            usages[key] = usage
        }
        return .ok
    }

    fileprivate func describeQuota(_ call: APICall) throws(Errcode) -> APIAnswer {
        let path = call.text("cgi_path")
        guard let endpoint = WireAPI.endpoint(at: path, of: .officialAccount) else {
            throw .invalidPath
        }
        let limit = dailyLimit(of: endpoint, for: call.appid)
        let used = usages["\(call.appid) \(path)"]?.used(onDayOf: call.now) ?? 0
        return .json([
            "errcode": 0, "errmsg": "ok",
            "quota": [
                "daily_limit": JSON(limit), "used": JSON(used),
                "remain": JSON(max(0, limit - used)),
            ],
        ])
    }
}

import Foundation
import HTTP

/// Faults, the clock, and what became of the callbacks.
extension MockGateway {
    var conditionRoutes: [Route] {
        [
            control(.get, "/mock/faults") { _, _ in self.describeFaults() },
            control(.put, "/mock/faults") { _, json throws(Refusal) in
                guard let list = json["faults"]?.array, list.count <= Faults.countMax else {
                    throw .invalid("faults", "Give a list of at most \(Faults.countMax) faults.")
                }
                var orders: [FaultOrder] = []
                for fault in list { orders.append(try FaultOrder(fault)) }
                self.put(orders)
                return self.describeFaults()
            },
            control(.delete, "/mock/faults") { _, _ in
                self.setFaults([])
                return self.describeFaults()
            },
            control(.get, "/mock/clock") { _, _ in self.describeClock() },
            control(.put, "/mock/clock") { _, json throws(Refusal) in
                try self.moveClock(json)
                return self.describeClock()
            },
            control(.get, "/mock/callbacks") { request, _ in
                let limit = min(max(request.query("limit").flatMap { Int($0) } ?? 50, 1), 1000)
                let last = self.deliveries.last(limit, of: request.query("person"))
                return ControlAnswer(["data": .array(last.map(\.json))])
            },
            .async(.get, "/mock/media/{id}") { (_, id: String) in self.mediaFile(id) },
        ]
    }

    /// Replaces all faults.
    package func setFaults(_ faults: [Fault]) {
        change { world, _ in world.settings.faults = Faults(faults) }
    }

    /// Ends the life of the tokens of an account, or of all.
    package func expireTokens(of appid: String? = nil) {
        change { world, now in
            for (owner, held) in world.credentials.records where appid == nil || owner == appid {
                var held = held
                held.expireAll(at: now)
                world.credentials[owner] = held
            }
        }
    }

    /// What time it is for the gateway.
    package var now: Moment {
        read { _, now in now }
    }

    /// Lets time pass; only the gateway's, not the machine's.
    package func advanceClock(by span: Duration) throws(Refusal) {
        try setClock(to: now + min(max(span, .zero), .seconds(Moment.latest.seconds)))
    }

    package func setClock(to moment: Moment) throws(Refusal) {
        guard moment.seconds >= 0, moment < .latest else {
            throw .invalid("now", "The clock goes from 1970 to 2099.")
        }
        change { world, _ in
            world.settings.clock.set(to: moment, machine: configuration.now())
        }
    }

    private func put(_ orders: [FaultOrder]) {
        setFaults(
            orders.compactMap { order in
                if case .fault(let fault) = order { fault } else { nil }
            })
        for case .expiredTokens(let appid) in orders { expireTokens(of: appid) }
    }

    private func describeFaults() -> ControlAnswer {
        ControlAnswer([
            "faults": .array(read { world, _ in world.settings.faults.faults }.map(\.json))
        ])
    }

    private func moveClock(_ json: JSON) throws(Refusal) {
        if let seconds = try json.optionalInteger("advance_seconds", in: 0...Moment.latest.seconds)
        {
            try advanceClock(by: .seconds(seconds))
        }
        if let text = json["now"]?.string {
            guard let date = try? Date(text, strategy: .iso8601) else {
                throw .invalid("now", "Give Unix seconds, or a time like 2026-11-21T09:30:00Z.")
            }
            try setClock(to: Moment(seconds: Int64(date.timeIntervalSince1970)))
        } else if let seconds = try json.optionalInteger("now", in: 0...Moment.latest.seconds) {
            try setClock(to: Moment(seconds: seconds))
        }
        guard let isStopped = try json.optionalBool("stopped") else { return }
        change { world, _ in
            let machine = configuration.now()
            if isStopped {
                world.settings.clock.stop(machine: machine)
            } else {
                world.settings.clock.run(machine: machine)
            }
        }
    }

    private func describeClock() -> ControlAnswer {
        read { world, now in
            ControlAnswer([
                "now": JSON(now.seconds), "time": .string(now.rfc3339),
                "stopped": .bool(world.settings.clock.isStopped),
            ])
        }
    }

    /// A file of an account's library, as the fans' phones load it. It cannot run anything in the
    /// page's name.
    private func mediaFile(_ id: String) -> Response {
        guard let file = read({ world, _ in world.files[id] }) else { return .empty(.notFound) }
        var response = Response.bytes(Array(file.bytes), type: file.format.contentType)
        response.fields["X-Content-Type-Options"] = "nosniff"
        response.fields["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
    }
}

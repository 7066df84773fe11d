import Foundation
import Jobs
import SQL
import WeChat

/// Makes the codes of an import, as a job.
///
/// A handful of lines at a time: their codes are stored with their scenes, in one transaction that
/// names them in the lines; then WeChat is asked for each; then the answers are stored. A process
/// that dies in between leaves lines that are `making`: the next one asks for those scenes again, so
/// no line ever has two codes.
struct ImportMaking: Sendable {
    /// Lines of one round.
    private static let round = 200
    /// Calls to WeChat at once.
    private static let callsMax = 16
    /// How long a call that may pass a little later is put off.
    private static let minute: Duration = .seconds(60)
    private static let moment: Duration = .seconds(10)
    /// Tries of what only the store has to do with; the first pause is doubled each time.
    private static let triesMax = 5
    private static let pause: Duration = .milliseconds(50)
    /// WeChat's days begin in Beijing, whatever the workspace's zone.
    private static let quotaZone = TimeZone(secondsFromGMT: 8 * 3600)

    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    let wechat: WeChatAccounts

    struct Work: JobPayload {
        static let kind = "import.make"
        let `import`: String
        let actor: String
    }

    /// Removes a file of names of which nothing was made.
    struct Expiry: JobPayload {
        static let kind = "import.expire"
        let `import`: String
    }

    func register(with queue: JobQueue) {
        queue.register(Expiry.self) { expiry, job in
            try await database.write {
                try $0.deleteUnusedImport(
                    Import.ID(expiry.import), in: Workspace.ID(job.workspace))
            }
            return .done
        }
        // It may wait for the next day's quota any number of times.
        queue.register(Work.self, retry: RetryPolicy(attemptsMax: .max)) { work, job in
            try await make(
                Import.ID(work.import),
                by: Principal(
                    workspace: Workspace.ID(job.workspace), actor: work.actor, role: .editor))
        }
    }

    private func make(_ id: Import.ID, by principal: Principal) async throws -> Outcome {
        do {
            return try await makeAll(id, by: principal)
        } catch let failure as GivenUp {
            try await end(id, as: .stopped, .givenUp, in: principal.workspace)
            return .failed(reason: "\(failure.error)")
        }
    }

    private func makeAll(_ id: Import.ID, by principal: Principal) async throws -> Outcome {
        let workspace = principal.workspace
        while true {
            let round = try await Self.persisting { try await begin(id, by: principal) }
            guard let round else { return .done }
            if round.isLast {
                try await Self.persisting { try await end(id, as: .done, in: workspace) }
                return .done
            }
            let answers = try await ask(for: round, of: id, in: workspace)
            try await Self.persisting { try await store(answers, of: id, in: workspace) }
            guard let obstacle = answers.lazy.compactMap(\.obstacle).first else { continue }
            switch obstacle {
            case .wait(let duration, let fault):
                let end = clock.now() + duration
                let now = clock.now()
                try await database.write {
                    try $0.pause(id, as: .waiting, fault, until: end, at: now, in: workspace)
                }
                return .retry(after: duration, reason: fault.words)
            case .stop(let fault):
                try await end(id, as: .stopped, fault, in: workspace)
                return .done
            }
        }
    }

    /// What the store refused each time.
    private struct GivenUp: Error { let error: any Error }

    /// Does what fails once more a moment later, a few times.
    ///
    /// - Throws: `GivenUp`; `CancellationError`.
    private static func persisting<T: Sendable>(
        _ body: () async throws -> T
    ) async throws -> T {
        var tries = 1
        while true {
            try Task.checkCancellation()
            do {
                return try await body()
            } catch let error where !(error is CancellationError) {
                guard tries < triesMax else { throw GivenUp(error: error) }
                try await Task.sleep(for: pause * (1 << tries))
                tries += 1
            }
        }
    }

    /// Codes of one round, stored and waiting for WeChat.
    private struct Round: Sendable {
        let codes: [(line: Int, code: QRCode)]
        /// Whether no line is left.
        let isLast: Bool
    }

    /// Takes the next lines: first those whose codes an earlier attempt left without an answer.
    ///
    /// - Returns: nil when the import is no longer under way.
    private func begin(_ id: Import.ID, by principal: Principal) async throws -> Round? {
        let now = clock.now()
        let randomness = randomness
        let workspace = principal.workspace
        return try await database.write { connection in
            guard let found = try connection.importOfNames(id, in: workspace) else { return nil }
            guard found.state.isUnderWay else {
                try connection.forgetUnmadeLines(of: id, in: workspace)
                if found.state == .cancelled {
                    try connection.deleteUnmadeLines(of: id, in: workspace)
                }
                return nil
            }
            if found.state == .waiting { try connection.setRunning(id, at: now, in: workspace) }
            var lines = try connection.lines(
                of: id, .making, after: 0, limit: Self.round, in: workspace)
            var isLast = false
            if lines.isEmpty {
                let maker = LineMaker(
                    found: found, principal: principal, now: now, randomness: randomness)
                let ready = try connection.lines(
                    of: id, .ready, after: 0, limit: Self.round, in: workspace)
                isLast = ready.isEmpty
                lines = try connection.turnDownTaken(ready, of: found, in: workspace)
                    .map { try maker.make($0, on: connection) }
            }
            let codes = try lines.compactMap { line -> (line: Int, code: QRCode)? in
                guard let code = try line.code.flatMap({ try connection.qrCode($0, in: workspace) })
                else {
                    // Deleted while it waited: there is nothing to ask for.
                    try connection.setLine(
                        line.number, of: id, .failed, code: line.code, in: workspace)
                    try connection.countLines(of: id, made: 0, failed: 1, in: workspace)
                    return nil
                }
                return (line.number, code)
            }
            return Round(codes: codes, isLast: isLast)
        }
    }

    /// What came of one call.
    private struct Answer: Sendable {
        let line: Int
        let code: QRCode.ID
        let result: Result

        enum Result: Sendable {
            case made(QRCode.Made)
            case failed(WeChatFault)
            case obstacle(Obstacle)
        }

        var obstacle: Obstacle? { if case .obstacle(let found) = result { found } else { nil } }
    }

    /// What ends a round: nothing more would be made now.
    private enum Obstacle: Sendable {
        case wait(Duration, WeChatFault)
        case stop(WeChatFault)
    }

    private func ask(
        for round: Round, of id: Import.ID, in workspace: Workspace.ID
    ) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: Answer.self) { calls in
            var answers: [Answer] = []
            var rest = round.codes[...]
            func callNext() {
                guard let (line, code) = rest.popFirst() else { return }
                calls.addTask {
                    Answer(line: line, code: code.id, result: await ask(for: code, workspace))
                }
            }
            for _ in 0..<Self.callsMax { callNext() }
            for try await answer in calls {
                answers.append(answer)
                // What is on its way is waited for; what is not, need not begin.
                let isUnderWay = try await isUnderWay(id, in: workspace)
                if answer.obstacle != nil || !isUnderWay { rest = [] }
                callNext()
            }
            return answers
        }
    }

    /// Whether nobody has cancelled it.
    private func isUnderWay(_ id: Import.ID, in workspace: Workspace.ID) async throws -> Bool {
        try await database.read {
            try $0.importOfNames(id, in: workspace)?.state.isUnderWay ?? false
        }
    }

    private func ask(for code: QRCode, _ workspace: Workspace.ID) async -> Answer.Result {
        if let made = code.made { return .made(made) }
        let now = clock.now()
        do {
            let ticket = try await wechat.call(code.account, in: workspace) { client in
                try await client.createQRCode(.text(code.scene), code.kind.lifetime)
            }
            return .made(
                QRCode.Made(
                    ticket: ticket.ticket, content: ticket.url, at: now,
                    expiresAt: code.kind.lifetimeSeconds.map { now + .seconds($0) }))
        } catch let error as WeChatError {
            return result(of: error, at: now)
        } catch {
            return .obstacle(.wait(Self.moment, .noToken))
        }
    }

    private func result(of error: WeChatError, at now: Timestamp) -> Answer.Result {
        let fault = WeChatFault(error)
        guard case .refused(let code, _) = error else {
            return .obstacle(.wait(Self.moment, fault))
        }
        switch code {
        case .minuteQuotaReached: return .obstacle(.wait(Self.minute, fault))
        case .systemBusy, .systemError: return .obstacle(.wait(Self.moment, fault))
        case .dailyQuotaReached: return .obstacle(.wait(Self.untilTomorrow(now), fault))
        case .qrCodeCountReached, .apiUnauthorized, .apiForbidden: return .obstacle(.stop(fault))
        default:
            return error.isAboutCredentials ? .obstacle(.stop(fault)) : .failed(fault)
        }
    }

    /// Until a minute after WeChat's quota of calls begins anew.
    private static func untilTomorrow(_ now: Timestamp) -> Duration {
        let zone = quotaZone ?? .gmt
        let tomorrow = now.day(in: zone).advanced(by: 1).daysSinceEpoch
        let midnight = Int64(tomorrow) * 86_400 - Int64(zone.secondsFromGMT())
        return Timestamp(seconds: midnight) - now + minute
    }

    private func store(
        _ answers: [Answer], of id: Import.ID, in workspace: Workspace.ID
    ) async throws {
        try await database.write { connection in
            var (made, failed) = (0, 0)
            for answer in answers {
                switch answer.result {
                case .made(let ticket):
                    try connection.setMade(answer.code, ticket, in: workspace)
                    try connection.setLine(
                        answer.line, of: id, .made, code: answer.code, in: workspace)
                    made += 1
                case .failed(let fault):
                    try connection.setFailed(answer.code, fault, in: workspace)
                    try connection.setLine(
                        answer.line, of: id, .failed, code: answer.code, in: workspace)
                    failed += 1
                case .obstacle: break
                }
            }
            try connection.countLines(of: id, made: made, failed: failed, in: workspace)
        }
    }

    private func end(
        _ id: Import.ID, as state: Import.State, _ fault: WeChatFault? = nil,
        in workspace: Workspace.ID
    ) async throws {
        let now = clock.now()
        try await database.write { connection in
            try connection.forgetUnmadeLines(of: id, in: workspace)
            try connection.pause(id, as: state, fault, until: nil, at: now, in: workspace)
        }
    }
}

/// Stores the code of a line, in the transaction that names it there.
private struct LineMaker {
    let found: Import
    let principal: Principal
    let now: Timestamp
    let randomness: Randomness

    func make(_ line: ImportLine, on connection: any Connection) throws -> ImportLine {
        var draft = found.settings.draft(named: line.name)
        let id = QRCode.ID.make(at: now, from: randomness)
        let group =
            draft.group.isEmpty
            ? nil
            : try connection.group(
                named: draft.group, .qrCode, orMakeAs: .make(at: now, from: randomness),
                by: principal, at: now)
        let tags = try connection.tags(
            of: draft, on: found.account,
            orMakeAs: FreshTagIDs(for: draft, at: now, from: randomness), by: principal, at: now)
        try connection.insertQRCode(
            FreshQRCode(
                id: id, account: found.account, kind: draft.checkedKind, group: group, tags: tags,
                scene: randomness.alphanumeric(24), slug: randomness.alphanumeric(10)),
            draft, by: principal, at: now)
        try connection.giveDesign(
            of: &draft, to: id, on: found.account, by: principal, at: now)
        try connection.record(.created, of: id, after: draft, by: principal, at: now)
        try connection.setLine(
            line.number, of: found.id, .making, code: id, in: principal.workspace)
        return ImportLine(
            number: line.number, name: line.name, state: .making, fault: nil, code: id)
    }
}

extension QRCode.Draft {
    /// The kind of a draft that has been checked.
    fileprivate var checkedKind: QRCode.Kind {
        if kind == QRCode.Kind.permanent.name { return .permanent }
        return .temporary(lifetimeSeconds: lifetimeSeconds ?? QRCode.lifetimeSeconds.upperBound)
    }
}

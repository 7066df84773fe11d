import Foundation
import HTTPClient
import Jobs
import SQL
import WeChat

/// Sends the replies that scans have queued.
///
/// Each item is written as `sending` before the call and as its outcome after it. Whoever begins a
/// reply and finds an item `sending` knows that a process died in the middle of the call: the item
/// becomes `unknown` and is not sent again.
package struct ReplySending: Sendable {
    let database: any Database
    let clock: WallClock
    let workspaces: WorkspaceZones
    let sequence: FactSequence
    let wechat: WeChatAccounts
    let messages: ReplyMessages

    struct Reply: JobPayload {
        static let kind = "reply"
        let scan: Int64
        let account: String
        /// Whether an item needs more than itself, such as a file that WeChat must have; nil is no.
        var needsParts: Bool?
    }

    func register(with queue: JobQueue) {
        // As often as the minute allows: the deadline of the items ends it, not the count.
        let retry = RetryPolicy(
            attemptsMax: 100, firstDelay: .seconds(1), longestDelay: .seconds(2))
        queue.register(Reply.self, retry: retry) { reply, job in
            try await send(reply, in: Workspace.ID(job.workspace))
        }
    }

    private func send(_ reply: Reply, in workspace: Workspace.ID) async throws -> Outcome {
        let zone = try await workspaces.zone(of: workspace)
        let run = Run(
            account: Account.ID(reply.account), workspace: workspace, zone: zone,
            sequence: sequence)
        let prepared = reply.needsParts == true ? try await prepare(reply.scan, in: run) : [:]
        let now = clock.now()
        var next = try await database.write { connection in
            let sends = try connection.replySends(of: reply.scan, in: run.workspace)
            try connection.settleInterrupted(sends, in: run, at: now)
            return try connection.beginNext(of: sends[...], in: run, at: now)
        }
        while let (send, rest) = next {
            let outcome: SendOutcome
            do {
                outcome = try await call(send, prepared[send.position], in: run)
            } catch {
                // Nothing has left: the item waits for the next attempt, or for the next start.
                try await putBack(send, in: run)
                throw error
            }
            if case .again(let reason) = outcome {
                try await putBack(send, in: run)
                return .retry(after: .seconds(1), reason: reason)
            }
            let now = clock.now()
            // The outcome of one item and the beginning of the next share a commit.
            next = try await database.write { connection in
                try connection.finish(send, outcome, in: run, at: now)
                return try connection.beginNext(of: rest, in: run, at: now)
            }
        }
        return .done
    }

    /// Makes the messages of the items that wait, uploading what WeChat does not have, before any of
    /// them is called `sending`: a process that dies meanwhile has certainly sent nothing.
    private func prepare(_ scan: Int64, in run: Run) async throws -> [Int: PreparedMessage] {
        let sends = try await database.read { try $0.replySends(of: scan, in: run.workspace) }
        var prepared: [Int: PreparedMessage] = [:]
        for send in sends where send.state == .pending && clock.now() < send.deadline {
            prepared[send.position] = try await prepare(send, in: run)
        }
        return prepared
    }

    private func prepare(
        _ send: ReplySend, renewed: Bool = false, in run: Run
    ) async throws -> PreparedMessage {
        do {
            return .ready(
                try await messages.message(
                    for: send, on: run.account, in: run.workspace, renewed: renewed))
        } catch WeChatError.transport(let failure) where failure.reason == .cancelled {
            throw CancellationError()
        } catch let error as WeChatError {
            // Whatever became of the upload: the message has not left.
            let fault = WeChatFault(error)
            let mayPass = error.isRetryable || error.mayHaveArrived
            return .impossible(mayPass ? .again(fault.words) : .ended(.failed, fault))
        } catch is Refusal {
            return .impossible(.ended(.failed, .partMissing))
        }
    }

    /// - Throws: what hindered the call before anything was sent; `CancellationError` when the
    ///   process is about to stop.
    private func call(
        _ send: ReplySend, _ prepared: PreparedMessage?, in run: Run
    ) async throws -> SendOutcome {
        let plain = ReplyMessages.plain(send).map(PreparedMessage.ready)
        var message = plain ?? prepared
        if message == nil { message = try await prepare(send, in: run) }
        switch message {
        case .impossible(let outcome): return outcome
        case .ready(let message):
            let outcome = try await call(message, send, in: run)
            // WeChat has dropped the file: nothing was delivered, and a fresh upload may pass.
            guard case .ended(.failed, let fault) = outcome, !send.item.uploads.isEmpty,
                fault?.code == ErrorCode.invalidMediaID.rawValue,
                case .ready(let renewed) = try await prepare(send, renewed: true, in: run)
            else { return outcome }
            return try await call(renewed, send, in: run)
        case nil: return .ended(.failed, .partMissing)
        }
    }

    private func call(
        _ message: CustomMessage, _ send: ReplySend, in run: Run
    ) async throws -> SendOutcome {
        do {
            try await wechat.call(run.account, in: run.workspace) { client in
                try await client.send(message, to: send.openid)
            }
            return .ended(.sent, nil)
        } catch WeChatError.transport(let failure)
            where failure.reason == .cancelled && failure.delivery == .notSent
        {
            throw CancellationError()
        } catch let error as WeChatError {
            return SendOutcome(error)
        }
    }

    private func putBack(_ send: ReplySend, in run: Run) async throws {
        let now = clock.now()
        try await database.write { connection in
            _ = try connection.move(
                send, from: .sending, to: .pending, at: now, in: run.workspace)
        }
    }
}

/// What every step of sending one reply needs to know.
private struct Run: Sendable {
    let account: Account.ID
    let workspace: Workspace.ID
    let zone: TimeZone
    let sequence: FactSequence
}

/// The message of an item, or why there is none.
private enum PreparedMessage: Sendable {
    case ready(CustomMessage)
    case impossible(SendOutcome)
}

private enum SendOutcome: Sendable {
    case ended(ReplySend.State, WeChatFault?)
    /// It certainly did not leave, and may pass a little later.
    case again(String)

    init(_ error: WeChatError) {
        let fault = WeChatFault(error)
        if case .refused(.replyWindowClosed, _) = error {
            self = .ended(.tooLate, fault)
        } else if error.mayHaveArrived {
            self = .ended(.unknown, fault)
        } else if error.isRetryable {
            self = .again(fault.words)
        } else {
            self = .ended(.failed, fault)
        }
    }

    /// Whether WeChat will say the same of every further item of this reply.
    var endsTheReply: Bool {
        guard case .ended(let state, let fault) = self else { return false }
        let hopeless: [ErrorCode] = [
            .replyCountReached, .subscriptionRequired, .userBlocksMessages, .userBlacklisted,
            .apiUnauthorized, .userUnsubscribed, .invalidOpenID,
        ]
        return state == .tooLate || hopeless.contains { $0.rawValue == fault?.code }
    }
}

extension Connection {
    fileprivate func settleInterrupted(
        _ sends: [ReplySend], in run: Run, at now: Timestamp
    ) throws {
        let fault = WeChatFault.interrupted
        for send in sends where send.state == .sending {
            try finish(send, .ended(.unknown, fault), in: run, at: now)
        }
    }

    /// The first item that still waits, now `sending`, and those behind it. Those whose time is over
    /// are ended on the way.
    ///
    /// - Parameter sends: as they were read when the reply was begun. Nobody adds to them, and an item
    ///   that somebody else has moved meanwhile is passed over.
    fileprivate func beginNext(
        of sends: ArraySlice<ReplySend>, in run: Run, at now: Timestamp
    ) throws -> (send: ReplySend, rest: ArraySlice<ReplySend>)? {
        for (index, send) in zip(sends.indices, sends) where send.state == .pending {
            guard now < send.deadline else {
                try end(send, from: .pending, as: .tooLate, .overdue, in: run, at: now)
                continue
            }
            guard
                try move(send, from: .pending, to: .sending, at: now, in: run.workspace)
            else { continue }
            return (send, sends[(index + 1)...])
        }
        return nil
    }

    fileprivate func finish(
        _ send: ReplySend, _ outcome: SendOutcome, in run: Run, at now: Timestamp
    ) throws {
        guard case .ended(let state, let fault) = outcome else { return }
        try end(send, from: .sending, as: state, fault, in: run, at: now)
        guard outcome.endsTheReply else { return }
        for rest in try replySends(of: send.scan, in: run.workspace) where rest.state == .pending {
            try end(rest, from: .pending, as: state, fault, in: run, at: now)
        }
    }

    /// Writes the final state, and the fact of it, which counts.
    private func end(
        _ send: ReplySend, from old: ReplySend.State, as state: ReplySend.State,
        _ fault: WeChatFault?, in run: Run, at now: Timestamp
    ) throws {
        guard let kind = state.factKind,
            try move(send, from: old, to: state, fault: fault, at: now, in: run.workspace)
        else { return }
        let fact = Fact(
            seq: run.sequence.next(at: now), account: run.account, kind: kind, occurredAt: now,
            receivedAt: now, day: now.day(in: run.zone),
            dedupeKey: "reply \(send.scan) \(send.position)", person: send.openid,
            code: send.code, codeState: nil, source: nil, payload: fault?.json)
        if try append(fact, raw: nil, in: run.workspace) {
            try count(fact, in: run.workspace)
        }
    }
}

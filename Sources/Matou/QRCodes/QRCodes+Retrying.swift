import Jobs
import SQL

extension QRCodes {
    /// Asks WeChat again, in the background, for all codes of the selection whose creation failed and
    /// whose account is verified; the others stay as they are.
    ///
    /// The codes of an account are asked for one after the other, so that what WeChat refuses by the
    /// minute is not asked for a thousand times at once.
    ///
    /// - Returns: how many are asked for.
    /// - Throws: `Refusal.invalid`; `Refusal.forbidden` below editor.
    package func retry(
        _ selection: QRCodeSelection, by principal: Principal
    ) async throws -> Int {
        try principal.require(.editor)
        let (now, randomness) = (clock.now(), randomness)
        let asked = try await change(selection, by: principal, at: now) { connection, ids in
            var asked = BatchChange(at: now)
            for id in ids {
                guard let code = try connection.qrCode(id, in: principal.workspace),
                    case .failed = code.making,
                    try connection.account(code.account, in: principal.workspace)?.isVerified
                        == true,
                    try connection.setWaiting(id, in: principal.workspace)
                else { continue }
                try connection.enqueueMaking(
                    of: id, attempt: randomness.alphanumeric(8), lane: "making-\(code.account)",
                    in: principal.workspace, at: now)
                asked.count += 1
            }
            return asked
        }
        jobs.wake()
        return asked.count
    }
}

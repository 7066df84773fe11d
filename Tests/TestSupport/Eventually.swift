/// Waits until `condition` holds, asking often, at most for `limit`: long, since a busy machine is no
/// fault.
///
/// - Returns: whether it came to hold.
package func eventually(
    within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return try await condition()
}

import Matou
import SQLite
import WeChat

/// Runs an operator's command over the store, beside a server that may be running.
///
/// - Throws: `CommandFailure` with words for what the product refused.
func withInstallation(
    _ options: StoreOptions, _ body: (Installation) async throws -> Void
) async throws {
    let store = try await Store.open(options)
    do {
        try await body(store.installation(gateway: Gateway(http: CurlFetcher())))
        try await store.database.close()
    } catch {
        try? await store.database.close()
        guard let refusal = error as? Refusal else { throw error }
        throw CommandFailure.other(words(of: refusal))
    }
}

private func words(of refusal: Refusal) -> String {
    switch refusal {
    case .invalid(let faults):
        faults.map { "\($0.field): \($0.code)" }.joined(separator: "; ")
    case .missing: "nothing of that name is there; see the list, or set up first (matou user add)"
    case .conflict(let conflict): "refused: \(conflict.rawValue)"
    case .forbidden(let role): "that needs the role \(role.rawValue)"
    default: "refused: \(refusal)"
    }
}

import HTTPClient
import Matou
import SQLite
import WeChat

/// Runs an operator's command over the store, beside a server that may be running.
///
/// - Parameters:
///   - beginning: whether there may be no store yet.
///   - alone: whether no server may be running meanwhile.
/// - Throws: `CommandFailure` with words for what the product refused.
func withInstallation(
    _ options: StoreOptions, beginning: Bool = false, alone: Bool = false,
    _ body: (Installation) async throws -> Void
) async throws {
    let store = try await Store.open(options, beginning: beginning, serving: alone)
    defer { withExtendedLifetime(store.lock) {} }
    do {
        try await body(store.installation(gateway: Gateway(http: CurlFetcher())))
        try await store.database.close()
    } catch {
        try? await store.database.close()
        guard let refusal = error as? Refusal else { throw error }
        throw CommandFailure(refusal)
    }
}

extension CommandFailure {
    /// What the product refused. Arguments that it never takes are wrong usage.
    init(_ refusal: Refusal) {
        var isUsage = false
        if case .invalid(let faults) = refusal { isUsage = faults.allSatisfy { $0.code != .taken } }
        self.init(words: explanation(of: refusal), status: isUsage ? 64 : 1)
    }
}

private func explanation(of refusal: Refusal) -> String {
    switch refusal {
    case .invalid(let faults):
        faults.map { "the \($0.field) \(explanation(of: $0.code))" }.joined(separator: "; ")
    case .missing: "nothing of that name is there; see the list, or set up first (matou user add)"
    case .conflict(.lastOwner):
        "the last owner cannot be removed; add another first (matou user add … --role owner)"
    case .conflict(.alreadySetUp): "somebody has just set it up; run the command once more"
    case .conflict(let conflict):
        "not as things stand (\(conflict.rawValue)); look at the page of it"
    case .unreadable(let design): "\(design.fault)"
    case .forbidden(let role): "that needs the role \(role.rawValue)"
    case .stale: "somebody else has just changed it; run the command once more"
    case .tooMany(let seconds): "too many attempts; try again in \(seconds) seconds"
    case .badCredentials: "the e-mail address or the password is wrong"
    }
}

private func explanation(of code: FieldFault.Code) -> String {
    switch code {
    case .required: "is missing; give one"
    case .tooLong(let limit, let unit): "is too long; give at most \(limit) \(unit.rawValue)"
    case .tooShort(let limit): "is too short; give at least \(limit) characters"
    case .taken: "is taken; give another"
    case .notOneOf(let known): "must be one of \(known.joined(separator: ", "))"
    case .outOfRange(let lower, let upper): "must be from \(lower) to \(upper)"
    case .hasControlCharacters: "holds control characters; leave them out"
    case .malformed: "is not well-formed; correct it"
    default: "cannot be taken (\(code)); correct it"
    }
}

import Mustache

/// The stored properties of a view by name, read out once with all that they hold.
///
/// Left to itself the engine reflects a plain value anew for each name that a template looks up, on
/// each level of its stack: that was three quarters of the time of a page with a list.
struct ReflectedView: MustacheParent {
    private let members: [String: Any]

    init(_ view: Any) { self.init(Mirror(reflecting: view)) }

    private init(_ mirror: Mirror) {
        var members: [String: Any] = [:]
        for (label, value) in mirror.children {
            if let label, let present = Self.present(value) { members[label] = present }
        }
        self.members = members
    }

    func child(named name: String) -> Any? { members[name] }

    /// What the engine may render or enter; nil for an optional with nothing in it.
    private static func present(_ value: Any) -> Any? {
        if value is String || value is Bool || value is Int { return value }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.flatMap { present($0.value) }
        case .struct, .class:
            return value is any MustacheParent ? value : ReflectedView(mirror)
        case .collection: return mirror.children.compactMap { present($0.value) }
        default: return value
        }
    }
}

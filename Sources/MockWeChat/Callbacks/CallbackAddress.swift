import Foundation

/// The address of an account's server, taken apart once.
struct CallbackAddress: Sendable, Hashable {
    let isSecure: Bool
    let host: String
    let port: UInt16
    /// Path and query as they go into the request line.
    let target: String

    /// Absent for anything but an absolute `http` or `https` address.
    init?(_ text: String) {
        guard text.utf8.count <= 2048, let url = URLComponents(string: text),
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host, !host.isEmpty, url.user == nil
        else { return nil }
        isSecure = scheme == "https"
        self.host = host.trimmingCharacters(in: ["[", "]"])
        guard let port = UInt16(exactly: url.port ?? (isSecure ? 443 : 80)) else { return nil }
        self.port = port
        let path = url.percentEncodedPath.isEmpty ? "/" : url.percentEncodedPath
        target = url.percentEncodedQuery.map { "\(path)?\($0)" } ?? path
    }

    /// The target with more query items; their values need no escaping.
    func target(adding items: [(String, String)]) -> String {
        let query = items.map { "\($0)=\($1)" }.joined(separator: "&")
        return target + (target.contains("?") ? "&" : "?") + query
    }

    /// What stands in the `Host` field.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}

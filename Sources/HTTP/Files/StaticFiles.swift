/// The files of a folder, read once. A request finds its file in a table made at the start; no path
/// of a request ever reaches the file system.
public struct StaticFiles: Sendable {
    public let routes: [Route]
    private let urls: [String: String]
    private let mount: String

    /// The largest file that is kept in memory; a larger one is sent from where it lies.
    public static let bytesInMemoryMax = 1 << 20

    /// Reads the folder and those in it. Names that begin with a dot are left out.
    ///
    /// A file `name.gz` beside `name` is the same one compressed.
    /// - Parameter mount: The path under which the files appear, such as `/static`.
    /// - Throws: `FileError` for a folder or a file that cannot be read.
    public init(directory: String, mount: String) throws {
        let mount = mount.hasSuffix("/") ? String(mount.dropLast()) : mount
        let names = try Directory.files(in: directory)
        var routes: [Route] = []
        var urls: [String: String] = [:]
        for name in names where !(name.hasSuffix(".gz") && names.contains(String(name.dropLast(3))))
        {
            let file = try StaticFile(
                path: "\(directory)/\(name)", hasCompressed: names.contains(name + ".gz"))
            let path = "\(mount)/\(name)"
            routes.append(.inline(.get, path) { file.response(to: $0) })
            let escaped = name.split(separator: "/").map {
                PercentCoding.encodePathSegment(String($0))
            }
            urls[name] = "\(mount)/\(escaped.joined(separator: "/"))?v=\(file.version)"
        }
        self.routes = routes
        self.mount = mount
        self.urls = urls
    }

    /// The URL of a file with its version, so that a browser may keep it for ever. One that is not
    /// there has a URL that is not found.
    public func url(for name: String) -> String {
        urls[name] ?? "\(mount)/\(name)"
    }
}

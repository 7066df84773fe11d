/// The files of a folder, read once.
public struct StaticFiles: Sendable {
    public let routes: [Route]

    public init(directory: String, mount: String) throws {
        routes = []
    }

    /// The URL of a file, with its hash, so that it can be cached for ever.
    public func url(for name: String) -> String { "" }
}

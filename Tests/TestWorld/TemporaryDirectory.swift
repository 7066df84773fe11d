import Foundation
package import Matou

/// A folder of its own for one test, gone with the last reference to it.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        let name = "matou-test-" + UUID().uuidString
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Where the project is, seen from this source file.
package enum ProjectFolder {
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    package static let resources = root + "/Resources"
    package static let migrations = resources + "/migrations"

    private static let texts = Result { try Locales(directory: resources + "/locales") }
    /// The words of the product, read once for all tests.
    package static var locales: Locales { get throws { try texts.get() } }
}

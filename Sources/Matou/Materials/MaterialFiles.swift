import Crypto
import Foundation

/// The bytes of materials: files of the data folder, each named by its SHA-256, apart for each
/// workspace.
package struct MaterialFiles: Sendable {
    /// The folder that holds all of them; made when the first comes.
    let folder: String

    package init(folder: String) { self.folder = folder }

    package func path(of sha256: String, in workspace: Workspace.ID) -> String {
        "\(folder)/\(workspace)/\(sha256)"
    }

    /// Receives a file piece by piece, never holding more than a piece of it.
    ///
    /// - Parameter bytesMax: what is longer is refused as soon as it is.
    /// - Throws: `Refusal.invalid` for a file that is too long; what `chunks` throws.
    func receive<Chunks: AsyncSequence>(
        _ chunks: Chunks, bytesMax: Int, as name: String
    ) async throws -> ReceivedFile where Chunks.Element == [UInt8] {
        let incoming = folder + "/incoming"
        try FileManager.default.createDirectory(
            atPath: incoming, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let path = "\(incoming)/\(name)"
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        do {
            var hash = SHA256()
            var count = 0
            for try await chunk in chunks {
                count += chunk.count
                guard count <= bytesMax else {
                    throw Refusal.invalid("file", .fileTooLarge(bytes: bytesMax))
                }
                hash.update(data: chunk)
                try handle.write(contentsOf: chunk)
            }
            try handle.synchronize()
            try handle.close()
            return ReceivedFile(path: path, sha256: hash.finalize().hexadecimal)
        } catch {
            try? handle.close()
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// Gives a received file its place, unless the same bytes are there already.
    ///
    /// Called in the transaction that stores its row: writes come one after the other, so no removal
    /// falls in between.
    func keep(_ file: ReceivedFile, in workspace: Workspace.ID) throws {
        let place = path(of: file.sha256, in: workspace)
        guard !FileManager.default.fileExists(atPath: place) else { return }
        try FileManager.default.createDirectory(
            atPath: "\(folder)/\(workspace)", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try FileManager.default.linkItem(atPath: file.path, toPath: place)
    }

    func remove(_ sha256: String, in workspace: Workspace.ID) {
        try? FileManager.default.removeItem(atPath: path(of: sha256, in: workspace))
    }

    /// - Throws: `CocoaError` when the file is not there: the folder was not restored with the store.
    func bytes(of sha256: String, in workspace: Workspace.ID) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(of: sha256, in: workspace))))
    }
}

/// A file that has come in and has no place yet.
struct ReceivedFile: Sendable {
    let path: String
    let sha256: String

    /// Read through the page cache, not into memory.
    func media() throws -> MediaFile {
        try MediaFile(Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped))
    }

    func discard() { try? FileManager.default.removeItem(atPath: path) }
}

import Foundation

/// The folder of everything that is kept, which nobody but its owner may read.
enum DataFolder {
    /// Makes it, or sees to the rights of one that is there: of an empty one and of one with a store
    /// they are taken from others; what else a folder holds is not ours to close.
    ///
    /// - Throws: `CommandFailure`.
    static func prepare(_ folder: String) throws(CommandFailure) {
        let files = FileManager.default
        do {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            let rights = try files.attributesOfItem(atPath: folder)[.posixPermissions]
            guard let rights = rights as? NSNumber, rights.intValue & 0o077 != 0 else { return }
            let names = try files.contentsOfDirectory(atPath: folder)
            if names.isEmpty || names.contains("secret.key") {
                try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
                return
            }
        } catch {
            throw .configuration(
                "the data folder \(folder) cannot be used: \(error.localizedDescription)")
        }
        throw .configuration(
            "others can read the data folder \(folder), which holds other things than Matou's; "
                + "chmod 700 it, or give an empty one with --data")
    }
}

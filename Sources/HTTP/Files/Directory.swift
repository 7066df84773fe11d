import Glibc

/// Lists a folder.
enum Directory {
    /// The files under a folder, as sorted paths relative to it. Names that begin with a dot are
    /// left out.
    static func files(in directory: String) throws(FileError) -> [String] {
        var files: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for name in try names(in: "\(directory)/\(folder)") where !name.hasPrefix(".") {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                var status = stat()
                guard stat("\(directory)/\(path)", &status) == 0 else {
                    throw FileError("\(directory)/\(path)")
                }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: folders.append(path)
                case S_IFREG: files.append(path)
                default: break
                }
            }
        }
        return files.sorted()
    }

    private static func names(in directory: String) throws(FileError) -> [String] {
        guard let stream = opendir(directory) else { throw FileError(directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { $0.prefix { $0 != 0 }.text }
            names.append(name)
        }
        return names
    }
}

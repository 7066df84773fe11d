import Foundation

/// Finds the folder with templates, static files, locales and migrations.
///
/// A place that is named and wrong is an error; otherwise it is looked for beside the program, in
/// the share folder of an installed one, and upwards in the checkout that built it.
enum ResourcesFolder {
    static func find(_ settings: Settings, flag: String?) throws(CommandFailure) -> String {
        if let named = settings.text("resources", flag: flag) {
            guard isResources(named) else {
                throw .configuration(
                    "\(named) is not Matou's Resources folder: it has no migrations")
            }
            return named
        }
        let places = places(besides: executableFolder())
        guard let found = places.first(where: isResources) else {
            throw .configuration(
                "the Resources folder was not found; name it with --resources. Looked in "
                    + places.joined(separator: ", "))
        }
        return found
    }

    private static func places(besides folder: String) -> [String] {
        var places = [folder + "/Resources", folder + "/../share/matou"]
        var above = URL(fileURLWithPath: folder)
        while above.path != "/" {
            above.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: above.path + "/Package.swift") {
                places.append(above.path + "/Resources")
                break
            }
        }
        return places
    }

    private static func isResources(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/migrations/0001-foundation.sql")
    }

    private static func executableFolder() -> String {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: link ?? CommandLine.arguments[0])
            .deletingLastPathComponent().path
    }
}

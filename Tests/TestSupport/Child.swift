import Foundation
import Glibc

/// A process of ours, by `posix_spawn`: Foundation's `Process` looks at every descriptor of the
/// parent while other tests open and close theirs, and can crash over it.
package struct Child: Sendable {
    private let id: pid_t
    /// Where its standard output and errors go.
    private let outputPath: String
    /// Its standard input ends when this is closed, at the latest with this process.
    private let input: Int32

    package struct CannotStart: Error, CustomStringConvertible {
        package let description: String
    }

    package init(_ arguments: [String]) throws {
        outputPath =
            FileManager.default.temporaryDirectory
            .appending(path: "matou-output-\(UUID().uuidString)").path
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw CannotStart(description: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        // The task threads' signal mask is not the child's.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        let result = posix_spawnp(&id, arguments[0], &actions, &attributes, &words, environ)
        guard result == 0 else {
            close(ends[1])
            throw CannotStart(description: "\(arguments[0]): \(String(cString: strerror(result)))")
        }
        self.id = id
        input = ends[1]
    }

    package var output: String {
        (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
    }

    /// The first line that it writes, once it has.
    package func firstLine() async throws -> String {
        guard await eventually({ output.contains("\n") }) else { return "" }
        return String(output.prefix { $0 != "\n" })
    }

    /// Waits for its end, without a thread.
    package func finish() async throws -> (status: Int32, output: String) {
        defer { forget() }
        var status: Int32 = 0
        while waitpid(id, &status, WNOHANG) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        return (status & 0x7F == 0 ? status >> 8 & 0xFF : -1, output)
    }

    package func kill() {
        _ = Glibc.kill(id, SIGKILL)
        var status: Int32 = 0
        waitpid(id, &status, 0)
        forget()
    }

    private func forget() {
        close(input)
        unlink(outputPath)
    }
}

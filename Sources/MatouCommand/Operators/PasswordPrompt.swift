import Foundation
import Glibc

/// Asks for a password on standard input: a person at a terminal, who is prompted and whose typing is
/// not shown, or a pipe.
enum PasswordPrompt {
    /// - Parameter given: the flag's value, which is not asked for again.
    /// - Throws: `CommandFailure` when there is neither a flag nor a line.
    static func read(for email: String, given: String?) throws(CommandFailure) -> String {
        guard let password = given ?? ask(for: email) else {
            throw CommandFailure(
                words: "give --password, or the password on standard input", status: 64)
        }
        return password
    }

    /// - Returns: the line without its end; nil when there is none.
    private static func ask(for email: String) -> String? {
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return readLine() }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        // Not on standard output, which may go to a file.
        FileHandle.standardError.write(Data("Password for \(email): ".utf8))
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        return readLine()
    }
}

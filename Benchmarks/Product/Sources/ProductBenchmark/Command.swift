import Foundation

/// Programs that are measured run on the first processor, and what loads them on the second, where
/// there are two.
func onFirstProcessor(_ command: [String]) -> [String] {
    sysconf(Int32(_SC_NPROCESSORS_ONLN)) < 2 ? command : ["taskset", "-c", "0"] + command
}

func start(_ command: [String], output: Pipe) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    return process
}

/// Runs a command to its end and gives what it printed.
func run(_ command: [String]) throws -> String {
    let output = Pipe()
    let process = try start(command, output: output)
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: bytes, as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    guard process.terminationStatus == 0 else {
        throw Failure("\(command.joined(separator: " ")) failed: \(text)")
    }
    return text
}

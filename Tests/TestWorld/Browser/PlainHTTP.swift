import Dispatch
import Foundation
import Glibc

/// A bare HTTP/1.1 exchange over a socket, for tests: one request, one connection, the whole answer.
///
/// It shares no code with the server, and it takes what chromedriver sends, whose header lines have
/// no space after the colon.
package enum PlainHTTP {
    package struct Answer: Sendable {
        package let status: Int
        /// As they came: `Name: value`.
        package let headerLines: [String]
        package let body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }

        package func header(_ name: String) -> String? {
            for line in headerLines {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { continue }
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
            return nil
        }
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private static let queue = DispatchQueue(label: "test.http", attributes: .concurrent)

    /// - Parameter announced: the length that the head tells, when it is not the body's.
    package static func send(
        _ method: String, port: Int, path: String, headers: [(String, String)] = [],
        body: [UInt8] = [], announced: Int? = nil
    ) async throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(announced ?? body.count)\r\n\r\n"
        let request = Array(head.utf8) + body
        return try await withCheckedThrowingContinuation { continuation in
            // Blocking calls stay off Swift's few threads.
            queue.async {
                continuation.resume(
                    with: Result { try parse(exchange(request, port: port)) })
            }
        }
    }

    private static func exchange(_ request: [UInt8], port: Int) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(description: "nobody listens on \(port)") }
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "the connection broke") }
            sent += count
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isComplete(answer) {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw Failure(description: "no answer in time") }
            if count == 0 { break }
            answer += buffer[..<count]
        }
        return answer
    }

    /// chromedriver keeps its connections open whatever is asked, so the length decides.
    private static func isComplete(_ answer: [UInt8]) -> Bool {
        guard let (lines, start) = head(of: answer) else { return false }
        for line in lines {
            let parts = line.lowercased().split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0] == "content-length",
                let length = Int(parts[1].trimmingCharacters(in: .whitespaces))
            {
                return answer.count - start >= length
            }
        }
        return false
    }

    private static func head(of answer: [UInt8]) -> ([String], Int)? {
        guard let end = Data(answer).range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let text = String(decoding: answer[..<end.lowerBound], as: UTF8.self)
        return (text.components(separatedBy: "\r\n"), end.upperBound)
    }

    private static func parse(_ answer: [UInt8]) throws -> Answer {
        guard let (lines, start) = head(of: answer),
            let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Failure(description: "no HTTP answer, \(answer.count) bytes") }
        var body = Array(answer[start...])
        let isChunked = lines.contains {
            $0.lowercased().replacing(" ", with: "") == "transfer-encoding:chunked"
        }
        if isChunked { body = dechunked(body) }
        return Answer(status: status, headerLines: Array(lines.dropFirst()), body: body)
    }

    private static func dechunked(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 13) {
            let digits = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
            guard let size = Int(digits, radix: 16), size > 0, end + 2 + size <= rest.endIndex
            else { break }
            body += rest[(end + 2)..<(end + 2 + size)]
            rest = rest[(end + 2 + size + 2)...]
        }
        return body
    }
}

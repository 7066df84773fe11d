import Glibc

/// What a client has not taken yet.
struct OutputQueue {
    private enum Piece {
        case bytes([UInt8], sent: Int)
        case file(descriptor: Int32, offset: Int, remaining: Int)
    }

    enum Progress {
        case emptied
        case blocked(sent: Int)
        case failed
    }

    private var pieces: [Piece] = []

    var isEmpty: Bool { pieces.isEmpty }

    mutating func append(_ bytes: [UInt8], sent: Int = 0) {
        if sent < bytes.count { pieces.append(.bytes(bytes, sent: sent)) }
    }

    /// Takes over an open file and closes it in the end.
    mutating func append(file descriptor: Int32, offset: Int, length: Int) {
        pieces.append(.file(descriptor: descriptor, offset: offset, remaining: length))
    }

    /// Hands the kernel what it takes, and not more than `bytesMax`, so that other connections get
    /// their turn.
    mutating func send(to socket: Int32, bytesMax: Int, sent total: inout Int) -> Progress {
        var sent = 0
        while let first = pieces.first, sent < bytesMax {
            switch Self.send(first, to: socket) {
            case .bytes(let count):
                sent += count
                total += count
                guard advance(by: count) else { return .failed }
            case .wouldBlock: return .blocked(sent: sent)
            case .failed: return .failed
            }
        }
        return pieces.isEmpty ? .emptied : .blocked(sent: sent)
    }

    /// Closes files that will not be sent.
    mutating func discard() {
        for case .file(let descriptor, _, _) in pieces { close(descriptor) }
        pieces = []
    }

    private static func send(_ piece: Piece, to socket: Int32) -> Socket.Transfer {
        switch piece {
        case .bytes(let bytes, let sent):
            bytes.withUnsafeBytes {
                Socket.write(socket, UnsafeRawBufferPointer(rebasing: $0[sent...]))
            }
        case .file(let descriptor, let offset, let remaining):
            Socket.sendFile(
                socket, from: descriptor, offset: offset, count: min(remaining, 1 << 20))
        }
    }

    /// false when a file has become shorter than was promised.
    private mutating func advance(by count: Int) -> Bool {
        switch pieces[0] {
        case .bytes(let bytes, let sent):
            if sent + count == bytes.count {
                pieces.removeFirst()
            } else {
                pieces[0] = .bytes(bytes, sent: sent + count)
            }
        case .file(let descriptor, let offset, let remaining):
            if count == remaining {
                close(descriptor)
                pieces.removeFirst()
            } else {
                pieces[0] = .file(
                    descriptor: descriptor, offset: offset + count, remaining: remaining - count)
                return count > 0
            }
        }
        return true
    }
}

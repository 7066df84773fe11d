import CEpoll
import Glibc

/// The calls on a connection's descriptor. None of them blocks or raises SIGPIPE.
enum Socket {
    enum Transfer {
        case bytes(Int)
        case wouldBlock
        /// The connection is of no more use.
        case failed
    }

    /// - Returns: `.bytes(0)` at the end of what the peer sends.
    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        transfer { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
    }

    /// Sends the pieces as one, as far as the kernel takes them.
    static func write(_ descriptor: Int32, _ pieces: UnsafeRawBufferPointer...) -> Transfer {
        var vectors = pieces.map {
            iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
        }
        return vectors.withUnsafeMutableBufferPointer { vectors in
            var message = msghdr()
            message.msg_iov = vectors.baseAddress
            message.msg_iovlen = vectors.count
            return transfer { sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL)) }
        }
    }

    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
        transfer { send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Lets the kernel copy from a file.
    static func sendFile(_ descriptor: Int32, from file: Int32, offset: Int, count: Int) -> Transfer
    {
        var position = off_t(offset)
        return transfer { sendfile(descriptor, file, &position, count) }
    }

    /// Bytes that the kernel has taken and the peer has not acknowledged.
    static func unacknowledged(_ descriptor: Int32) -> Int {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }

    /// Whether something has come that was not read.
    static func hasUnread(_ descriptor: Int32) -> Bool {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(FIONREAD), &count) == 0 && count > 0
    }

    private static func transfer(_ call: () -> Int) -> Transfer {
        while true {
            let count = call()
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed
            }
        }
    }
}

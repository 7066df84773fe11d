/// From a callback's arrival to its reply at WeChat.
struct ReplyLatency {
    /// Callbacks that arrive together; the next ones come when all of these have their reply.
    let together: Int
    let scans: Int

    /// - Returns: milliseconds, ascending.
    func measure(on stage: Stage) throws -> [Double] {
        let lines = try (0..<together).map { _ in try Line(port: stage.matou.port) }
        var milliseconds: [Double] = []
        while milliseconds.count < scans {
            let crowd = stage.crowd(together, at: stage.answering).map { ($0.openid, $0.request) }
            var starts: [UInt64] = []
            for (line, (_, request)) in zip(lines, crowd) {
                starts.append(monotonicNanoseconds())
                try line.socket.write(request)
            }
            for line in lines {
                guard try line.answer().status == 200 else {
                    throw Failure("a callback was refused")
                }
            }
            stage.note(together, at: stage.answering)
            for (start, (openid, _)) in zip(starts, crowd) {
                let end = try stage.wechat.arrival(of: openid)
                milliseconds.append(Double(Int64(end) - Int64(start)) / 1_000_000)
            }
        }
        return milliseconds.sorted()
    }
}

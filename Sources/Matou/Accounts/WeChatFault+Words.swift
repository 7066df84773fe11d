import HTTPClient
import WeChat

extension WeChatFault {
    /// What happened and what to do about it, for a marketer.
    package var explanation: ExportText {
        switch self {
        case .refused(let code, let words): Self.explanation(of: ErrorCode(code), words)
        case .noAnswer(let reason): reason.explanation
        case .interrupted: TransportFailure.Reason.connectionLost.explanation
        case .strangeAnswer(let status):
            ExportText(
                "收到的回应不像来自微信（HTTP \(status)）。请检查网络代理或网关设置，稍后重试。",
                "The answer does not look like WeChat's (HTTP \(status)). Check proxies and gateways."
            )
        case .noToken:
            ExportText(
                "暂时取不到该账号的访问令牌，什么都没有发送。请稍后重试。",
                "The account's access token cannot be had right now; nothing was sent. Retry later."
            )
        case .unencodable: Self.ourMistake
        case .overdue: Self.explanation(of: .replyWindowClosed, words)
        case .partMissing:
            ExportText(
                "要发送的素材、图文或表单已经不在了。请编辑二维码，重新选择。",
                "The material, article or form to send is gone. Edit the code and choose another.")
        case .givenUp:
            ExportText(
                "本服务器存不下结果，试了几次都没有成功。请稍后继续；若仍不行，服务器日志里有原因。",
                "This server could not keep the result, though it tried several times. Go on later; "
                    + "if it stops again, the server's log says why.")
        }
    }

    private static func explanation(of code: ErrorCode, _ words: String) -> ExportText {
        if code == .addressNotInWhitelist { return addressRefused(address(in: words) ?? words) }
        return refusals[code.rawValue]
            ?? ExportText(
                "微信拒绝了这次操作（错误 \(code)：\(words)）。", "WeChat refused (error \(code): \(words)).")
    }

    private static func addressRefused(_ address: String) -> ExportText {
        ExportText(
            "本服务器的 IP \(address) 不在公众号的 IP 白名单中。请在微信公众平台“设置与开发 → 基本配置”中添加后重试。",
            "This server's address \(address) is not on the account's IP whitelist. Add it in WeChat's "
                + "console (Settings → Basic configuration), then retry.")
    }

    /// The address that WeChat saw, which its words name: `invalid ip 203.0.113.9 ipv6
    /// ::ffff:203.0.113.9, not in whitelist`.
    static func address(in words: String) -> String? {
        let parts = words.split { $0 == " " || $0 == "," }
        guard let ip = parts.firstIndex(of: "ip"), ip + 1 < parts.count,
            parts[ip + 1].allSatisfy({ $0.isHexDigit || $0 == "." || $0 == ":" })
        else { return nil }
        return String(parts[ip + 1])
    }
}

extension TransportFailure.Reason {
    fileprivate var explanation: ExportText {
        switch self {
        case .unreachable:
            ExportText(
                "连接不上微信服务器。请检查本服务器的网络和域名解析，然后重试。",
                "WeChat's servers cannot be reached. Check network and DNS, then retry.")
        case .insecure:
            ExportText(
                "与微信之间无法建立安全连接。请检查本服务器的时间和根证书。",
                "No secure connection to WeChat. Check this server's clock and root certificates.")
        case .timedOut:
            ExportText(
                "微信没有及时回应。请稍后查看结果，再决定是否重试。",
                "WeChat did not answer in time. Look at the result later before you retry.")
        case .connectionLost:
            ExportText(
                "与微信的连接中途断开。请稍后查看结果，再决定是否重试。",
                "The connection to WeChat broke. Look at the result later before you retry.")
        case .answerTooLarge:
            ExportText(
                "微信返回的内容过大，已放弃读取。请减少一次查询的数量。",
                "WeChat's answer was too large and was dropped. Ask for fewer items at a time.")
        case .cancelled:
            ExportText(
                "操作在完成前被取消。请查看结果，必要时重试。",
                "The operation was cancelled before it ended. Look at the result; retry if needed.")
        }
    }
}

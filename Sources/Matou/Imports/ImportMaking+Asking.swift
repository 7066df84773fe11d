import WeChat

extension ImportMaking {
    /// How long a call that may pass a little later is put off.
    private static let minute: Duration = .seconds(60)
    private static let moment: Duration = .seconds(10)

    /// Asks WeChat for a code, unless it has made it.
    func ask(for code: QRCode, in workspace: Workspace.ID) async -> ImportWindow.Answer.Result {
        if let made = code.made { return .made(made) }
        let now = clock.now()
        do {
            return .made(try await wechat.make(code, in: workspace, at: now))
        } catch let error as WeChatError {
            return Self.result(of: error, at: now)
        } catch {
            return .obstacle(.wait(Self.moment, .noToken))
        }
    }

    private static func result(
        of error: WeChatError, at now: Timestamp
    ) -> ImportWindow.Answer.Result {
        let fault = WeChatFault(error)
        guard case .refused(let code, _) = error else { return .obstacle(.wait(moment, fault)) }
        switch code {
        case .minuteQuotaReached: return .obstacle(.wait(minute, fault))
        case .systemBusy, .systemError: return .obstacle(.wait(moment, fault))
        case .dailyQuotaReached: return .obstacle(.wait(QuotaDay.untilNext(at: now), fault))
        case .qrCodeCountReached, .apiUnauthorized, .apiForbidden: return .obstacle(.stop(fault))
        default:
            return error.isAboutCredentials ? .obstacle(.stop(fault)) : .failed(fault)
        }
    }
}

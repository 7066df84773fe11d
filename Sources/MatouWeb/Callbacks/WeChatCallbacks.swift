import HTTP
import Logging
import Matou

/// `/callbacks/wechat/{app_id}`: what WeChat's servers call.
struct WeChatCallbacks: Sendable {
    /// WeChat's messages are a few KB; anything near this is not one.
    private static let bodyBytesMax = 64 << 10

    let callbacks: Callbacks
    let logger: Logger

    var routes: [Route] {
        [
            .async(.get, "/callbacks/wechat/{app_id}", verify),
            .deferred(
                .post, "/callbacks/wechat/{app_id}", bodyBytesMax: Self.bodyBytesMax, receive),
        ]
    }

    /// The answer is the echo and nothing else.
    @Sendable private func verify(_ request: Request, _ appID: String) async throws -> Response {
        do {
            var response = Response.text(
                try await callbacks.verify(CallbackRequest(request, to: appID)))
            response.fields["X-Content-Type-Options"] = "nosniff"
            return response
        } catch let refusal as CallbackRefusal {
            return answer(refusal, request, to: appID)
        }
    }

    /// `success` is said when the fact is durable; a fault of ours is a 500, so that WeChat comes
    /// again.
    @Sendable private func receive(
        _ request: Request, _ pending: PendingResponse, _ appID: String
    ) {
        callbacks.receive(CallbackRequest(request, to: appID), body: request.body) { result in
            switch result {
            case .success: pending.complete(.success(.text("success")))
            case .failure(let refusal as CallbackRefusal):
                pending.complete(.success(answer(refusal, request, to: appID)))
            case .failure(let error): pending.complete(.failure(error))
            }
        }
    }

    /// What anybody may have put into the path, fit for a terminal and a log.
    private static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(64).map { scalar in
                let isPlain =
                    scalar.isASCII
                    && (scalar.properties.isAlphabetic
                        || scalar.properties.numericType != nil || scalar == "_" || scalar == "-")
                return isPlain ? Character(scalar) : "?"
            })
    }

    private func answer(
        _ refusal: CallbackRefusal, _ request: Request, to appID: String
    ) -> Response {
        logger.warning(
            "a callback was refused",
            metadata: [
                "request": "\(request.id)", "app_id": "\(Self.plain(appID))",
                "from": "\(request.clientAddress)", "reason": "\(refusal)",
            ])
        return .text("", status: refusal.status)
    }
}

extension CallbackRefusal {
    fileprivate var status: Status {
        switch self {
        case .unknownAccount: .notFound
        case .wrongSignature, .stale, .notEncrypted, .cannotDecrypt, .otherAccount: .forbidden
        case .malformed: .badRequest
        }
    }
}

extension CallbackRequest {
    fileprivate init(_ request: Request, to appID: String) {
        let items = request.queryItems
        func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
        self.init(
            appID: appID, signature: value("signature") ?? "",
            timestamp: value("timestamp") ?? "", nonce: value("nonce") ?? "",
            echo: value("echostr"), messageSignature: value("msg_signature"))
    }
}

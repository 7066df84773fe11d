import HTTP
import Logging
import Matou

/// What a visitor is told when a page cannot be shown: the one place where refusals and faults
/// become words on a page.
struct ProblemPages: Sendable {
    let renderer: PageRenderer
    let logger: Logger

    private var locales: Locales { renderer.locales }

    private struct View: Sendable {
        let status: String
        let title: String
        let advice: String
        /// Whether the overview is a way on: not for a customer with a link.
        let hasHome: Bool
        /// What the operator finds in the log; for faults of ours.
        let requestID: String?
    }

    /// A refusal of the services.
    ///
    /// - Parameter visit: of a member, who keeps the navigation; nil for anyone else.
    func page(for refusal: Refusal, _ request: Request, in visit: Visit?) async -> Response {
        let language = Language(request)
        var response = await page(
            refusal.status, title: title(of: refusal.status, language),
            advice: refusal.words(locales, in: language), request, in: visit)
        if case .tooMany(let seconds) = refusal { response.fields["Retry-After"] = String(seconds) }
        return response
    }

    /// A problem that has a text of its own: `foreign_form`, `bad_form`, `internal`, `not_found`.
    ///
    /// - Parameter visit: as above.
    func page(
        status: Status, _ key: String, _ request: Request, in visit: Visit? = nil
    ) async -> Response {
        let language = Language(request)
        return await page(
            status, title: locales.text("errors.\(key)", in: language),
            advice: locales.text("errors.\(key)-advice", in: language), request, in: visit)
    }

    func page(for link: DeadLink, _ request: Request) -> Response {
        let language = Language(request)
        return page(
            .notFound, title: locales.text("errors.dead_\(link.rawValue)", in: language),
            advice: locales.text("errors.dead_\(link.rawValue)-advice", in: language),
            hasHome: false, request)
    }

    /// An answer that the server gives before any handler: programs get what they can read.
    ///
    /// - Parameter bodyBytesMax: what the route takes, for a body that is longer.
    func refusal(
        _ status: Status, _ request: Request?, bodyBytesMax: Int? = nil
    ) -> Response {
        guard let request, !request.path.hasPrefix("/callbacks/") else {
            return .text("\(status)\n", status: status)
        }
        if request.path.hasPrefix("/api/"), request.path != "/api/docs" {
            var problem = Problem(status: status, locales, to: request)
            if let bodyBytesMax { problem.name(bodyBytesMax, locales) }
            return problem.response
        }
        let language = Language(request)
        var response = page(
            status, title: title(of: status, language),
            advice: locales.text(adviceKey(of: status), in: language), request)
        if status == .serviceUnavailable { response.fields["Retry-After"] = "1" }
        response.secure()
        return response
    }

    private func page(
        _ status: Status, title: String, advice: String, _ request: Request, in visit: Visit?
    ) async -> Response {
        if let visit {
            let view = View(
                status: String(status.code), title: title, advice: advice, hasHome: true,
                requestID: nil)
            do {
                return try await renderer.page(
                    "errors/member", view, title: title, in: visit, status: status)
            } catch { log(error) }
        }
        return page(status, title: title, advice: advice, request)
    }

    private func page(
        _ status: Status, title: String, advice: String, hasHome: Bool = true, _ request: Request
    ) -> Response {
        let language = Language(request)
        let isOurFault = status.code >= 500
        let shell = Shell(
            title: title, request, language, csrf: CSRFToken(cookieOf: request), notice: nil)
        let view = View(
            status: String(status.code), title: title, advice: advice, hasHome: hasHome,
            requestID: isOurFault ? request.id : nil)
        do {
            let html = try renderer.templates.render(
                "errors/error", PageContext(shell: shell, content: view), in: language)
            return .html(html, status: status)
        } catch {
            log(error)
            return .text("\(status)\n", status: status)
        }
    }

    private func log(_ error: any Error) {
        logger.error("the page for a problem failed", metadata: ["error": "\(error)"])
    }

    private func title(of status: Status, _ language: Language) -> String {
        locales.text(key(of: status), in: language)
    }

    private func adviceKey(of status: Status) -> String { key(of: status) + "-advice" }

    /// The texts of the status, or of its class when it has none.
    private func key(of status: Status) -> String {
        let own = "errors.\(status.code)"
        return locales.has(own) ? own : status.code < 500 ? "errors.400" : "errors.500"
    }
}

/// A link that was given out and leads nowhere any more. Its page does not speak of workspaces: who
/// follows it may know of none.
enum DeadLink: String, Error {
    case invitation, form, code
}

import HTTP
import Logging
import Matou

/// The one place where a page's request is let in, and where what is thrown becomes an answer.
///
/// The server has found the route, and refused what breaks a limit; it writes the log when the answer
/// is out. In between, outermost first: `answer`, then the steps of `admit` from top to bottom.
struct Gatekeeper: Sendable {
    static let sessionCookie = "matou_session"
    static let visitCookie = "matou_visit"

    let installation: Installation
    let settings: SiteSettings
    let problems: ProblemPages
    let logger: Logger

    func route(_ page: PageRoute) -> Route {
        switch page.handler {
        case .member(let role, let handler) where page.method.isSafe:
            .async(page.method, page.path, bodyBytesMax: PageRoute.openBytesMax, of: handler) {
                request, handler in
                await answer(request) { try await admit(request, role, page, handler, &$0) }
            }
        case .member(let role, let handler):
            // Begins with the head: what a stranger sends is not taken.
            .upload(page.method, page.path, bodyBytesMax: page.readBytesMax, of: handler) {
                request, handler in
                await answer(request) { try await admit(request, role, page, handler, &$0) }
            }
        case .anyone(let handler):
            .async(page.method, page.path, bodyBytesMax: page.bodyBytesMax, of: handler) {
                request, handler in
                await answer(request) { _ in try await admit(request, handler) }
            }
        }
    }

    /// The way in of a member: session, role, body, form, CSRF, handler.
    ///
    /// - Parameter known: who it is, as soon as that is known: a problem is told inside their pages.
    private func admit(
        _ request: Request, _ role: Role, _ page: PageRoute, _ handler: RouteHandler<Visit>,
        _ known: inout Visit?
    ) async throws -> Response {
        guard let (session, token) = try await session(of: request) else {
            return try await sendToSignIn(request)
        }
        let csrf = CSRFToken(cookie: token)
        let language = Language(request)
        known = Visit(request: request, session: session, language: language, csrf: csrf)
        try session.principal.require(role)
        let request = try await page.body(of: request)
        try request.checkForm()
        try csrf.check(request)
        let visit = Visit(request: request, session: session, language: language, csrf: csrf)
        return try await handler(visit, request)
    }

    /// The way in of anyone: form, CSRF, handler. The body is short, and there already.
    private func admit(
        _ request: Request, _ handler: RouteHandler<PublicVisit>
    ) async throws -> Response {
        try request.checkForm()
        let known = CSRFToken(cookieOf: request)
        let fresh = installation.randomness.alphanumeric(32)
        let visit = PublicVisit(
            request: request, language: Language(request),
            csrf: known ?? CSRFToken(cookie: fresh),
            freshCookie: known == nil ? Cookie(Self.visitCookie, fresh) : nil)
        try visit.csrf.check(request)
        return try await handler(visit, request)
    }

    private func session(of request: Request) async throws -> (Session, token: String)? {
        guard let token = request.cookie(Self.sessionCookie),
            let session = try await installation.sessions.find(SecretToken(text: token))
        else { return nil }
        return (session, token)
    }

    /// Where to go without a session; the page that was wanted follows after signing in.
    private func sendToSignIn(_ request: Request) async throws -> Response {
        guard try await installation.members.isSetUp() else { return .redirect(to: "/setup") }
        guard request.method.isSafe, request.path != "/" else {
            return .redirect(to: "/sign-in")
        }
        return .redirect(
            to: "/sign-in?next=" + PercentCoding.encodeQueryComponent(request.target))
    }

    private func answer(
        _ request: Request, _ body: (inout Visit?) async throws -> Response
    ) async -> Response {
        var visit: Visit?
        var response: Response
        do {
            guard !request.target.contains("%00") else { throw FormError.holdsNUL }
            response = try await body(&visit)
        } catch let refusal as Refusal {
            response = await problems.page(for: refusal, request, in: visit)
        } catch let link as DeadLink {
            response = problems.page(for: link, request)
        } catch is ForeignForm {
            response = await problems.page(status: .forbidden, "foreign_form", request, in: visit)
        } catch is FormError {
            response = await problems.page(status: .badRequest, "bad_form", request, in: visit)
        } catch is UnknownPath {
            response = await problems.page(for: .missing, request, in: visit)
        } catch let fault as any RequestFault {
            response = problems.refusal(fault.status, request).refusing(fault)
        } catch is ConnectionLost {
            // Nobody is there to read it.
            response = problems.refusal(.badRequest, request)
        } catch {
            logger.failed("a page failed", error, request)
            response = await problems.page(status: .internalServerError, "internal", request)
        }
        response.secure()
        if settings.isSecure { response.secureCookies() }
        return response
    }
}

extension PageRoute {
    /// Room for the head of a file's part.
    private static let headBytesMax = 64 << 10

    fileprivate var readBytesMax: Int { fileBytesMax == nil ? bodyBytesMax : Self.uploadBytesMax }

    /// The request with its body.
    fileprivate func body(of request: Request) async throws -> Request {
        guard let fileBytesMax else { return try await request.collectingUpload() }
        return try await request.collectingUpload(
            cuttingPartsTo: fileBytesMax + Self.headBytesMax,
            keeping: bodyBytesMax + Self.headBytesMax)
    }
}

/// A form without our token: sent by another site, or from a page older than the session.
private struct ForeignForm: Error {}

extension CSRFToken {
    /// - Throws: `ForeignForm` for a change that does not carry the token.
    fileprivate func check(_ request: Request) throws(ForeignForm) {
        guard request.method.isSafe || admits(request) else { throw ForeignForm() }
    }
}

extension Method {
    /// RFC 9110 §9.2.1: asks for nothing to change.
    var isSafe: Bool { self == .get || self == .head || self == .options }
}

extension FormError {
    /// No field of ours holds a NUL, and no store takes one.
    static let holdsNUL = FormError.malformed("it holds a NUL")
}

extension Request {
    /// - Throws: `FormError` for a form that holds a NUL.
    fileprivate func checkForm() throws(FormError) {
        if hasNULInForm { throw .holdsNUL }
    }

    private var hasNULInForm: Bool {
        guard !method.isSafe, !body.isEmpty else { return false }
        // A file may hold anything; the fields beside it may not.
        if fields["content-type"]?.lowercased().hasPrefix("multipart/") ?? false {
            return (try? form())?.fields.contains { $0.value.utf8.contains(0) } ?? false
        }
        return body.contains(0) || String(decoding: body, as: UTF8.self).contains("%00")
    }
}

extension Response {
    /// The headers that every page carries: nothing from other hosts, no framing, no sniffing.
    mutating func secure() {
        let policy =
            "default-src 'self'; img-src 'self' data:; base-uri 'none'; "
            + "form-action 'self'; frame-ancestors 'none'; object-src 'none'"
        if fields["Content-Security-Policy"] == nil { fields["Content-Security-Policy"] = policy }
        fields["X-Content-Type-Options"] = "nosniff"
        // A page whose address is a secret has a stricter one.
        if fields["Referrer-Policy"] == nil { fields["Referrer-Policy"] = "same-origin" }
        if fields["Cache-Control"] == nil { fields["Cache-Control"] = "no-store" }
    }
}

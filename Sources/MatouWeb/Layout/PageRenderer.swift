import Foundation
import HTTP
import Matou
import Mustache

/// Puts a view into a template and the shell around it.
struct PageRenderer: Sendable {
    let templates: Templates
    let locales: Locales
    let installation: Installation
    let settings: SiteSettings

    /// A page for a member.
    ///
    /// - Parameters:
    ///   - template: its path below the folder, such as `accounts/show`.
    ///   - content: a plain struct, whose stored properties the template names.
    func page(
        _ template: String, _ content: some Sendable, title: String, in visit: Visit,
        status: Status = .ok
    ) async throws -> Response {
        let shell = Shell(
            title: title, in: visit, wording(visit), try await standing(of: visit),
            settings: settings, notice: Notice(passedBy: visit.request))
        return try html(template, content, in: shell, visit.language, status)
    }

    /// A part of a page, for a script to put into it.
    func fragment(
        _ template: String, _ content: some Sendable, in visit: Visit, status: Status = .ok
    ) throws -> Response {
        .html(
            try templates.render(template, ReflectedView(content), in: visit.language),
            status: status)
    }

    /// A page for anyone. With it goes the cookie that its forms are tied to, and with nothing else:
    /// what may be cached for all must not carry one visitor's.
    func publicPage(
        _ template: String, _ content: some Sendable, title: String, in visit: PublicVisit,
        status: Status = .ok
    ) throws -> Response {
        let shell = Shell(
            title: title, visit.request, visit.language, csrf: visit.csrf,
            notice: Notice(passedBy: visit.request))
        var response = try html(template, content, in: shell, visit.language, status)
        if let cookie = visit.freshCookie { response.setCookie(cookie) }
        return response
    }

    /// The account that the pages are about: the one chosen in the switcher while it exists,
    /// otherwise the oldest; nil before there is one.
    func selectedAccount(_ visit: Visit) async throws -> Account? {
        Self.selected(in: try await accounts(visit), visit)
    }

    private func accounts(_ visit: Visit) async throws -> [Account] {
        try await visit.accounts {
            try await installation.accounts.list(for: visit.principal)
        }
    }

    func wording(_ visit: Visit) -> Wording {
        Wording(locales: locales, language: visit.language, zone: visit.workspace.timeZone)
    }

    /// For pages outside of any workspace, whose times are few and in UTC.
    func wording(_ visit: PublicVisit) -> Wording {
        Wording(locales: locales, language: visit.language, zone: .gmt)
    }

    private func standing(of visit: Visit) async throws -> Standing {
        let accounts = try await accounts(visit)
        let account = Self.selected(in: accounts, visit)
        var codes: Int?
        if let account {
            codes = try await installation.qrCodes.count(
                on: account.id, for: visit.principal)
        }
        return Standing(accounts: accounts, account: account, codes: codes)
    }

    private static func selected(in accounts: [Account], _ visit: Visit) -> Account? {
        accounts.first { $0.id == visit.session.accountID } ?? accounts.first
    }

    private func html(
        _ template: String, _ content: some Sendable, in shell: Shell, _ language: Language,
        _ status: Status
    ) throws -> Response {
        var response = Response.html(
            try templates.render(
                template, PageContext(shell: shell, content: content), in: language),
            status: status)
        response.fields["Content-Language"] = language.rawValue
        if shell.notice != nil { response.setCookie(.deletion(of: Notice.cookie)) }
        return response
    }
}

/// What a template sees: the members of its view, and `shell`.
struct PageContext: MustacheParent {
    private let shell: ReflectedView
    private let content: ReflectedView

    init(shell: Shell, content: some Sendable) {
        self.shell = ReflectedView(shell)
        self.content = ReflectedView(content)
    }

    func child(named name: String) -> Any? {
        name == "shell" ? shell : content.child(named: name)
    }
}

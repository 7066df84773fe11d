import HTTP

/// Draws the phone's pages.
extension MockGateway {
    static let peopleShownMax = 60
    private static let languageCookie = "mock_language"

    func peoplePage(_ request: Request, problem: Refusal? = nil) -> Response {
        let language = language(of: request)
        let scan = request.query("scan") ?? ""
        let before = request.query("before").flatMap { Int($0) }
        let (people, older) = read { world, _ in
            let people = world.newestPeople(before: before, max: Self.peopleShownMax)
            let last = people.last?.number ?? 1
            return (people.map { world.face($0, scan: scan) }, last > 1 ? last : nil)
        }
        let view = PeoplePage(
            head: head("/", request, language), people: people, scanText: scan.isEmpty ? nil : scan,
            problem: problem.map(\.words),
            newest: before.map { _ in PhoneLink.people(scan: scan) },
            older: older.map { PhoneLink.people(scan: scan, before: $0) })
        return page("people", view, request, language, problem)
    }

    /// - Parameter account: Whose chat a refused form came from.
    func phonePage(
        of id: String, _ request: Request, account: String? = nil, problem: Refusal? = nil
    ) -> Response {
        let language = language(of: request)
        let words = texts[language]
        let head = head(PhoneLink.phone(id), request, language)
        let view = read { world, now -> PhonePage? in
            guard let person = world.people[id] else { return nil }
            var page = PhonePage(
                head: head, person: world.face(person), others: world.others(than: person),
                clock: now.clockTime, problem: problem.map(\.words),
                log: log(of: id, words))
            if let scan = request.query("scan"), !scan.isEmpty {
                page.scanText = scan
                page.scanPicture = PhoneLink.picture(of: scan)
            }
            world.fill(&page, request, account, person, words, now)
            return page
        }
        guard let view else { return .redirect(to: "/") }
        return page("phone", view, request, language, problem)
    }

    private func log(of person: String, _ words: [String: String]) -> [LogLine] {
        deliveries.last(12, of: person).map { delivery in
            let last = delivery.attempts.last
            return LogLine(
                time: last?.at.clockTime ?? "", name: delivery.name,
                outcome: words["outcome_\(delivery.outcome.rawValue)"] ?? "",
                isGood: delivery.outcome == .accepted, words: delivery.words,
                milliseconds: last?.milliseconds ?? 0)
        }
    }

    private func page(
        _ template: String, _ view: Any, _ request: Request, _ language: PhoneTexts.Language,
        _ problem: Refusal?
    ) -> Response {
        var response = Response.html(
            texts.render(template, view), status: problem == nil ? .ok : .unprocessableContent)
        response.fields["Content-Security-Policy"] =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
            + "img-src 'self' http: https: data:; media-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'"
        response.fields["X-Content-Type-Options"] = "nosniff"
        response.fields["Referrer-Policy"] = "no-referrer"
        response.fields["Cache-Control"] = "no-store"
        if request.query("lang") == language.rawValue {
            response.setCookie(
                Cookie(Self.languageCookie, language.rawValue, maxAge: 365 * 86_400))
        }
        return response
    }

    /// What the address asks for, else what was asked for last, else what the browser prefers, else
    /// Chinese.
    private func language(of request: Request) -> PhoneTexts.Language {
        let asked = request.query("lang").flatMap(PhoneTexts.Language.init)
        return asked ?? request.cookie(Self.languageCookie).flatMap(PhoneTexts.Language.init)
            ?? request.preferredLanguage(of: PhoneTexts.Language.allCases.map(\.rawValue))
            .flatMap(PhoneTexts.Language.init) ?? .chinese
    }

    /// - Parameter path: The page's own. A form that was refused is drawn at the form's address.
    private func head(
        _ path: String, _ request: Request, _ language: PhoneTexts.Language
    ) -> PageHead {
        var query = request.queryItems.filter { $0.name != "lang" }.map { item in
            [item.name, item.value].map(PercentCoding.encodeQueryComponent).joined(separator: "=")
        }
        query.append("lang=\(language.other.rawValue)")
        return PageHead(
            words: texts[language], languageTag: language.tag,
            stylesheet: phoneFiles.url(for: "phone.css"), script: phoneFiles.url(for: "phone.js"),
            otherLanguageURL: "\(path)?\(query.joined(separator: "&"))")
    }
}

extension World {
    fileprivate func others(than person: Person) -> [Face] {
        newestPeople(max: 9).filter { $0.id != person.id }.prefix(8).map { face($0) }
    }

    /// Chooses the screen that the address asks for.
    fileprivate func fill(
        _ page: inout PhonePage, _ request: Request, _ appid: String?, _ person: Person,
        _ words: [String: String], _ now: Moment
    ) {
        if let account = request.query("card").flatMap({ accounts[$0] }) {
            page.card = AccountCard(
                account: face(account, for: person), isVerified: account.isVerified,
                originalID: account.originalID)
        } else if let account = (appid ?? request.query("account")).flatMap({ accounts[$0] }) {
            page.chat = chat(person, with: account, words, at: now)
        } else if let text = request.query("text") {
            page.unknown = RichTextView(runs: RichText(text).runs)
        } else if request.query("expired") != nil {
            page.isExpired = true
        } else if request.query("scan") != nil {
            page.isScanner = true
        } else {
            page.isHome = true
            page.chats = chatLines(person, words)
        }
    }
}

extension Refusal {
    var words: String {
        switch self {
        case .invalid(_, let reason), .missing(let reason), .conflict(let reason): reason
        }
    }
}

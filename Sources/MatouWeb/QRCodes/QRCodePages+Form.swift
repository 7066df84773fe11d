import HTTP
import Matou

extension QRCodePages {
    @Sendable func new(_ visit: Visit) async throws -> Response {
        let (form, owner) = try await begun(visit)
        if let owner {
            let account = try await installation.accounts.find(owner, for: visit.principal)
            if let obstacle = account.obstacle { throw Refusal.conflict(obstacle) }
            return try await draw(form, account, visit)
        }
        guard let account = try await renderer.selectedAccount(visit), account.obstacle == nil
        else { return .redirect(to: "/qr-codes") }
        return try await draw(form, account, visit)
    }

    /// What a link to the form begins it with: nothing, a code to copy, an article, a card, or a form.
    ///
    /// - Returns: also the account of the code or article, whatever account the switcher shows.
    private func begun(_ visit: Visit) async throws -> (form: QRCodeForm, owner: Account.ID?) {
        var form = QRCodeForm()
        if let id: QRCode.ID = visit.query("copy") {
            let original = try await installation.qrCodes.find(id, for: visit.principal)
            if case .failed = original.making { throw Refusal.missing }
            form = QRCodeForm(
                QRCode.Draft(copying: original, at: installation.clock.now()),
                zone: visit.workspace.timeZone)
            form.copyOf = id.text
            return (form, original.account)
        }
        if let id: Article.ID = visit.query("article") {
            let article = try await installation.articles.find(id, for: visit.principal)
            form.reply(with: .article(article.id))
            return (form, article.account)
        }
        if let id: NewsCard.ID = visit.query("card") {
            let card = try await installation.newsCards.find(id, for: visit.principal).card
            form.reply(with: .news(card))
        }
        if let id: Matou.Form.ID = visit.query("form") {
            let collecting = try await installation.forms.find(id, for: visit.principal)
            form.reply(with: .form(collecting.id))
        }
        return (form, nil)
    }

    @Sendable func create(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        var form = QRCodeForm(sent)
        // The account that the form was opened on, even if another tab has switched since.
        let id = Account.ID(sent.first("account") ?? "")
        let account = try await installation.accounts.find(id, for: visit.principal)
        let edited = try await edit(&form.items, by: sent, on: account, visit)
        guard edited.isDone else {
            return try await draw(
                form, account, problem: edited.problem, uploadErrors: edited.uploadErrors, visit)
        }
        var draft = form.draft(zone: visit.workspace.timeZone)
        draft.design = try await original(of: form, visit)?.design
        do {
            let code = try await installation.qrCodes.create(draft, on: id, by: visit.principal)
            let namesakes = try await installation.qrCodes.count(
                named: code.name, on: id, for: visit.principal)
            let wording = renderer.wording(visit)
            let isRepeated = namesakes > 1 && code.made != nil
            return .redirect(
                to: code.path,
                notice: isRepeated
                    ? Notice(.warn, wording("qr-codes.done.created-same-name"))
                    : notice(of: code, wording))
        } catch Refusal.invalid(let faults) {
            return try await draw(form, account, faults: faults, visit)
        } catch Refusal.conflict(let conflict) {
            let words = Refusal.conflict(conflict)
                .words(renderer.wording(visit).locales, in: visit.language)
            return try await draw(form, account, problem: Notice(.bad, words), visit)
        }
    }

    @Sendable func edit(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let code = try await code(id, visit)
        let form = QRCodeForm(QRCode.Draft(code), zone: visit.workspace.timeZone)
        return try await draw(form, of: code, visit)
    }

    @Sendable func change(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let code = try await code(id, visit)
        let sent = try visit.request.form()
        var form = QRCodeForm(sent)
        let account = try await installation.accounts.find(code.account, for: visit.principal)
        let edited = try await edit(&form.items, by: sent, on: account, visit)
        guard edited.isDone else {
            return try await draw(
                form, account, present: code, problem: edited.problem,
                uploadErrors: edited.uploadErrors, visit)
        }
        let draft = form.draft(zone: visit.workspace.timeZone, keeping: QRCode.Draft(code))
        do {
            let changed = try await installation.qrCodes.change(
                code.id, to: draft, ifVersion: form.version, by: visit.principal)
            let saved = Notice(.good, renderer.wording(visit)("qr-codes.done.saved"))
            return .redirect(to: changed.path, notice: saved)
        } catch Refusal.invalid(let faults) {
            return try await draw(form, of: code, faults: faults, visit)
        } catch Refusal.stale(let version) {
            let names = try await installation.members.names(
                of: [code.updatedBy], for: visit.principal)
            // Saving once more is then a decision, made with the present version in sight.
            form.version = version
            let wording = renderer.wording(visit)
            let words = wording(
                "common.problem.conflict", ["name": names[code.updatedBy] ?? code.updatedBy])
            let present = QRCode.Draft(code)
            return try await draw(
                form, of: code, problem: Notice(.warn, words),
                differences: FieldDifference.all(from: present, to: draft, wording), visit)
        }
    }

    private func draw(
        _ form: QRCodeForm, of code: QRCode, faults: [FieldFault] = [], problem: Notice? = nil,
        differences: [FieldDifference] = [], _ visit: Visit
    ) async throws -> Response {
        let account = try await installation.accounts.find(code.account, for: visit.principal)
        return try await draw(
            form, account, present: code, faults: faults, problem: problem,
            differences: differences, visit)
    }

    /// The code that the form is a copy of, were it deleted meanwhile.
    private func original(of form: QRCodeForm, _ visit: Visit) async throws -> QRCode? {
        guard !form.copyOf.isEmpty else { return nil }
        return try await installation.qrCodes.find(
            evenDeleted: QRCode.ID(form.copyOf), for: visit.principal)
    }

    private func draw(
        _ form: QRCodeForm, _ account: Account, present: QRCode? = nil,
        faults: [FieldFault] = [], problem: Notice? = nil, differences: [FieldDifference] = [],
        uploadErrors: [String: String] = [:], _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let context = try await QRCodeFormContext(
            of: form, on: account, present: present,
            copiedFrom: try await original(of: form, visit)?.name,
            uploadErrors: uploadErrors, differences: differences, from: installation,
            for: visit.principal, wording)
        let isRefused = !faults.isEmpty || problem != nil || !uploadErrors.isEmpty
        return try await renderer.page(
            present == nil ? "qr-codes/new" : "qr-codes/edit",
            QRCodeFormView(form, faults: faults, problem: problem, context),
            title: wording(present == nil ? "qr-codes.new" : "qr-codes.edit"), in: visit,
            status: isRefused ? .unprocessableContent : .ok)
    }
}

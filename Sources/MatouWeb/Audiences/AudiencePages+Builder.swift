import HTTP
import Matou

/// Making an audience by conditions: the form, what its buttons do, and the count before it is made.
extension AudiencePages {
    @Sendable func new(_ visit: Visit) async throws -> Response {
        try await draw(AudienceBuilder(), visit)
    }

    @Sendable func create(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        var builder = AudienceBuilder(sent)
        do {
            switch builder.edit(as: sent) {
            case .changed: return try await draw(builder, visit)
            case .count:
                return try await draw(
                    builder, summary: try await summary(of: builder, visit), visit)
            case nil:
                let condition = try await conditionToMake(of: builder, visit)
                let audience = try await audiences.create(
                    named: builder.name, condition, by: visit.principal)
                return .redirect(to: audience.path)
            }
        } catch Refusal.invalid(let faults) {
            return try await draw(builder, faults: faults, visit)
        }
    }

    /// The sentence and the count of the form as it stands, for a page that asks while it is typed.
    @Sendable func estimate(_ visit: Visit) async throws -> Response {
        let builder = AudienceBuilder(try visit.request.form())
        do {
            let summary = try await summary(of: builder, visit)
            return try .json([
                "sentence": .string(summary.sentence), "count": .string(summary.count),
            ])
        } catch Refusal.invalid {
            return try .json(["sentence": "", "count": ""])
        }
    }

    private func summary(
        of builder: AudienceBuilder, _ visit: Visit
    ) async throws -> AudienceBuilderView.Summary {
        let condition = try await condition(of: builder, visit)
        return AudienceBuilderView.Summary(
            sentence: try await sentence(of: condition, visit),
            count: try await count(of: condition, visit))
    }

    /// How many meet the condition now, of the first people that are looked at.
    private func count(of condition: AudienceCondition, _ visit: Visit) async throws -> String {
        let estimate = try await audiences.estimate(condition, for: visit.principal)
        return estimate.words(renderer.wording(visit))
    }

    /// - Throws: `Refusal.invalid` with the lines that name nothing, or one of several, or run backwards.
    private func condition(
        of builder: AudienceBuilder, _ visit: Visit
    ) async throws -> AudienceCondition {
        let wording = renderer.wording(visit)
        let account = try await renderer.selectedAccount(visit)?.id
        let found = try await audiences.namesakes(
            of: builder.terms, on: account, for: visit.principal)
        let ids = found.compactMapValues { $0.count == 1 ? $0[0].id : nil }
        var forms: [Matou.Form.ID: Matou.Form] = [:]
        for case (.form, let id) in ids {
            let form = try await installation.forms.find(Matou.Form.ID(id), for: visit.principal)
            forms[form.id] = form
        }
        return try builder.condition(
            AudienceReferences(
                ids: ids,
                several: found.filter { $0.value.count > 1 }
                    .mapValues { $0.map { $0.label(wording) } },
                forms: forms, zone: visit.workspace.timeZone))
    }

    /// The same of a form that is sent, which says at once that its name is missing as well.
    private func conditionToMake(
        of builder: AudienceBuilder, _ visit: Visit
    ) async throws -> AudienceCondition {
        do {
            return try await condition(of: builder, visit)
        } catch Refusal.invalid(let faults) where builder.name.trimmingWhitespace().isEmpty {
            throw Refusal.invalid([FieldFault("name", .required)] + faults)
        }
    }

    /// What the fields of the lines offer: the latest of each, those of one name with what tells them
    /// apart. Others can be typed.
    private func offers(_ visit: Visit) async throws -> [AudienceBuilderView.Offer] {
        let limit = PageLimit.range.upperBound
        let (principal, wording) = (visit.principal, renderer.wording(visit))
        var followerTags: [FollowerTag] = []
        var codes: [QRCode] = []
        let account = try await renderer.selectedAccount(visit)
        if let account {
            followerTags = try await installation.tags.followerTags(of: account.id, for: principal)
            codes = try await installation.qrCodes.page(
                QRCodeFilter(account: account.id), limit: limit, for: principal
            ).codes.elements
        }
        let tags = try await installation.tags.contactTags(limit: limit, for: principal).elements
        let forms = try await installation.forms.page(limit: limit, for: principal).elements
        let mark = AudienceBuilder.questionMark
        let titles = forms.map(AudienceNamesake.init(_:)).names(wording)
        let codeNames = codes.map {
            AudienceNamesake(
                id: $0.id.text, name: $0.name, account: account?.name, createdAt: $0.createdAt)
        }.names(wording)
        let questions = zip(titles, forms).flatMap { title, form in
            form.fields.map { title + mark + $0.label }
        }
        return [
            .init(field: .tag, names: tags.map(\.name)),
            .init(field: .followerTag, names: followerTags.map(\.name)),
            .init(field: .source, names: Set(codes.map(\.source)).subtracting([""]).sorted()),
            .init(field: .code, names: codeNames),
            .init(field: .form, names: titles),
            .init(field: .question, names: questions),
        ]
    }

    private func draw(
        _ builder: AudienceBuilder, summary: AudienceBuilderView.Summary? = nil,
        faults: [FieldFault] = [], _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let view = AudienceBuilderView(
            builder, offers: try await offers(visit), summary: summary, faults: faults, wording)
        return try await renderer.page(
            "audiences/new", view, title: wording("audiences.new"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

extension AudienceNamesake {
    /// What stands between the parts of a label; the last is the id.
    static let mark = " · "

    fileprivate init(_ form: Matou.Form) {
        self.init(id: form.id.text, name: form.title, createdAt: form.createdAt)
    }

    /// The name with what tells it from others that are so called.
    fileprivate func label(_ wording: Wording) -> String {
        [name, account, wording.exact(createdAt), id].compactMap { $0 }
            .joined(separator: Self.mark)
    }
}

extension [AudienceNamesake] {
    /// Their names, or their labels where several are so called.
    fileprivate func names(_ wording: Wording) -> [String] {
        let named = Dictionary(grouping: self) { $0.name.folded() }
        return map { (named[$0.name.folded()]?.count ?? 0) > 1 ? $0.label(wording) : $0.name }
    }
}

extension AudienceEstimate {
    func words(_ wording: Wording) -> String {
        wording(
            isComplete ? "audiences.now" : "audiences.now-of-some",
            ["count": wording.number(members), "examined": wording.number(examined)])
    }
}

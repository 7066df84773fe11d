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

    /// - Throws: `Refusal.invalid` with the lines that name nothing or run backwards.
    private func condition(
        of builder: AudienceBuilder, _ visit: Visit
    ) async throws -> AudienceCondition {
        let ids = try await audiences.ids(of: builder.terms, for: visit.principal)
        var forms: [Matou.Form.ID: Matou.Form] = [:]
        for case (.form, let id) in ids {
            let form = try await installation.forms.find(Matou.Form.ID(id), for: visit.principal)
            forms[form.id] = form
        }
        return try builder.condition(
            AudienceReferences(ids: ids, forms: forms, zone: visit.workspace.timeZone))
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

    /// What the fields of the lines offer: the latest of each. Others can be typed.
    private func offers(_ visit: Visit) async throws -> [AudienceBuilderView.Offer] {
        let limit = PageLimit.range.upperBound
        let principal = visit.principal
        var followerTags: [FollowerTag] = []
        var codes: [QRCode] = []
        if let account = try await renderer.selectedAccount(visit) {
            followerTags = try await installation.tags.followerTags(of: account.id, for: principal)
            codes = try await installation.qrCodes.page(
                QRCodeFilter(account: account.id), limit: limit, for: principal
            ).codes.elements
        }
        let tags = try await installation.tags.contactTags(limit: limit, for: principal).elements
        let forms = try await installation.forms.page(limit: limit, for: principal).elements
        let mark = AudienceBuilder.questionMark
        return [
            .init(field: .tag, names: tags.map(\.name)),
            .init(field: .followerTag, names: followerTags.map(\.name)),
            .init(field: .source, names: Set(codes.map(\.source)).subtracting([""]).sorted()),
            .init(field: .code, names: codes.map(\.name)),
            .init(field: .form, names: forms.map(\.title)),
            .init(
                field: .question,
                names: forms.flatMap { form in form.fields.map { form.title + mark + $0.label } }),
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

extension AudienceEstimate {
    func words(_ wording: Wording) -> String {
        wording(
            isComplete ? "audiences.now" : "audiences.now-of-some",
            ["count": wording.number(members), "examined": wording.number(examined)])
    }
}

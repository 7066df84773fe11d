import HTTP
import Matou

/// Making an audience from the list of a code's scanners as it is filtered.
extension AudiencePages {
    /// Who it will be, and what it is to be called.
    @Sendable func askForName(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let origin = try await origin(id, visit.request.query, visit)
        return try await draw(origin, name: nil, visit)
    }

    @Sendable func createFromScanners(_ visit: Visit, _ id: QRCode.ID) async throws -> Response {
        let sent = try visit.request.form()
        let origin = try await origin(id, sent.first, visit)
        let name = sent.first("name") ?? ""
        do {
            let audience = try await audiences.create(
                named: name, .scanned(origin.scan), by: visit.principal)
            return .redirect(
                to: audience.path,
                notice: Notice(.good, renderer.wording(visit)("audiences.done.made")))
        } catch Refusal.invalid(let faults) {
            return try await draw(origin, name: name, faults: faults, visit)
        }
    }

    /// The code, and its scanners as the list was filtered.
    private struct Origin {
        let code: QRCode
        let scan: AudienceCondition.Scan
    }

    private func origin(
        _ id: QRCode.ID, _ sent: (String) -> String?, _ visit: Visit
    ) async throws -> Origin {
        let code = try await installation.qrCodes.find(id, for: visit.principal)
        var scan = AudienceCondition.Scan(code: code.id)
        scan.group = sent("kind").flatMap(ScannerFilter.Group.init(rawValue:)) ?? .all
        scan.openid = sent("openid") ?? ""
        return Origin(code: code, scan: scan)
    }

    /// How many contacts it would have, and why these are fewer than the scanners that the code's page
    /// tells.
    private func count(of origin: Origin, _ visit: Visit) async throws -> String {
        let wording = renderer.wording(visit)
        let estimate = try await audiences.estimate(.scanned(origin.scan), for: visit.principal)
        let counts = try await installation.stats.report(
            of: origin.code.id, ReportDays(last: 1), for: visit.principal
        ).counts
        let scanners = counts.count(of: origin.scan.group)
        guard estimate.isComplete, origin.scan.openid.isEmpty, scanners > estimate.members else {
            return estimate.words(wording)
        }
        return wording(
            "audiences.now-merged",
            [
                "followers": wording.number(scanners),
                "count": wording.number(estimate.members),
            ])
    }

    private struct NamingView: Sendable {
        let code: Link
        let problem: Notice?
        let fields: [HiddenField]
        let name: FormField
        let sentence: String
        let count: String
    }

    private func draw(
        _ origin: Origin, name: String?, faults: [FieldFault] = [], _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let tab = wording("qr-codes.tab.\(origin.scan.group.rawValue)")
        let offered = "\(origin.code.name) \(tab)"
        let view = NamingView(
            code: Link(path: origin.code.path, label: origin.code.name),
            problem: Notice(faults: faults, wording),
            fields: [
                HiddenField(name: "kind", value: origin.scan.group.rawValue),
                HiddenField(name: "openid", value: origin.scan.openid),
            ],
            name: FormField(
                "name", name ?? String(offered.suffix(Audience.nameLimit)),
                FaultTexts(faults, wording)),
            sentence: try await sentence(of: .scanned(origin.scan), visit),
            count: try await count(of: origin, visit))
        return try await renderer.page(
            "audiences/of-scanners", view, title: wording("audiences.new"), in: visit,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}

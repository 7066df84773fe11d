import Foundation
import HTTP
import Matou
import Sheets

/// What is done to several codes at once.
extension QRCodePages {
    /// The buttons under the list.
    private enum Action: String {
        case images, links, records, codes, group, tags, retry, delete
    }

    @Sendable func act(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        let form = QRCodeSelectionForm(sent, visit)
        guard let action = sent.first("action").flatMap(Action.init(rawValue:)) else {
            throw Refusal.invalid("action", .unknown)
        }
        let wording = renderer.wording(visit)
        if !form.isAll, form.ids.isEmpty {
            return .redirect(
                to: form.returnPath, notice: Notice(.warn, wording("qr-codes.none-selected")))
        }
        switch action {
        case .images: return try await askForImages(form, visit)
        case .delete: return try await confirmDeletion(of: form, visit)
        case .group:
            let changed = try await installation.qrCodes.move(
                form.selection, toGroup: sent.first("group") ?? "", by: visit.principal)
            return .redirect(to: form.returnAddress.undoing(changed, .moved).text)
        case .retry:
            let count = try await installation.qrCodes.retry(form.selection, by: visit.principal)
            let notice =
                count == 0
                ? Notice(.warn, wording("qr-codes.none-failed"))
                : Notice(
                    .good,
                    wording("qr-codes.done.retried", ["count": wording.number(count)]))
            return .redirect(to: form.returnPath, notice: notice)
        case .tags: return try await askForTags(form, CodeTagChange(), visit)
        case .links:
            return try await export(
                QRCodeLinksExport(of: form.selection, publicURL: settings.publicURL), sent, visit)
        case .records: return try await export(ScanRecordsExport(of: form.selection), sent, visit)
        case .codes: return try await export(QRCodesExport(of: form.selection), sent, visit)
        }
    }

    private func export(
        _ kind: some ExportKind, _ sent: Form, _ visit: Visit
    ) async throws -> Response {
        _ = try await installation.exports.create(
            kind, as: ExportFormat(typed: sent.first("format")), in: visit.language,
            by: visit.principal)
        let words = renderer.wording(visit)("exports.done.created")
        return .redirect(to: "/exports", notice: Notice(.good, words))
    }

    private func askForImages(
        _ form: QRCodeSelectionForm, picture: String = "size=\(CodeDesign.standardPixels)",
        faults: [FieldFault] = [],
        problem: Notice? = nil, _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let total = try await installation.qrCodes.standing(
            of: form.selection, for: visit.principal
        ).total
        let sizes = CodePictures.sizes.map { size in
            Choice(
                "size=\(size)", "\(size) × \(size)",
                help: wording("qr-codes.download.\(size)"),
                isSelected: picture == "size=\(size)")
        }
        let prints = CodePictures.prints.map { print in
            Choice(
                "print=\(print.centimetres)cm", "\(print.centimetres) cm",
                help: wording(
                    "qr-codes.images.print", ["metres": String(format: "%g", print.metres)]),
                isSelected: picture == "print=\(print.centimetres)cm")
        }
        let vector = Choice(
            "format=svg", "SVG", help: wording("qr-codes.download.svg"),
            isSelected: picture == "format=svg")
        let view = CodeImagesView(
            question: wording("qr-codes.images.title", ["count": wording.number(total)]),
            fields: form.fields, sizes: sizes + prints + [vector],
            logos: logos(try await installation.logos.list(for: visit.principal), wording),
            upload: visit.principal.role >= .editor
                ? .init(error: FaultTexts(faults, wording, form: "logos")["file"]) : nil,
            problem: problem, returnPath: form.returnPath)
        return try await renderer.page(
            "qr-codes/images", view, title: wording("qr-codes.images"), in: visit,
            status: faults.isEmpty && problem == nil ? .ok : .unprocessableContent)
    }

    /// Each code's own looks, none, or one logo for all.
    ///
    /// - Parameter own: the key of what the own looks are called.
    func logos(
        _ logos: [UploadedLogo], own: String = "qr-codes.images.own-looks", _ wording: Wording
    ) -> [Choice] {
        [
            Choice("", wording(own), isSelected: true),
            Choice("false", wording("qr-codes.images.no-logo"), isSelected: false),
        ] + logos.map { Choice($0.id.text, $0.name, isSelected: false) }
    }

    /// The pictures as one archive, drawn while it is sent.
    @Sendable func images(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        let form = QRCodeSelectionForm(sent, visit)
        try form.selection.check()
        let picture = sent.first("picture") ?? ""
        let wish = try CodePictures.Wish(QueryItem.parse(Array(picture.utf8)))
        // Empty for each code's own looks.
        var logo = sent.first("logo") ?? ""
        if let file = sent.file("file"), !file.bytes.isEmpty {
            do {
                logo = try await installation.logos.upload(
                    file.bytes, named: Self.logoName(file.filename),
                    by: visit.principal
                ).id.text
            } catch Refusal.invalid(let faults) {
                return try await askForImages(form, picture: picture, faults: faults, visit)
            } catch Refusal.conflict(let conflict) {
                let words = Refusal.conflict(conflict).words(renderer.locales, in: visit.language)
                return try await askForImages(
                    form, picture: picture, problem: Notice(.bad, words), visit)
            }
        }
        let looks = logo.isEmpty ? [] : [QueryItem(name: "logo", value: logo)]
        return try await CodePictureArchive(
            pictures: pictures, wish: wish, looks: looks, qrCodes: installation.qrCodes,
            modified: installation.clock.now()
        ).response(of: form.selection, for: visit.principal)
    }

    /// The file's name without its ending.
    private static func logoName(_ fileName: String) -> String {
        let stem = fileName.split(separator: ".").dropLast().joined(separator: ".")
        return stem.isEmpty ? "Logo" : String(stem.prefix(UploadedLogo.nameLimit))
    }

    private func confirmDeletion(
        of form: QRCodeSelectionForm, problem: Notice? = nil, _ visit: Visit
    ) async throws -> Response {
        let wording = renderer.wording(visit)
        let standing = try await installation.qrCodes.standing(
            of: form.selection, for: visit.principal)
        guard standing.total > 0 else {
            return .redirect(
                to: form.returnPath, notice: Notice(.warn, wording("qr-codes.none-selected")))
        }
        let view = QRCodeDeletionsView(standing, form, problem: problem, wording)
        return try await renderer.page(
            "qr-codes/deletions", view, title: wording("qr-codes.delete"), in: visit,
            status: problem == nil ? .ok : .conflict)
    }

    @Sendable func deleteSelection(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        let form = QRCodeSelectionForm(sent, visit)
        do {
            let deleted = try await installation.qrCodes.delete(
                form.selection, expecting: Int(sent.first("expected") ?? ""),
                by: visit.principal)
            return .redirect(to: form.returnAddress.undoing(deleted, .deleted).text)
        } catch let refusal as Refusal where refusal == .conflict(.selectionChanged) {
            let words = refusal.words(renderer.locales, in: visit.language)
            return try await confirmDeletion(of: form, problem: Notice(.warn, words), visit)
        }
    }

    /// Takes back what was done to several codes at once.
    @Sendable func undo(_ visit: Visit) async throws -> Response {
        let sent = try visit.request.form()
        let time = Int64(sent.first("at") ?? "").map(Timestamp.init(milliseconds:))
        guard let time else { throw Refusal.invalid("at", .malformed) }
        let codes = installation.qrCodes
        let wording = renderer.wording(visit)
        let isDeletion = sent.first("done") == BatchUndo.Action.deleted.rawValue
        let notice: Notice
        do {
            let count =
                isDeletion
                ? try await codes.restore(deletedAt: time, by: visit.principal)
                : try await codes.undo(changedAt: time, by: visit.principal)
            notice = Notice(
                .good,
                wording(
                    isDeletion ? "qr-codes.done.restored" : "qr-codes.done.undone",
                    ["count": wording.number(count)]))
        } catch let refusal as Refusal where refusal == .conflict(.nothingToUndo) {
            notice = Notice(.warn, refusal.words(renderer.locales, in: visit.language))
        }
        return .redirect(to: QRCodeSelectionForm.returnAddress(sent).text, notice: notice)
    }
}

/// The choice of size before pictures are downloaded.
struct CodeImagesView: Sendable {
    let question: String
    let fields: [HiddenField]
    let sizes: [Choice]
    let logos: [Choice]
    /// Nil for who may not add logos.
    let upload: Upload?
    let problem: Notice?
    let returnPath: String

    struct Upload: Sendable { let error: String? }
}

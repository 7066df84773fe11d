import HTTP
import Matou

/// What a person chose for a batch, kept over an error; the file itself a browser cannot be given
/// back.
struct ImportForm: Sendable {
    var code = QRCodeForm()
    var takesSourceFromName = false
    var fileName = ""
    var bytes: [UInt8] = []

    init() { code.type = .permanent }

    init(_ form: Form) {
        code = QRCodeForm(form)
        takesSourceFromName = form.first("source_from_name") != nil
        if let file = form.file("csv") {
            fileName = file.filename
            bytes = file.bytes
        }
    }
}

struct ImportFormView: Sendable {
    let problem: Notice?
    let form: QRCodeFormView.Fields
    let preview: QRCodeFormView.Preview
    let version: String?
    let file: File
    let takesSourceFromName: Bool

    struct File: Sendable {
        let error: String?
        let help: String
        /// After the form was drawn anew: that the file has to be chosen once more.
        let again: String?
    }

    init(
        _ form: ImportForm, faults: [FieldFault], problem: Notice?, _ context: QRCodeFormContext
    ) {
        let wording = context.wording
        let view = QRCodeFormView(form.code, faults: faults, problem: problem, context)
        self.problem = view.problem
        self.form = view.form.withoutName
        preview = view.preview
        version = nil
        file = File(
            error: FaultTexts(faults, wording, form: "imports")["csv"],
            help: wording(
                "imports.file-help",
                [
                    "lines": wording.number(Import.linesMax),
                    "megabytes": String(Import.bytesMax >> 20),
                ]),
            again: form.fileName.isEmpty
                ? nil : wording("imports.file-again", ["name": form.fileName]))
        takesSourceFromName = form.takesSourceFromName
    }
}

import HTTP
import Imaging
import Matou
import QR

/// The page of a design, as its template shows it.
struct DesignView: Sendable {
    let code: Code
    let foreground: FormField
    let background: FormField
    let gradient: FormField
    let angle: FormField
    let logoSize: FormField
    let modules: [Choice]
    let eyes: [Choice]
    let levels: [Choice]
    let logos: [Choice]
    let preview: String?
    let verdict: Verdict?
    /// What is kept by "save"; nil while something is wrong.
    let saving: Saving?

    struct Code: Sendable {
        let path: String
        let designPath: String
        let name: String
    }

    struct Verdict: Sendable {
        let notice: Notice
        let nearest: Nearest?
    }

    struct Nearest: Sendable {
        let path: String
        /// Nil while WeChat has not given the text inside.
        let picture: String?
        let words: String
        /// What is kept by "use nearest".
        let fields: [Hidden]
    }

    struct Saving: Sendable {
        let fields: [Hidden]
    }

    struct Hidden: Sendable {
        let name: String
        let text: String
    }

    init(
        _ code: QRCode, _ design: CodeDesign, verdict: DesignVerdict?, faults: [FieldFault],
        texts: [String: String], logos: [UploadedLogo], _ wording: Wording
    ) {
        let faultTexts = FaultTexts(faults, wording, form: "designs")
        func field(_ name: String) -> FormField { FormField(name, texts[name] ?? "", faultTexts) }
        let designPath = code.path + "/design"
        self.code = Code(path: code.path, designPath: designPath, name: code.name)
        foreground = field("foreground")
        background = field("background")
        gradient = field("gradient")
        angle = field("angle")
        logoSize = field("logo_size")
        func choices(_ name: String, _ values: [String]) -> [Choice] {
            values.map {
                Choice($0, wording("designs.\(name).\($0)"), isSelected: texts[name] == $0)
            }
        }
        modules = choices("modules", QRDesign.ModuleShape.allCases.map(\.rawValue))
        eyes = choices("eyes", QRDesign.EyeShape.allCases.map(\.rawValue))
        levels = choices("level", CodeDesign.levels)
        self.logos =
            [Choice("", wording("designs.no-logo"), isSelected: design.logo == nil)]
            + logos.map { Choice($0.id.text, $0.name, isSelected: design.logo == $0.id) }

        var passes = false
        if case .passes = verdict { passes = true }
        preview =
            passes && code.made != nil ? code.path + "/image?format=svg&" + design.query : nil
        self.verdict = verdict.map { Verdict($0, designPath, code, wording) }
        saving = passes ? Saving(fields: design.hidden) : nil
    }
}

extension DesignView.Verdict {
    fileprivate init(
        _ verdict: DesignVerdict, _ designPath: String, _ code: QRCode, _ wording: Wording
    ) {
        switch verdict {
        case .passes(let reserve, let logoSize):
            let percent = ["percent": String(Int((reserve * 100).rounded(.down)))]
            notice = Notice(
                .good, wording("designs.passes", percent),
                detail: logoSize.map { wording("designs.logo-is", ["percent": String($0)]) })
            nearest = nil
        case .refused(let design):
            notice = Notice(.bad, design.fault.words(wording.locales, in: wording.language))
            nearest = design.nearest.map { nearest in
                DesignView.Nearest(
                    path: designPath + "?" + nearest.query,
                    picture: code.made.map { _ in
                        code.path + "/image?format=svg&" + nearest.query
                    },
                    words: nearest.summary(wording), fields: nearest.hidden)
            }
        }
    }
}

extension CodeDesign {
    fileprivate var hidden: [DesignView.Hidden] {
        fields.map { DesignView.Hidden(name: $0.name, text: $0.text) }
    }

    /// The design in a line, for people.
    fileprivate func summary(_ wording: Wording) -> String {
        var parts = ["\(looks.foreground.hex) / \(looks.background.hex)"]
        if let gradient = looks.gradient { parts.append("→ \(gradient.end.hex)") }
        parts.append(wording("designs.modules.\(looks.modules.rawValue)"))
        parts.append(wording("designs.eyes.\(looks.eyes.rawValue)"))
        if logo != nil, let size = looks.logoSize {
            parts.append(wording("designs.logo-is", ["percent": String(size)]))
        }
        parts.append(wording("designs.level.\(level.letter)"))
        return parts.joined(separator: " · ")
    }
}

import HTTP
import Imaging
import Matou
import QR

/// `/api/v1/qr-codes/{id}/design`: what a code looks like, and whether it is read so.
struct DesignAPI: APIResource {
    let installation: Installation

    var schemas: [String: JSON] { DesignSchemas.all }

    var routes: [APIRoute] {
        [
            APIRoute(
                .get, "/qr-codes/{id}/design", show, for: .viewer,
                Operation(
                    summary: "Get a code's looks and what reading them back gave.",
                    answer: .object("Design"))),
            APIRoute(
                .patch, "/qr-codes/{id}/design", change, for: .editor,
                Operation(
                    summary: "Change a code's looks; members left out stay.", body: "DesignChange",
                    answer: .object("Design"), conflicts: [.designUnreadable])),
        ]
    }

    @Sendable private func show(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        let code = try await code(id, call)
        return try await answer(code.design, of: code, call)
    }

    @Sendable private func change(_ call: APICall, _ id: QRCode.ID) async throws -> Response {
        let code = try await code(id, call)
        var body = try JSONBody(call.request)
        var texts: [String: String] = [:]
        for name in CodeDesign.fieldNames where body.has(name) {
            texts[name] = Self.text(of: body.value(of: name), name)
        }
        var faults = FieldFaults(body.faults)
        let design = CodeDesign(code.design, &faults) { texts[$0] }
        try faults.check()
        try await installation.designs.save(design, of: code, by: call.principal)
        return try await answer(design, of: code, call)
    }

    /// A member as the text that a form would send; of a wrong type it is one that no field takes, so
    /// that the field's own check says what it does.
    private static func text(of value: JSON?, _ name: String) -> String {
        switch value {
        case nil: ""
        case .string(let text) where !CodeDesign.numberNames.contains(name): text
        case .integer(let number) where CodeDesign.numberNames.contains(name): String(number)
        default: "?"
        }
    }

    private func code(_ id: QRCode.ID, _ call: APICall) async throws -> QRCode {
        try await installation.qrCodes.find(id, for: call.principal)
    }

    private func answer(
        _ design: CodeDesign, of code: QRCode, _ call: APICall
    ) async throws -> Response {
        let verdict = try await DesignVerdict(
            design, of: code, installation, call.principal.workspace)
        var reserve: JSON = .null
        if case .passes(let left, _) = verdict {
            reserve = .integer(Int64((left * 100).rounded(.down)))
        }
        return try .json(
            .object(design.members.merging(["reserve_percent": reserve]) { own, _ in own }))
    }
}

extension CodeDesign {
    /// As the API has it, both ways.
    var members: [String: JSON] {
        [
            "foreground": .string(looks.foreground.hex),
            "background": .string(looks.background.hex),
            "gradient": JSON(looks.gradient?.end.hex), "angle": JSON(looks.gradient?.angle),
            "modules": .string(looks.modules.rawValue), "eyes": .string(looks.eyes.rawValue),
            "logo": JSON(logo?.text), "logo_size": JSON(looks.logoSize),
            "level": .string(String(level.letter)),
        ]
    }
}

/// What the published document says of it.
enum DesignSchemas {
    private typealias Common = CommonSchemas

    private static let color: JSON = ["type": "string", "pattern": "^#?[0-9A-Fa-f]{6}$"]

    private static func number(_ range: ClosedRange<Int>) -> JSON {
        [
            "type": ["integer", "null"], "minimum": JSON(range.lowerBound),
            "maximum": JSON(range.upperBound),
        ]
    }

    private static let fields: [String: JSON] = [
        "foreground": color, "background": color, "gradient": Common.optionalText,
        "angle": number(QRDesign.Gradient.angles),
        "modules": CommonSchemas.choice(of: QRDesign.ModuleShape.self),
        "eyes": CommonSchemas.choice(of: QRDesign.EyeShape.self),
        "logo": Common.optionalText, "logo_size": number(QRDesign.logoSizes),
        "level": CommonSchemas.choice(CodeDesign.levels),
    ]

    static let all: [String: JSON] = [
        "Design": Common.object(
            fields.merging(["reserve_percent": number(0...100)]) { own, _ in own }),
        "DesignChange": Common.body(required: [], fields),
    ]
}

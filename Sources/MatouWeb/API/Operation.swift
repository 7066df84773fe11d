import HTTP
import Matou

/// What the published document says of one route: enough to write a client from.
struct Operation: Sendable {
    /// One sentence in the imperative.
    let summary: String
    /// The parameters of the path that are no ids.
    var path: [Parameter] = []
    var query: [Parameter] = []
    /// The name of the schema of the body.
    var body: String?
    /// Whether it may be left out, which is an object without members.
    var isBodyOptional = false
    /// The part of a form that takes a file beside the body, which is then the part `settings`.
    var filePart: String?
    /// The content types of a file that is the body as it is, in place of JSON.
    var upload: [String] = []
    /// The content types of a file that the body may be as it is, beside JSON.
    var fileBody: [String] = []
    /// The name of the schema of the answer; nil for none, `bytes` for a picture.
    var answer: Answer
    /// Takes `Idempotency-Key`.
    var isIdempotent = false
    /// Has entity tags: a GET takes `If-None-Match`, a change `If-Match`.
    var isConditional = false
    /// Waits for an answer of WeChat's, which may be no.
    var asksWeChat = false
    /// The states of objects that it is refused in, beside a reused `Idempotency-Key`.
    var conflicts: [Conflict] = []

    enum Answer: Sendable {
        case object(String, status: Int = 200)
        case list(of: String)
        case picture
        /// Of one of these content types.
        case file([String])
        case nothing
    }

    struct Parameter: Sendable {
        let name: String
        let meaning: String
        let schema: JSON
    }
}

extension Operation {
    /// - Throws: `Refusal.invalid` for fields that promise what the operation does not keep: a repeat
    ///   would make a second one, a change would overwrite another.
    func checkFields(of request: Request) throws(Refusal) {
        guard !request.method.isSafe else { return }
        var faults = FieldFaults()
        if !isIdempotent, request.fields["idempotency-key"] != nil {
            faults.add("Idempotency-Key", .unknown)
        }
        if !isConditional, request.fields["if-match"] != nil { faults.add("If-Match", .unknown) }
        // What it would keep from being overwritten is always there.
        if request.fields["if-none-match"] != nil { faults.add("If-None-Match", .unknown) }
        try faults.check()
    }

    var takesBody: Bool { body != nil || !upload.isEmpty }

    /// - Throws: `BodyError.coded` for a body in a content coding.
    func checkCoding(of request: Request) throws(BodyError) {
        guard takesBody, let coding = request.fields["content-encoding"] else { return }
        if coding.lowercased() != "identity" { throw .coded }
    }

    /// - Throws: `Refusal.invalid` for parameters that the operation does not take, which are most
    ///   likely misspelt.
    func checkQuery(of request: Request) throws(Refusal) {
        let known = Set(query.map(\.name))
        var faults = FieldFaults()
        for item in request.queryItems where !known.contains(item.name) {
            faults.add(item.name, .unknown)
        }
        try faults.check()
    }
}

extension Operation.Parameter {
    static let paging = [
        Operation.Parameter(
            name: "limit", meaning: "How many rows a page has.",
            schema: [
                "type": "integer", "minimum": JSON(PageLimit.range.lowerBound),
                "maximum": JSON(PageLimit.range.upperBound), "default": JSON(PageLimit.standard),
            ]),
        Operation.Parameter(
            name: "cursor", meaning: "The `next_cursor` of the page before.",
            schema: ["type": "string"]),
    ]

    /// Of a list that has one order, which may be named.
    static func paging(sort: String) -> [Operation.Parameter] {
        [.choice("sort", "The list's one order.", [sort])] + paging
    }

    static func choice(_ name: String, _ meaning: String, _ words: [String]) -> Self {
        Self(
            name: name, meaning: meaning,
            schema: CommonSchemas.choice(words))
    }

    static func time(_ name: String, _ meaning: String) -> Self {
        Self(name: name, meaning: meaning, schema: ["type": "string", "format": "date-time"])
    }

    static func text(_ name: String, _ meaning: String) -> Self {
        Self(name: name, meaning: meaning, schema: ["type": "string"])
    }
}

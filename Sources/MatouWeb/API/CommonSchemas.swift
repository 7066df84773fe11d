/// Schemas that more than one resource uses.
enum CommonSchemas {
    static let time: JSON = ["type": "string", "format": "date-time"]
    static let optionalTime: JSON = ["type": ["string", "null"], "format": "date-time"]
    static let text: JSON = ["type": "string"]
    static let optionalText: JSON = ["type": ["string", "null"]]
    /// - Parameter max: in characters.
    static func line(max: Int) -> JSON { ["type": "string", "maxLength": JSON(max)] }
    static func choice(_ words: [String]) -> JSON {
        ["type": "string", "enum": .array(words.map(JSON.string))]
    }
    static func choice<Word: RawRepresentable & CaseIterable>(of _: Word.Type) -> JSON
    where Word.RawValue == String { choice(Word.allCases.map(\.rawValue)) }
    /// A text whose name leaves open what it is.
    static func explained(_ meaning: String) -> JSON {
        ["type": "string", "description": .string(meaning)]
    }
    static let groupName: JSON = [
        "type": ["string", "null"],
        "description": "By name, not by id; a group that is not there yet is made.",
    ]
    /// Tags by name, as codes have them.
    static func tagNames(max: Int) -> JSON {
        [
            "type": "array", "items": text, "maxItems": JSON(max),
            "description": "By name, not by id; a tag that is not there yet is made.",
        ]
    }
    static let texts: JSON = ["type": "array", "items": text]
    static let count: JSON = ["type": "integer", "minimum": 0]

    /// An object whose members are all there but those that may be left out, and no others.
    static func object(_ properties: [String: JSON], leavingOut optional: Set<String> = [])
        -> JSON
    {
        body(required: properties.keys.filter { !optional.contains($0) }.sorted(), properties)
    }

    /// The body of a request: only the named members must be there.
    static func body(required: [String], _ properties: [String: JSON]) -> JSON {
        [
            "type": "object", "properties": .object(properties),
            "required": .array(required.map(JSON.string)), "additionalProperties": false,
        ]
    }

    static let all: [String: JSON] = [
        "Problem": [
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": [
                "type": text, "title": text, "status": ["type": "integer"], "detail": text,
                "errors": [
                    "type": "array",
                    "items": object(["field": text, "code": text, "message": text]),
                ],
                "reason": [
                    "type": "string", "description": "Of `design_unreadable`: what is wrong.",
                ],
                "values": [
                    "type": "object", "additionalProperties": true,
                    "description": "What was found, and what would do.",
                ],
                "nearest": ["$ref": "#/components/schemas/DesignChange"],
            ],
        ],
        "Fault": [
            "description": """
            What went wrong with WeChat; `code` and `words` are its errcode and errmsg, null when it \
            did not answer.
            """,
            "type": ["object", "null"],
            "required": ["code", "message", "words"],
            "properties": [
                "code": ["type": ["integer", "null"]], "message": text, "words": optionalText,
            ],
        ],
    ]
}

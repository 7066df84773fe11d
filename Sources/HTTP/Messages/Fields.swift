/// Ordered header fields. Names compare without case; a field may repeat (RFC 9110 §5).
///
/// The fields stay the bytes they were on the wire, with a table of offsets beside them: a Swift
/// `String` is made only of the value that somebody asks for, and a response's fields go out as one
/// copy.
public struct Fields: Sendable {
    /// Where one line's name and value lie in `bytes`.
    struct Line: Sendable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// Lines of `name: value CRLF`. A received head keeps its request line in front of them.
    var bytes: [UInt8]
    var lines: [Line]

    public init() {
        bytes = []
        lines = []
    }

    init(bytes: [UInt8], lines: [Line]) {
        self.bytes = bytes
        self.lines = lines
    }

    /// The first value of that name. Setting replaces every field of the name; setting nil removes
    /// them.
    public subscript(_ name: String) -> String? {
        get { firstIndex(of: name.utf8).map { bytes[lines[$0].value].text } }
        set {
            remove(name)
            if let newValue { append(name, newValue) }
        }
    }

    /// All values of that name, in order.
    public func values(_ name: String) -> [String] {
        lines.filter { matches($0, name.utf8) }.map { bytes[$0.value].text }
    }

    /// Adds a field and keeps those of the same name.
    ///
    /// CR, LF and NUL in a value become spaces, so that no value can begin a line of its own (RFC
    /// 9110 §5.5); a name that is no token is not sent at all.
    public mutating func append(_ name: String, _ value: String) {
        var name = name
        var value = value
        guard name.withUTF8({ !$0.isEmpty && $0.allSatisfy(\.isToken) }) else { return }
        let start = bytes.count
        bytes.reserveCapacity(start + name.utf8.count + value.utf8.count + 4)
        name.withUTF8 { bytes.append(contentsOf: $0) }
        let nameEnd = bytes.count
        bytes.append(UInt8(ascii: ":"))
        bytes.append(.space)
        let valueStart = bytes.count
        value.withUTF8 { bytes.append(contentsOf: $0) }
        let valueEnd = bytes.count
        for index in valueStart..<valueEnd where bytes[index] < .space {
            if bytes[index] == .cr || bytes[index] == .lf || bytes[index] == 0 {
                bytes[index] = .space
            }
        }
        bytes.append(.cr)
        bytes.append(.lf)
        lines.append(
            Line(
                nameStart: UInt32(truncatingIfNeeded: start),
                nameEnd: UInt32(truncatingIfNeeded: nameEnd),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueEnd: UInt32(truncatingIfNeeded: valueEnd)))
    }

    /// Removes every field of that name.
    public mutating func remove(_ name: String) {
        guard firstIndex(of: name.utf8) != nil else { return }
        self = lines.reduce(into: Fields()) { kept, line in
            if !matches(line, name.utf8) {
                kept.append(bytes[line.name].text, bytes[line.value].text)
            }
        }
    }

    public var isEmpty: Bool { lines.isEmpty }
    public var count: Int { lines.count }

    func contains(_ name: StaticString) -> Bool {
        index(ofLowercase: name) != nil
    }

    /// The first value as it lies in the bytes.
    func value(ofLowercase name: StaticString) -> ArraySlice<UInt8>? {
        index(ofLowercase: name).map { bytes[lines[$0].value] }
    }

    func index(ofLowercase name: StaticString) -> Int? {
        lines.firstIndex {
            $0.nameEnd &- $0.nameStart == UInt32(truncatingIfNeeded: name.utf8CodeUnitCount)
                && bytes[$0.name].matches(lowercase: name)
        }
    }

    private func firstIndex(of name: String.UTF8View) -> Int? {
        lines.firstIndex { matches($0, name) }
    }

    private func matches(_ line: Line, _ name: String.UTF8View) -> Bool {
        line.name.count == name.count
            && zip(bytes[line.name], name).allSatisfy { $0.lowercased == $1.lowercased }
    }
}

extension Fields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (name, value) in elements { append(name, value) }
    }
}

extension Fields: Sequence {
    /// Names as they were written, with their values, in order.
    public func makeIterator() -> AnyIterator<(name: String, value: String)> {
        var rest = lines.makeIterator()
        return AnyIterator {
            rest.next().map { (bytes[$0.name].text, bytes[$0.value].text) }
        }
    }
}

extension Fields: CustomStringConvertible {
    public var description: String { map { "\($0.name): \($0.value)" }.joined(separator: "\n") }
}

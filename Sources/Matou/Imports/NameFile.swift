import Sheets

/// A file of names, taken apart line by line: the first column of a CSV, with or without a head.
struct NameFile: Sequence {
    /// Words that a first line may have as the column's head.
    private static let heads: Set<String> = [
        "name", "qr code name", "code name", "名称", "二维码名称", "码名称",
    ]

    struct Line: Sendable {
        let number: Int
        let name: String
        var fault: ImportLine.Fault?
    }

    let encoding: TextEncoding
    private let text: ArraySlice<UInt8>

    /// - Throws: `Refusal.invalid` for a file that is too large or no text.
    init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Import.bytesMax else {
            throw .invalid("csv", .tooLong(limit: Import.bytesMax, unit: .bytes))
        }
        guard let (text, encoding) = TextEncoding.decode(bytes) else {
            throw .invalid("csv", .malformed)
        }
        self.text = text
        self.encoding = encoding
    }

    func makeIterator() -> AnyIterator<Line> {
        var records = CSVReader(text)
        var isFirst = true
        // A name is told by its folded form, as search and sorting compare it.
        var seen: [String: Int] = [:]
        return AnyIterator {
            while let record = records.next() {
                defer { isFirst = false }
                let first = record.fields[0]
                if isFirst, Self.heads.contains(first.trimmingWhitespace().folded()) { continue }
                var line = Self.line(record)
                guard line.fault == nil else { return line }
                let folded = line.name.folded()
                if let other = seen[folded] {
                    line.fault = .repeated(line: other)
                } else {
                    seen[folded] = line.number
                }
                return line
            }
            return nil
        }
    }

    private static func line(_ record: CSVReader.Record) -> Line {
        let typed = record.fields[0]
        var faults = FieldFaults()
        let name = faults.line("name", typed, limit: QRCode.nameLimit)
        // What is kept of a bad name is for a person to know it by.
        let shown = name.isEmpty ? String(typed.prefix(QRCode.nameLimit)) : name
        var line = Line(
            number: record.line,
            name: String(shown.prefix(QRCode.nameLimit)).replacing("\0", with: "\u{FFFD}"))
        if record.fault != nil {
            line.fault = .malformed
        } else if record.fields.dropFirst().contains(where: { !$0.trimmingWhitespace().isEmpty }) {
            line.fault = .manyColumns
        } else {
            do {
                try faults.check()
            } catch Refusal.invalid(let found) {
                line.fault = found.first.map { ImportLine.Fault($0) }
            } catch {
                line.fault = .malformed
            }
        }
        return line
    }
}

extension ImportLine.Fault {
    fileprivate init(_ fault: FieldFault) {
        switch fault.code {
        case .required: self = .empty
        case .tooLong: self = .tooLong
        default: self = .controlCharacters
        }
    }
}

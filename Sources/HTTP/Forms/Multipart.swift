/// multipart/form-data (RFC 7578, RFC 2046 §5.1.1).
enum Multipart {
    static func parse(
        _ body: [UInt8], boundary: String
    ) throws(FormError) -> (fields: [QueryItem], files: [UploadedFile]) {
        guard (1...70).contains(boundary.utf8.count), !boundary.utf8.contains(.cr) else {
            throw .malformed("its boundary has no 1 to 70 characters")
        }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very beginning, without the line end before it.
        guard
            var position = body.starts(with: delimiter.dropFirst(2))
                ? delimiter.count - 2 : end(of: delimiter, in: body, from: 0)
        else { throw .malformed("its boundary never comes") }
        var fields: [QueryItem] = []
        var files: [UploadedFile] = []
        while !body[position...].starts(with: Array("--".utf8)) {
            guard fields.count + files.count < Form.partsMax else { throw .tooManyParts }
            while position < body.count, body[position].isWhitespace { position += 1 }
            guard body[position...].starts(with: [.cr, .lf]) else {
                throw .malformed("a boundary is followed by something else")
            }
            guard let next = end(of: delimiter, in: body, from: position) else {
                throw .malformed("its last part has no end")
            }
            try add(
                body[(position + 2)..<max(position + 2, next - delimiter.count)], to: &fields,
                &files)
            position = next
        }
        return (fields, files)
    }

    /// Reads one part: header lines, an empty line, content.
    private static func add(
        _ part: ArraySlice<UInt8>, to fields: inout [QueryItem], _ files: inout [UploadedFile]
    ) throws(FormError) {
        var disposition = ""
        var type: String?
        var rest = part
        while !rest.starts(with: [.cr, .lf]) {
            guard let lineEnd = rest.firstIndex(of: .lf), lineEnd > rest.startIndex,
                rest[lineEnd - 1] == .cr, lineEnd - rest.startIndex <= 4096
            else { throw .malformed("a part's head has no end") }
            let line = rest[..<(lineEnd - 1)]
            rest = rest[(lineEnd + 1)...]
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw .malformed("a part's head has a line without a colon")
            }
            let value = line[(colon + 1)...].drop(while: \.isWhitespace).text
            if line[..<colon].matches(lowercase: "content-disposition") { disposition = value }
            if line[..<colon].matches(lowercase: "content-type") { type = value }
        }
        let content = rest.dropFirst(2)
        let header = MediaType(disposition)
        guard header.name == "form-data", let name = header["name"] else {
            throw .malformed("a part has no name")
        }
        guard let filename = header["filename"] else {
            fields.append(QueryItem(name: unescaped(name), value: content.text))
            return
        }
        // A browser sends an empty part when no file was chosen.
        if filename.isEmpty, content.isEmpty { return }
        files.append(
            UploadedFile(
                name: unescaped(name), filename: lastComponent(unescaped(filename)),
                contentType: type ?? "application/octet-stream", bytes: Array(content)))
    }

    /// Browsers write `"`, CR and LF in names as escapes (HTML standard, multipart/form-data
    /// encoding algorithm).
    private static func unescaped(_ name: String) -> String {
        var text = ""
        var rest = name[...]
        while let percent = rest.firstIndex(of: "%") {
            text += rest[..<percent]
            rest = rest[percent...]
            let escape = rest.prefix(3)
            switch escape {
            case "%22": text += "\""
            case "%0D", "%0d": text += "\r"
            case "%0A", "%0a": text += "\n"
            default: text += escape.prefix(1)
            }
            rest = rest.dropFirst(["%22", "%0D", "%0d", "%0A", "%0a"].contains(escape) ? 3 : 1)
        }
        return text + rest
    }

    private static func lastComponent(_ path: String) -> String {
        String(path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "")
    }

    /// Where the first occurrence of a delimiter at or after `start` ends.
    ///
    /// In time linear in the bytes: a delimiter's only CR is its first byte, so nothing that
    /// matched needs to be looked at again.
    private static func end(of delimiter: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        let bytes = bytes.span
        var index = start
        while let found = bytes.firstIndex(of: .cr, from: index) {
            index = found + 1
            var matched = 1
            while matched < delimiter.count, index < bytes.count, bytes[index] == delimiter[matched]
            {
                matched += 1
                index += 1
            }
            if matched == delimiter.count { return index }
        }
        return nil
    }
}

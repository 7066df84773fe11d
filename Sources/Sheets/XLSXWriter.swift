import CXlsx
import Glibc

/// A workbook of one sheet (ISO/IEC 29500), by libxlsxwriter in constant memory: rows go to a
/// temporary file beside it as they come.
public final class XLSXWriter: TableWriter {
    /// Characters of a cell, as Excel counts them, in UTF-16.
    private static let cellMax = 32_767
    private static let columnWidth = 24.0

    private let path: String
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    private let sheet: UnsafeMutablePointer<lxw_worksheet>
    private var rows: UInt32 = 0

    /// Begins a workbook in place of one that is there. Its temporary file is in the same folder.
    ///
    /// - Throws: `TableFailure` when it cannot be written.
    public init(path: String, heads: [String]) throws {
        self.path = path
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let opened: UnsafeMutablePointer<lxw_workbook>? = folder.withCString { folder in
            var options = lxw_workbook_options(
                constant_memory: 1, tmpdir: UnsafeMutablePointer(mutating: folder), use_zip64: 0)
            return workbook_new_opt(path, &options)
        }
        guard let opened, let sheet = workbook_add_worksheet(opened, nil) else {
            throw TableFailure(errno: "\(path) cannot be begun")
        }
        workbook = opened
        self.sheet = sheet
        let bold = workbook_add_format(opened)
        format_set_bold(bold)
        worksheet_freeze_panes(sheet, 1, 0)
        worksheet_set_column(sheet, 0, UInt16(max(heads.count, 1) - 1), Self.columnWidth, nil)
        for (column, head) in heads.enumerated() {
            try check(worksheet_write_string(sheet, 0, UInt16(column), head, bold))
        }
        rows = 1
    }

    deinit {
        // Not finished: its file is given up, but its memory and temporary file are not leaked.
        if let workbook { workbook_close(workbook) }
    }

    /// Adds a row. Of a text too long for a cell the beginning is kept.
    ///
    /// - Throws: `TableFailure`, also beyond the 1,048,576 rows of a sheet.
    public func append(_ row: [Cell]) throws {
        for (column, cell) in row.enumerated() {
            switch cell {
            case .empty: break
            case .integer(let number):
                try check(
                    worksheet_write_number(sheet, rows, UInt16(column), Double(number), nil))
            case .text(let text):
                // A string, whatever it begins with: only `write_formula` makes formulas.
                try check(
                    worksheet_write_string(sheet, rows, UInt16(column), Self.cut(text), nil))
            }
        }
        rows += 1
    }

    /// Puts the workbook together and returns when the disk has it; a second call does nothing.
    public func finish() throws {
        guard let workbook else { return }
        self.workbook = nil
        errno = 0
        try check(workbook_close(workbook))
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TableFailure(errno: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw TableFailure(errno: "fsync") }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > cellMax, text.utf16.count > cellMax else { return text }
        return String(text.prefix(cellMax / 2))
    }

    private func check(_ error: lxw_error) throws {
        guard error != LXW_NO_ERROR else { return }
        throw TableFailure(errno: String(cString: lxw_strerror(error)))
    }
}

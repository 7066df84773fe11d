/// What an engine refused, in one vocabulary for all engines.
///
/// `words` are the engine's own, and name the table and column but no value.
public enum DatabaseError: Error, Hashable {
    /// A primary key or unique index has this entry already.
    case unique(words: String)
    /// The row that is pointed at is missing, or a row still points here.
    case foreignKey(words: String)
    case check(words: String)
    case notNull(words: String)
    /// Another process held the database for too long, or two transactions met. Trying again helps.
    case busy(words: String)
    /// More calls wait than the database will queue. Trying again later helps.
    case overloaded
    /// No space on the disk, or the file may not grow.
    case full(words: String)
    /// The file is damaged or not a database: restore a backup.
    case corrupt(words: String)
    /// The database was closed.
    case closed
    /// A text holds a NUL character, which engines cut off or refuse.
    case nulInText
    /// The statement has other parameters than its interpolations.
    case parameters(words: String)
    /// Anything else: the engine's code and words.
    case other(code: String, words: String)
}

extension DatabaseError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unique(let words), .foreignKey(let words), .check(let words), .notNull(let words):
            words
        case .busy(let words): "the database is busy: \(words)"
        case .overloaded: "too many calls wait for the database; try again later"
        case .full(let words): "the disk is full: \(words)"
        case .corrupt(let words): "the database is damaged, restore a backup: \(words)"
        case .closed: "the database is closed"
        case .nulInText: "a text holds a NUL character"
        case .parameters(let words): words
        case .other(let code, let words): "database error \(code): \(words)"
        }
    }
}

import SQL

/// A language of the pages, and of what is written into files.
package enum Language: String, Sendable, CaseIterable, ValueConvertible {
    case chinese = "zh-CN"
    case english = "en"
}

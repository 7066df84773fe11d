import HTTP
import Matou

/// What stands in addresses: the words of the product that a path's parameter or a query's item can be.
extension Identifier: ParameterValue {
    /// An id of this kind, as its prefix says, whether there is such a thing or not.
    static func parameter(_ text: String) -> Identifier? {
        text.hasPrefix(Owner.idPrefix + "_") ? Identifier(text) : nil
    }
}

extension SecretToken: ParameterValue {
    static func parameter(_ text: String) -> SecretToken? { SecretToken(text: text) }
}

extension Timestamp: ParameterValue {
    static func parameter(_ text: String) -> Timestamp? { Timestamp(rfc3339: text) }
}

extension Day: ParameterValue {
    /// Nothing of ours happened before 1970.
    static func parameter(_ text: String) -> Day? {
        Day(iso: text).flatMap { $0.year >= 1970 ? $0 : nil }
    }
}

extension CodeGroupFilter.Sort: ParameterValue {}
extension Material.Kind: ParameterValue {}
extension Metric: ParameterValue {}
extension Revision.Kind: ParameterValue {}
extension ScannerFilter.Group: ParameterValue {}
extension ScannerFilter.Sort: ParameterValue {}

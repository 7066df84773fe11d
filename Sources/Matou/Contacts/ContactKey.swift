import SQL

/// What two contacts may share that makes them one person: as it is compared.
package struct ContactKey: Sendable, Hashable {
    package let kind: Kind
    /// A mobile number as E.164 has it, an e-mail address folded, a union id as WeChat has it.
    package let value: String

    package enum Kind: String, Sendable, CaseIterable, ValueConvertible {
        case mobile, email
        /// What WeChat calls a person at all accounts of one Open Platform account.
        case unionID = "union_id"
    }

    /// Nil for what is no mobile number.
    ///
    /// Eleven digits from 13 to 19 are Chinese. Any other number needs its country, as `+` or `00`.
    package static func mobile(_ text: String) -> ContactKey? {
        guard text.utf8.count <= 64 else { return nil }
        var digits = ""
        var isInternational = false
        for character in text.folded() {
            switch character {
            case "0"..."9": digits.append(character)
            case "+" where digits.isEmpty && !isInternational: isInternational = true
            case " ", "-", "(", ")", ".", "·": continue
            default: return nil
            }
        }
        if !isInternational, digits.hasPrefix("00") {
            isInternational = true
            digits.removeFirst(2)
        }
        if digits.count == 13, digits.hasPrefix("86"), isChinese(digits.dropFirst(2)) {
            return ContactKey(kind: .mobile, value: "+" + digits)
        }
        if !isInternational {
            return isChinese(digits[...]) ? ContactKey(kind: .mobile, value: "+86" + digits) : nil
        }
        // ITU-T E.164: at most fifteen digits, and no country begins with 0.
        guard (8...15).contains(digits.count), !digits.hasPrefix("0"), !digits.hasPrefix("86")
        else { return nil }
        return ContactKey(kind: .mobile, value: "+" + digits)
    }

    /// Nil for what cannot be one.
    package static func unionID(_ text: String) -> ContactKey? {
        guard (1...64).contains(text.utf8.count) else { return nil }
        return ContactKey(kind: .unionID, value: text)
    }

    private static func isChinese(_ digits: Substring) -> Bool {
        digits.count == 11 && digits.first == "1"
            && digits.dropFirst().first.map { $0 >= "3" } == true
    }

    /// Nil for what is no e-mail address: a part, `@`, and a domain with a point in it.
    package static func email(_ text: String) -> ContactKey? {
        guard text.utf8.count <= 254 else { return nil }
        let address = text.trimmingWhitespace().folded()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count) else { return nil }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        let isUsable = { (scalar: Unicode.Scalar) in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
                && !"<>()[],;:\\\"".unicodeScalars.contains(scalar)
        }
        guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }),
            address.unicodeScalars.allSatisfy(isUsable)
        else { return nil }
        return ContactKey(kind: .email, value: address)
    }
}

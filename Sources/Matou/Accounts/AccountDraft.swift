extension Account {
    /// What a form or the API says of an account. Secrets left nil at a change stay as they are.
    package struct Draft: Sendable {
        package var name: String
        package var appID: String
        package var originalID: String
        package var secret: String?
        package var token: String?
        package var aesKey: String?
        package var messageMode: String
        package var isVerified: Bool
        /// What could not be read of the form or the body: the check refuses it with its own faults.
        package var faults: [FieldFault] = []

        package init(
            name: String = "", appID: String = "", originalID: String = "", secret: String? = nil,
            token: String? = nil, aesKey: String? = nil,
            messageMode: String = MessageMode.safe.rawValue, isVerified: Bool = false
        ) {
            self.name = name
            self.appID = appID
            self.originalID = originalID
            self.secret = secret
            self.token = token
            self.aesKey = aesKey
            self.messageMode = messageMode
            self.isVerified = isVerified
        }
    }
}

extension Account.Draft {
    /// The draft with a signing token and an AES key, made now where none was given.
    func withOwnSecrets(from randomness: Randomness) -> Self {
        var draft = self
        draft.token = token ?? randomness.alphanumeric(24)
        draft.aesKey = aesKey ?? randomness.alphanumeric(43)
        return draft
    }

    /// The draft with its fields trimmed, once every one of them can be taken.
    ///
    /// - Parameter present: the account that is changed. A new one must have its secret; token and
    ///   AES key may be left out: they are ours to choose, and are made then.
    /// - Throws: `Refusal.invalid` with all faults at once, also when the app id differs: codes and
    ///   callbacks hang on it.
    func checked(
        changing present: Account? = nil
    ) throws(Refusal) -> (Self, Account.MessageMode) {
        var faults = FieldFaults(faults)
        var draft = self
        draft.name = faults.line("name", name, limit: Account.nameLimit)
        draft.originalID = faults.line("original_id", originalID, limit: 32, required: false)
        draft.appID = faults.line("app_id", appID, limit: 64)
        if let present {
            if draft.appID != present.appID { faults.add("app_id", .immutable) }
        } else if !draft.appID.utf8.allSatisfy(isAppIDByte) {
            faults.add("app_id", .malformed)
        }
        draft.secret = faults.secret("secret", secret, limit: 128, required: present == nil)
        draft.token = faults.secret("token", token, limit: 32, required: false)
        if let token = draft.token, !token.isEmpty {
            // WeChat's console: 3 to 32 letters and digits.
            if token.count < 3 { faults.add("token", .tooShort(limit: 3)) }
            if !token.utf8.allSatisfy(isLetterOrDigit) { faults.add("token", .malformed) }
        }
        let mode = Account.MessageMode(rawValue: messageMode)
        if mode == nil {
            faults.add("message_mode", .notOneOf(Account.MessageMode.allCases.map(\.rawValue)))
        }
        draft.aesKey = faults.secret("aes_key", aesKey, limit: 43, required: false)
        if let key = draft.aesKey, key.utf8.count != 43 || !key.utf8.allSatisfy(isLetterOrDigit) {
            faults.add("aes_key", .malformed)
        }
        try faults.check()
        guard let mode else { throw .invalid("message_mode", .required) }
        return (draft, mode)
    }
}

extension FieldFaults {
    /// A secret as it was pasted, without the blanks around it; nil when none was given.
    fileprivate mutating func secret(
        _ field: String, _ text: String?, limit: Int, required: Bool
    ) -> String? {
        let line = self.line(field, text ?? "", limit: limit, required: required)
        return line.isEmpty ? nil : line
    }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        true
    default: false
    }
}

private func isAppIDByte(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
}

extension Account.Draft {
    /// The configuration of an account as a draft to change; its secrets stay where they are.
    package init(_ account: Account) {
        self.init(
            name: account.name, appID: account.appID, originalID: account.originalID,
            messageMode: account.messageMode.rawValue, isVerified: account.isVerified)
    }
}

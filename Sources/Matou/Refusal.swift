import Foundation

/// The one error meant for people: what was asked cannot be done, and why, in terms they can act on.
///
/// The pages and the API map it in one place. Every other error is a fault of ours.
package enum Refusal: Error, Sendable, Equatable {
    /// Fields to correct. Nothing was changed.
    case invalid([FieldFault])
    /// The object is not in a state that allows this.
    case conflict(Conflict)
    /// Looks in which a code would not be read well.
    case unreadable(UnreadableDesign)
    /// The role does not reach.
    case forbidden(needs: Role)
    /// Nothing of that id in this workspace.
    case missing
    /// Somebody else changed the object since it was read; `version` is the present one.
    case stale(version: Int)
    /// Too many attempts; the next is welcome after this many seconds.
    case tooMany(retryAfterSeconds: Int)
    /// The sign-in is wrong. Which part is not said.
    case badCredentials

    package static func invalid(_ field: String, _ code: FieldFault.Code) -> Refusal {
        .invalid([FieldFault(field, code)])
    }
}

/// Why an object's state refuses a request.
package enum Conflict: String, Sendable, Equatable, CaseIterable {
    case accountNotVerified = "account_not_verified"
    case accountNotAuthorized = "account_not_authorized"
    case alreadySetUp = "already_set_up"
    case audienceNotFailed = "audience_not_failed"
    case audienceNotReady = "audience_not_ready"
    case codeNotDeleted = "code_not_deleted"
    case codeNotFailed = "code_not_failed"
    case codeNotMade = "code_not_made"
    case inNoWorkspace = "in_no_workspace"
    case idempotencyKeyReused = "idempotency_key_reused"
    case formInUse = "form_in_use"
    case formClosed = "form_closed"
    case formNotDeleted = "form_not_deleted"
    case lastOwner = "last_owner"
    case accountHasCodes = "account_has_codes"
    /// Of a deleted code: its account was taken out of the workspace.
    case accountRemoved = "account_removed"
    /// Thrown as `Refusal.unreadable`, which says why and what would do.
    case designUnreadable = "design_unreadable"
    case logoInUse = "logo_in_use"
    case tooManyLogos = "too_many_logos"
    case nothingToUndo = "nothing_to_undo"
    /// Of an account that is as the version has it: its secrets are kept with none.
    case versionIsPresent = "version_is_present"
    case materialInUse = "material_in_use"
    case selectionChanged = "selection_changed"
    case tooManyExports = "too_many_exports"
    case exportSpaceFull = "export_space_full"
    case exportNotDone = "export_not_done"
    case exportNotFailed = "export_not_failed"
    case importNotStartable = "import_not_startable"
    case importNotCancellable = "import_not_cancellable"
    case permanentCodesUsedUp = "permanent_codes_used_up"
    case replyPartMissing = "reply_part_missing"
}

/// A field of a form or of a JSON body that cannot be taken as it is.
package struct FieldFault: Sendable, Equatable {
    /// The field's name in the API; list elements as `reply.items.0.text`.
    package let field: String
    package let code: Code

    package init(_ field: String, _ code: Code) {
        self.field = field
        self.code = code
    }

    package enum Code: Sendable, Equatable {
        case required
        case tooLong(limit: Int, unit: Unit)
        case tooShort(limit: Int)
        case tooMany(limit: Int)
        case outOfRange(lower: Int, upper: Int)
        case notOneOf([String])
        case malformed
        /// Not six hexadecimal digits.
        case malformedColor
        case taken
        case unknown
        /// The id of a thing that is told by its name here.
        case idForName
        case immutable
        case inThePast
        /// A range of days or times that is over before it begins.
        case endsBeforeStart
        case tooManyDays(limit: Int)
        /// When it would begin, it is over already.
        case afterTheEnd
        case hasControlCharacters
        /// Another field says the opposite.
        case notWith(String)
        /// A file is of none of these formats, whatever its name says.
        case unsupportedFile([String])
        /// A file begins like one of the formats and does not hold together.
        case brokenFile
        case fileTooLarge(bytes: Int)
        case tooManyPixels(max: Int, edge: Int)
        /// A logo that phones would read in place of the code around it.
        case holdsCode
        case playsTooLong(seconds: Int)
        /// A draft of several articles.
        case notSingleArticle
        /// The latest sync no longer found it at WeChat.
        case articleGone
        /// A link into a mini program without the app id or the path that it needs.
        case malformedMiniProgramLink
    }

    package enum Unit: String, Sendable { case characters, bytes }
}

/// Collects what is wrong with a draft, so that a person sees all of it at once.
package struct FieldFaults {
    private var faults: [FieldFault]
    /// Fields that could not be read: what the draft has in their place is not what was sent.
    private let unread: Set<String>

    /// - Parameter known: what was found wrong while the draft was read.
    package init(_ known: [FieldFault] = []) {
        faults = known
        unread = Set(known.map(\.field))
    }

    package mutating func add(_ field: String, _ code: FieldFault.Code) {
        guard !isUnread(field) else { return }
        faults.append(FieldFault(field, code))
    }

    /// Whether the field or one that holds it, as `reply.0` holds `reply.0.text`, was not read.
    private func isUnread(_ field: String) -> Bool {
        if unread.contains(field) { return true }
        return field.lastIndex(of: ".").map { isUnread(String(field[..<$0])) } ?? false
    }

    /// Trims `text` and checks it as one line of at most `limit` characters.
    package mutating func line(
        _ field: String, _ text: String, limit: Int, required: Bool = true
    ) -> String {
        // A character may have any number of combining marks; what is stored and shown must not.
        guard text.utf8.count <= 8 * limit else {
            add(field, .tooLong(limit: limit, unit: .characters))
            return ""
        }
        let line = text.trimmingWhitespace()
        if line.isEmpty, required { add(field, .required) }
        if line.count > limit { add(field, .tooLong(limit: limit, unit: .characters)) }
        if line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            add(field, .hasControlCharacters)
        }
        return line
    }

    /// Checks a range of days or times, whose ends may be left open.
    package mutating func range<End: Comparable>(
        _ field: String, from first: End?, to last: End?
    ) {
        if let first, let last, last < first { add(field, .endsBeforeStart) }
    }

    package func check() throws(Refusal) {
        if !faults.isEmpty { throw .invalid(faults) }
    }
}

extension String {
    package func trimmingWhitespace() -> String {
        let kept = drop(while: \.isWhitespace)
        guard let last = kept.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(kept[...last])
    }

    /// The form that search, sorting and uniqueness compare: compatibility-composed, lower case.
    package func folded() -> String {
        precomposedStringWithCompatibilityMapping.lowercased()
    }
}

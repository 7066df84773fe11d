/// One piece of work that outlives the process: kept in the database until it has been done.
///
/// A job is done at least once. A process that dies between doing and noting leaves the job to the
/// next one, so a handler must bear to begin again.
public struct Job: Sendable, Hashable, Identifiable {
    /// Made by the caller; unique in the workspace.
    public var id: String
    public var workspace: String
    /// Selects the handler.
    public var kind: String
    /// JSON, as the kind has it.
    public var payload: String
    /// Jobs of one lane of a workspace are done one at a time, in the order they were added.
    public var lane: String?
    /// Higher goes first among the jobs that are due; 0 is ordinary.
    public var priority: Int
    /// Not before this time, in milliseconds since 1970, UTC.
    public var runAt: Int64
    /// While a job of this workspace, kind and key is unfinished, no second one is added.
    public var dedupeKey: String?
    /// How often it was begun, this time included.
    public internal(set) var attempts: Int = 0
    /// Why the last attempt did not finish it.
    public internal(set) var lastError: String?

    public init(
        id: String, workspace: String, kind: String, payload: String = "{}", lane: String? = nil,
        priority: Int = 0, runAt: Int64, dedupeKey: String? = nil
    ) {
        self.id = id
        self.workspace = workspace
        self.kind = kind
        self.payload = payload
        self.lane = lane
        self.priority = priority
        self.runAt = runAt
        self.dedupeKey = dedupeKey
    }
}

/// How an attempt at a job ended.
public enum Outcome: Sendable, Hashable {
    /// The job is removed.
    case done
    /// To be tried again, no sooner than `after`, unless the attempts are used up.
    case retry(after: Duration, reason: String)
    /// To be tried again, no sooner than `after`, as if it had not been begun: what it waits for ends by
    /// itself.
    case putOff(after: Duration)
    /// Kept with its reason, for a person to see. Its lane goes on.
    case failed(reason: String)
}

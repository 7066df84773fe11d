package import Foundation

/// A tenant. Everything else belongs to exactly one, and no query crosses it.
package struct Workspace: Sendable, Equatable, Identified {
    package typealias ID = Identifier<Workspace>
    package static let idPrefix = "ws"
    package static let nameLimit = 60
    package static let defaultTimeZone = "Asia/Shanghai"

    package let id: ID
    package var name: String
    /// The zone in which this workspace's days begin.
    package var timeZone: TimeZone

    package init(id: ID, name: String, timeZone: TimeZone) {
        self.id = id
        self.name = name
        self.timeZone = timeZone
    }
}

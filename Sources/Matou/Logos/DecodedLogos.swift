import Imaging
import Synchronization

/// Logos that were decoded lately, so that ten thousand pictures of one read and decode it once. A logo
/// never changes.
final class DecodedLogos: Sendable {
    struct Key: Hashable {
        let id: UploadedLogo.ID
        let workspace: Workspace.ID
    }

    /// At most a third of a megabyte each.
    private static let countMax = 16
    private let shelf = Mutex<[(key: Key, logo: Logo)]>([])

    subscript(_ key: Key) -> Logo? {
        shelf.withLock { shelf in shelf.first { $0.key == key }?.logo }
    }

    /// Keeps a logo; the oldest goes when there are too many.
    func keep(_ logo: Logo, as key: Key) {
        shelf.withLock { shelf in
            shelf.removeAll { $0.key == key }
            shelf.append((key, logo))
            if shelf.count > Self.countMax { shelf.removeFirst() }
        }
    }

    func remove(_ key: Key) {
        shelf.withLock { shelf in shelf.removeAll { $0.key == key } }
    }
}

import HTTP
import Matou

/// Pages whose form has the reply editor: its buttons work without JavaScript, each by drawing the
/// form again with everything that was typed.
protocol ReplyEditing {
    var installation: Installation { get }
    var renderer: PageRenderer { get }
}

/// What came of the buttons and files of a form.
struct ReplyEdit: Sendable {
    /// Whether the form was sent to be saved.
    var isDone = true
    var problem: Notice?
    /// By the items' keys.
    var uploadErrors: [String: String] = [:]
}

extension ReplyEditing {
    /// A picture, a voice message and a video of full size in one form, and the words beside them.
    static var formBytesMax: Int { Material.Kind.allCases.map(\.bytesMax).reduce(1 << 20, +) }

    /// Takes the form's files in, moves its items, syncs the drafts: what its buttons say.
    func edit(
        _ items: inout [ReplyItemForm], by sent: Form, on account: Account, _ visit: Visit
    ) async throws -> ReplyEdit {
        var edit = ReplyEdit()
        let wording = renderer.wording(visit)
        for index in items.indices {
            guard let file = sent.file("reply_file_\(items[index].key)") else { continue }
            do {
                let (material, _) = try await installation.materials.upload(
                    OneChunk(bytes: file.bytes), named: file.filename, by: visit.principal)
                if items[index].format.materialKind == material.kind {
                    items[index][.material] = material.id.text
                } else {
                    edit.uploadErrors[items[index].key] = wording("replies.other-kind")
                    edit.isDone = false
                }
            } catch Refusal.invalid(let faults) {
                edit.uploadErrors[items[index].key] = faults.first?.code.words(
                    wording.locales, in: wording.language)
                edit.isDone = false
            }
        }
        guard let button = sent.first("do") else { return edit }
        edit.isDone = false
        let words = button.split(separator: "-", maxSplits: 1).map(String.init)
        switch (words.first, words.last) {
        case ("up", let key?): items.move(key, by: -1)
        case ("down", let key?): items.move(key, by: 1)
        case ("sync", _):
            do {
                try await installation.articles.sync(account.id, by: visit.principal)
            } catch let refusal as WeChatRefusal {
                edit.problem = Notice(
                    .bad, refusal.fault.explanation(in: wording))
            }
        default: break
        }
        return edit
    }
}

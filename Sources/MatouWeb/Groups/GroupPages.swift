import HTTP
import Matou

/// `/groups`: the folders of codes.
struct GroupPages: Pages {
    let installation: Installation
    let renderer: PageRenderer

    var routes: [PageRoute] {
        [
            PageRoute(.get, "/groups", list),
            PageRoute(.post, "/groups", create, for: .editor),
            PageRoute(.post, "/groups/{id}", rename, for: .editor),
            PageRoute(.get, "/groups/{id}/delete", confirmDeletion, for: .editor),
            PageRoute(.post, "/groups/{id}/delete", delete, for: .editor),
            PageRoute(.post, "/groups/{id}/restorations", restore, for: .editor),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        try await draw(visit)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let name = try visit.request.form().first("name") ?? ""
        do {
            let made = try await installation.groups.create(named: name, by: visit.principal)
            return done("created", made.group.name, visit)
        } catch Refusal.invalid(let faults) {
            return try await draw(visit, typed: .init(id: nil, name: name, faults: faults))
        }
    }

    @Sendable private func rename(_ visit: Visit, _ id: CodeGroup.ID) async throws -> Response {
        let form = try visit.request.form()
        let name = form.first("name") ?? ""
        do {
            let former = try await installation.groups.find(id, for: visit.principal)
            let renamed = try await installation.groups.rename(
                id, to: name, ifVersion: form.first("version").flatMap(Int.init),
                by: visit.principal)
            let hasChanged = former.version != renamed.version && form.first("undo") == nil
            return hasChanged
                ? .redirect(
                    to: PageAddress("/groups").with("renamed", id.text)
                        .with("former", former.group.name).text)
                : done("renamed", renamed.group.name, visit)
        } catch Refusal.invalid(let faults) {
            return try await draw(visit, typed: .init(id: id, name: name, faults: faults))
        }
    }

    @Sendable private func confirmDeletion(
        _ visit: Visit, _ id: CodeGroup.ID
    ) async throws -> Response {
        let entry = try await installation.groups.find(id, for: visit.principal)
        let wording = renderer.wording(visit)
        let view = GroupDeletionView(
            path: "/groups/\(entry.group.id)",
            question: wording("groups.delete.question", ["name": entry.group.name]),
            text: wording("groups.delete.text", ["count": wording.number(entry.codes)]))
        return try await renderer.page(
            "groups/delete", view, title: wording("common.delete"), in: visit)
    }

    @Sendable private func delete(_ visit: Visit, _ id: CodeGroup.ID) async throws -> Response {
        try await installation.groups.delete(id, by: visit.principal)
        return .redirect(to: PageAddress("/groups").with("deleted", id.text).text)
    }

    @Sendable private func restore(_ visit: Visit, _ id: CodeGroup.ID) async throws -> Response {
        do {
            let restored = try await installation.groups.restore(id, by: visit.principal)
            return done("restored", restored.group.name, visit)
        } catch Refusal.invalid {
            let words = renderer.wording(visit)("groups.name-taken")
            return .redirect(to: "/groups", notice: Notice(.bad, words))
        }
    }

    /// What was just renamed or deleted, with a way back.
    private func undo(_ visit: Visit, _ wording: Wording) async throws -> UndoNotice? {
        guard visit.principal.role >= .editor else { return nil }
        // The address may come from anyone: only what is really there leads to a button.
        if let id: CodeGroup.ID = visit.query("deleted") {
            guard
                let name = try await installation.groups.nameOfDeleted(id, for: visit.principal)
            else { return nil }
            return UndoNotice(
                text: wording("groups.done.deleted", ["name": name]),
                path: "/groups/\(id)/restorations", name: nil)
        }
        guard let id: CodeGroup.ID = visit.query("renamed"),
            let former: String = visit.query("former"),
            let present = try? await installation.groups.find(id, for: visit.principal)
        else { return nil }
        return UndoNotice(
            text: wording("groups.done.renamed", ["name": present.group.name]),
            path: "/groups/\(id)", name: former)
    }

    private func done(_ what: String, _ name: String, _ visit: Visit) -> Response {
        let words = renderer.wording(visit)("groups.done.\(what)", ["name": name])
        return .redirect(to: "/groups", notice: Notice(.good, words))
    }

    /// What somebody typed that could not be taken, and where: nil for a new group.
    private struct Typed {
        let id: CodeGroup.ID?
        let name: String
        let faults: [FieldFault]
    }

    private func draw(_ visit: Visit, typed: Typed? = nil) async throws -> Response {
        let wording = renderer.wording(visit)
        var filter = CodeGroupFilter()
        filter.name = visit.text("q")
        filter.sort = visit.query("sort") ?? .name
        let page = try await installation.groups.page(
            filter,
            after: visit.cursor(of: filter.sort.rawValue), for: visit.principal)
        let address = PageAddress("/groups", visit.request.queryItems, keeping: ["q", "sort"])
        let names = try await installation.members.names(
            of: Set(page.elements.map(\.createdBy)), for: visit.principal)
        let error = typed.flatMap { FaultTexts($0.faults, wording, form: "groups")["name"] }
        let now = installation.clock.now()
        let rows = page.elements.map { entry in
            let isTyped = typed?.id == entry.group.id
            return GroupListView.Row(
                path: "/groups/\(entry.group.id)", name: entry.group.name,
                typed: isTyped ? typed?.name ?? "" : entry.group.name,
                error: isTyped ? error : nil, codesPath: "/qr-codes?group=\(entry.group.id)",
                codes: wording.number(entry.codes),
                created: wording.date(entry.createdAt, now: now),
                creator: names[entry.createdBy] ?? entry.createdBy, version: entry.version)
        }
        let isNew = typed.map { $0.id == nil } ?? false
        let view = GroupListView(
            undo: try await undo(visit, wording), q: filter.name,
            sort: GroupListView.Sorts(filter.sort, at: address),
            creation: visit.principal.role >= .editor
                ? .init(name: isNew ? typed?.name ?? "" : "", error: isNew ? error : nil) : nil,
            list: rows.isEmpty ? nil : .init(groups: rows),
            mayEdit: visit.principal.role >= .editor,
            emptyText: filter.name.isEmpty
                ? wording("groups.empty-text") : wording("qr-codes.empty.found-text"),
            nextPath: page.next.map { address.with("cursor", $0.text).text })
        return try await renderer.page(
            "groups/index", view, title: wording("groups.title"), in: visit,
            status: typed == nil ? .ok : .unprocessableContent)
    }
}

struct GroupDeletionView: Sendable {
    let path: String
    let question: String
    let text: String
}

struct GroupListView: Sendable {
    let undo: UndoNotice?
    let q: String
    let sort: Sorts
    let creation: Creation?
    let list: List?
    let mayEdit: Bool
    let emptyText: String
    let nextPath: String?

    struct Creation: Sendable {
        let name: String
        let error: String?
    }

    struct List: Sendable { let groups: [Row] }

    struct Row: Sendable {
        let path: String
        let name: String
        /// What stands in the field: another text than the name after an error.
        let typed: String
        let error: String?
        let codesPath: String
        let codes: String
        let created: String
        let creator: String
        let version: Int
    }

    struct Sorts: Sendable {
        let name: Sort
        let codes: Sort
        let created: Sort

        init(_ current: CodeGroupFilter.Sort, at address: PageAddress) {
            func sort(_ column: String, _ first: String) -> Sort {
                let other = first.hasPrefix("-") ? column : "-" + column
                let isFirst = current.rawValue == first
                let isSorted = isFirst || current.rawValue == other
                return Sort(
                    path: address.with("sort", isFirst ? other : first).text,
                    direction: isSorted
                        ? (current.rawValue.hasPrefix("-") ? "descending" : "ascending") : nil)
            }
            name = sort("name", "name")
            codes = sort("codes", "-codes")
            created = sort("created_at", "-created_at")
        }
    }

    struct Sort: Sendable {
        let path: String
        let direction: String?
    }
}

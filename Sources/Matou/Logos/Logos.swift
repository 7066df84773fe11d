import Imaging
import SQL

/// The workspace's logos.
package struct Logos: Sendable {
    let database: any Database
    let clock: WallClock
    let randomness: Randomness
    private let decoded = DecodedLogos()

    init(database: any Database, clock: WallClock, randomness: Randomness) {
        self.database = database
        self.clock = clock
        self.randomness = randomness
    }

    /// Keeps a PNG or JPEG file, told by its bytes, in its normal form.
    ///
    /// - Throws: `Refusal.invalid` for `name` and `file`; `Refusal.conflict(.tooManyLogos)`;
    ///   `Refusal.forbidden` below editor.
    package func upload(
        _ file: [UInt8], named name: String, by principal: Principal
    ) async throws -> UploadedLogo {
        try principal.require(.editor)
        var faults = FieldFaults()
        let name = faults.line("name", name, limit: UploadedLogo.nameLimit)
        let logo = Self.decoded(file, &faults)
        try faults.check()
        guard let logo else { throw Refusal.invalid("file", .brokenFile) }
        let now = clock.now()
        let id = UploadedLogo.ID.make(at: now, from: randomness)
        try await database.write { connection in
            guard
                try connection.countLogos(in: principal.workspace) < UploadedLogo.countMax
            else { throw Refusal.conflict(.tooManyLogos) }
            try connection.insertLogo(id, logo, named: name, by: principal, at: now)
            try connection.record(.created, .logo, id.text, to: name, by: principal, at: now)
        }
        return try await find(id, for: principal)
    }

    private static func decoded(_ file: [UInt8], _ faults: inout FieldFaults) -> Logo? {
        if file.isEmpty {
            faults.add("file", .required)
            return nil
        }
        do {
            let logo = try Logo(file: file)
            if logo.holdsCode { faults.add("file", .holdsCode) }
            return logo
        } catch {
            faults.add("file", FieldFault.Code(error))
            return nil
        }
    }

    /// All logos, the newest first.
    package func list(for principal: Principal) async throws -> [UploadedLogo] {
        try await page(limit: UploadedLogo.countMax, for: principal).elements
    }

    package func page(
        after cursor: Cursor? = nil, limit: Int, for principal: Principal
    ) async throws -> Page<UploadedLogo> {
        let logos = try await database.read {
            try $0.logos(after: cursor, limit: limit + 1, in: principal.workspace)
        }
        return Page(logos, limit: limit) {
            Cursor(sort: UploadedLogo.sort, key: "", id: $0.id.text)
        }
    }

    /// - Throws: `Refusal.missing`.
    package func find(
        _ id: UploadedLogo.ID, for principal: Principal
    ) async throws -> UploadedLogo {
        guard let logo = try await database.read({ try $0.logo(id, in: principal.workspace) })
        else { throw Refusal.missing }
        return logo
    }

    /// The picture as a PNG file, which never changes.
    ///
    /// - Throws: `Refusal.missing`.
    package func image(_ id: UploadedLogo.ID, in workspace: Workspace.ID) async throws -> [UInt8] {
        guard let image = try await database.read({ try $0.logoImage(id, in: workspace) })
        else { throw Refusal.missing }
        return image
    }

    /// The picture as codes draw it.
    ///
    /// - Throws: `Refusal.missing`.
    func picture(_ id: UploadedLogo.ID, in workspace: Workspace.ID) async throws -> Logo {
        let key = DecodedLogos.Key(id: id, workspace: workspace)
        if let known = decoded[key] { return known }
        let logo = try await Logo(file: image(id, in: workspace))
        decoded.keep(logo, as: key)
        return logo
    }

    /// - Throws: `Refusal.conflict(.logoInUse)` while a code's design has it; `Refusal.missing`;
    ///   `Refusal.forbidden` below editor.
    package func delete(_ id: UploadedLogo.ID, by principal: Principal) async throws {
        try principal.require(.editor)
        let now = clock.now()
        try await database.write { connection in
            let found = try connection.logo(id, in: principal.workspace)
            if try connection.isUsed(id, in: principal.workspace) {
                throw Refusal.conflict(.logoInUse)
            }
            guard let found, try connection.deleteLogo(id, in: principal.workspace) else {
                throw Refusal.missing
            }
            try connection.record(
                .deleted, .logo, id.text, from: found.name, to: nil, by: principal, at: now)
        }
        decoded.remove(DecodedLogos.Key(id: id, workspace: principal.workspace))
    }
}

extension FieldFault.Code {
    fileprivate init(_ error: PictureFileError) {
        self =
            switch error {
            case .notPNGOrJPEG: .unsupportedFile(["PNG", "JPEG"])
            case .damaged: .brokenFile
            case .tooManyBytes(let max): .fileTooLarge(bytes: max)
            case .tooManyPixels(let max, let edge): .tooManyPixels(max: max, edge: edge)
            }
    }
}

package import Imaging
import SQL

/// What each code looks like.
package struct CodeDesigns: Sendable {
    let database: any Database
    let clock: WallClock
    let logos: Logos

    /// A text as long as those that WeChat gives: what a code that is not made yet is judged by.
    private static let sample = "http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt"

    /// The design of the code of a public address, and whose it is; nil without one.
    package func find(
        slug: String
    ) async throws -> (design: CodeDesign, workspace: Workspace.ID)? {
        try await database.read { try $0.design(slug: slug) }
    }

    /// Keeps a design that was proven to be read, as a new version of the code.
    ///
    /// - Throws: as `proven`; `Refusal.forbidden` below editor; `Refusal.missing`.
    package func save(
        _ design: CodeDesign, of code: QRCode, by principal: Principal
    ) async throws {
        try principal.require(.editor)
        _ = try await proven(design, of: code, in: principal.workspace)
        let now = clock.now()
        try await database.write { connection in
            guard let found = try connection.qrCode(code.id, in: principal.workspace) else {
                throw Refusal.missing
            }
            guard found.design != design else { return }
            try connection.setDesign(design, of: code.id, by: principal, at: now)
            try connection.countChange(of: code.id, by: principal, at: now)
            var draft = QRCode.Draft(found)
            draft.design = design
            try connection.record(
                .changed, of: code.id, from: found, after: draft, by: principal, at: now)
        }
    }

    /// The picture of a code in a design, read back.
    ///
    /// - Throws: `Refusal.unreadable`; `Refusal.invalid` for a logo that is not there, a size that is
    ///   too small and a level at which the text does not fit.
    package func proven(
        _ design: CodeDesign, of code: QRCode,
        size: QRPicture.Size = .pixels(CodeDesign.standardPixels),
        in workspace: Workspace.ID
    ) async throws -> QRDrawing.Proven {
        try await proven(
            design, of: code.made?.content ?? Self.sample, size: size, in: workspace)
    }

    private func proven(
        _ design: CodeDesign, of content: String,
        size: QRPicture.Size = .pixels(CodeDesign.standardPixels),
        in workspace: Workspace.ID
    ) async throws -> QRDrawing.Proven {
        let image = try await logo(of: design, in: workspace)
        do {
            return try design.drawing(of: content, logo: image, size: size).proven()
        } catch {
            throw Refusal(error, of: design)
        }
    }

    private func logo(of design: CodeDesign, in workspace: Workspace.ID) async throws -> Logo? {
        guard let id = design.logo else { return nil }
        do { return try await logos.picture(id, in: workspace) } catch Refusal.missing {
            throw Refusal.invalid("logo", .unknown)
        }
    }
}

/// The logo that an account's new codes have until it is taken off them.
extension CodeDesigns {
    package func logoOfNewCodes(
        on account: Account.ID, for principal: Principal
    ) async throws -> UploadedLogo.ID? {
        try await database.read { try $0.logoOfNewCodes(on: account, in: principal.workspace) }
    }

    /// - Parameter logo: nil for none.
    /// - Throws: `Refusal.unreadable` for one with which a code would not be read; `Refusal.invalid` for
    ///   one that is not there; `Refusal.missing` without the account; `Refusal.forbidden` below editor.
    package func setLogoOfNewCodes(
        _ logo: UploadedLogo.ID?, on account: Account.ID, by principal: Principal
    ) async throws {
        try principal.require(.editor)
        var design = CodeDesign.plain
        design.logo = logo
        _ = try await proven(design, of: Self.sample, in: principal.workspace)
        let now = clock.now()
        try await database.write { connection in
            guard try connection.account(account, in: principal.workspace) != nil else {
                throw Refusal.missing
            }
            if let logo, try connection.logo(logo, in: principal.workspace) == nil {
                throw Refusal.invalid("logo", .unknown)
            }
            try connection.setLogoOfNewCodes(logo, on: account, by: principal, at: now)
        }
    }
}

import SQL

extension Connection {
    /// Keeps what the reply of a code sends, and has WeChat given their files before anybody
    /// scans, so that the minute after a scan is not spent on uploading.
    ///
    /// In the transaction that stores the reply.
    func keepParts(
        of reply: [ReplyItem], code: QRCode.ID, on account: Account.ID,
        in workspace: Workspace.ID, at time: Timestamp
    ) throws {
        try keepUses(of: reply, by: code, in: workspace)
        let keys = reply.flatMap(\.uploads).map { upload in
            TemporaryMediaKey(
                workspace: workspace, account: account, source: upload.source, type: upload.type)
        }
        for key in Set(keys) { try enqueueKeeping(of: key, at: time) }
    }
}

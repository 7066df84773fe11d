import Matou

/// Which codes the API's list shows and its selections mean: the same members, in a query or in a body.
extension QRCodeFilter {
    static var parameters: [Operation.Parameter] {
        [
            .text("account_id", "Codes of this account only."),
            .text("name", "Part of the name."),
            .choice("status", "Codes in this state.", QRCode.Status.allCases.map(\.rawValue)),
            .choice(
                "type", "Temporary or permanent codes.", QRCode.Kind.Name.allCases.map(\.rawValue)),
            .text("group_id", "Codes of this group; `none` for those in none."),
            .text("source", "Codes of this source channel."),
            .text("created_by", "Codes that this user or token made; `me` for one's own."),
            .time("created_from", "Codes made from this time on."),
            .time("created_before", "Codes made before this time."),
            .choice("sort", "Order.", Sort.allCases.map(\.rawValue)),
        ]
    }

    init(_ members: inout JSONBody, for principal: Principal) {
        self.init(account: members.id("account_id"))
        name = members.text("name") ?? ""
        status = members.choice("status")
        kind = members.choice("type")
        group = members.text("group_id").flatMap(Grouping.init)
        source = members.text("source")
        creator = principal.creator(named: members.text("created_by"))
        createdFrom = members.time("created_from")
        createdBefore = members.time("created_before")
        sort = members.choice("sort") ?? .newest
    }
}

import HTTP

/// Addresses of the phone's pages.
enum PhoneLink {
    static func phone(_ person: String, scan: String = "") -> String {
        let page = "/phone/\(PercentCoding.encodePathSegment(person))"
        return scan.isEmpty ? page : "\(page)?scan=\(PercentCoding.encodeQueryComponent(scan))"
    }

    /// - Parameter number: the people older than this one; the newest when absent.
    static func people(scan: String, before number: Int? = nil) -> String {
        let query = [
            scan.isEmpty ? nil : "scan=\(PercentCoding.encodeQueryComponent(scan))",
            number.map { "before=\($0)" },
        ].compactMap(\.self)
        return query.isEmpty ? "/" : "/?\(query.joined(separator: "&"))"
    }

    static func chat(_ person: String, _ appid: String) -> String {
        "\(phone(person))?account=\(PercentCoding.encodeQueryComponent(appid))#end"
    }

    static func card(_ person: String, _ appid: String) -> String {
        "\(phone(person))?card=\(PercentCoding.encodeQueryComponent(appid))"
    }

    static func expired(_ person: String) -> String {
        "\(phone(person))?expired=1"
    }

    static func unknown(_ person: String, _ text: String) -> String {
        "\(phone(person))?text=\(PercentCoding.encodeQueryComponent(text))"
    }

    /// The link when it leads to the web; nothing that could run here.
    static func external(_ link: String) -> String? {
        let lower = link.lowercased()
        return lower.hasPrefix("http://") || lower.hasPrefix("https://") ? link : nil
    }

    /// Where a text is drawn as a code.
    static func picture(of text: String) -> String {
        "/mock/qr?text=\(PercentCoding.encodeQueryComponent(text))"
    }
}

extension ArticleView {
    /// Only links that lead to the web.
    init(_ article: Message.Article) {
        self.init(
            title: article.title, description: article.description,
            url: PhoneLink.external(article.url), picture: PhoneLink.external(article.picurl))
    }
}

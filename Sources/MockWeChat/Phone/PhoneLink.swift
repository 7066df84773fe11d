import HTTP

/// Addresses of the phone's pages.
enum PhoneLink {
    static func phone(_ person: String, scan: String = "") -> String {
        let page = "/phone/\(PercentCoding.encodePathSegment(person))"
        return scan.isEmpty ? page : "\(page)?scan=\(PercentCoding.encodeQueryComponent(scan))"
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

    /// The article without links that the page must not carry.
    static func safe(_ article: Message.Article) -> Message.Article {
        var article = article
        article.url = external(article.url) ?? ""
        article.picurl = external(article.picurl) ?? ""
        return article
    }
}

/// What a `User-Agent` (RFC 9110 §10.1.5) tells people: `Chrome · Windows`.
struct BrowserName: Sendable {
    /// Browsers name those as well whose pages they take: the most particular comes first.
    private static let browsers = [
        ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ]

    let text: String

    /// What is none of these is told as it is.
    init(userAgent: String) {
        let names = [Self.browsers, Self.systems].compactMap { known in
            known.first { userAgent.contains($0.0) }?.1
        }
        text = names.isEmpty ? userAgent : names.joined(separator: " · ")
    }
}

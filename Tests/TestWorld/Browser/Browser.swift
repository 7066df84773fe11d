import Foundation
import TestSupport

/// Headless Chromium, driven over W3C WebDriver.
package final class Browser: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where downloads go.
    package let downloads: TemporaryDirectory
    private let driver: BackgroundProcess
    private let port: Int
    private let session: String

    /// - Throws: `Failure` where Chromium or its driver is missing: `make test` installs them.
    package init(width: Int = 1280, height: Int = 980, language: String = "zh-CN") async throws {
        let port = FreePort.next()
        let driver = try BackgroundProcess("chromedriver", ["--port=\(port)", "--silent"])
        let downloads = try TemporaryDirectory()
        guard await eventually({ (try? await Self.isReady(port)) ?? false }) else {
            throw Failure(description: "chromedriver does not answer")
        }
        let capabilities = Self.capabilities(
            size: (width, height), language: language, downloads: downloads.path)
        let made = try await Self.call("POST", port, "/session", capabilities)
        guard let value = made as? [String: Any], let session = value["sessionId"] as? String else {
            throw Failure(description: "no session: \(made ?? "")")
        }
        self.downloads = downloads
        self.driver = driver
        self.port = port
        self.session = session
        // A click returns before the page that it leads to is there.
        try await command("POST", "/timeouts", ["implicit": 5000])
    }

    /// Ends Chromium first, then its driver: the driver alone would leave it behind.
    package func close() async {
        _ = try? await Self.call("DELETE", port, "/session/\(session)", nil)
        driver.stop()
    }

    private static func isReady(_ port: Int) async throws -> Bool {
        let value = try await call("GET", port, "/status", nil)
        return (value as? [String: Any])?["ready"] as? Bool ?? false
    }

    private static func capabilities(
        size: (Int, Int), language: String, downloads: String
    ) -> [String: Any] {
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--hide-scrollbars", "--lang=\(language)", "--window-size=\(size.0),\(size.1)",
        ]
        let preferences: [String: Any] = [
            "download.default_directory": downloads, "download.prompt_for_download": false,
            "intl.accept_languages": language,
        ]
        let options: [String: Any] = ["args": arguments, "prefs": preferences]
        return [
            "capabilities": [
                "alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": options]
            ]
        ]
    }

    /// A WebDriver command; its `value`.
    @discardableResult
    func command(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws
        -> Any?
    {
        try await Self.call(method, port, "/session/\(session)\(path)", body)
    }

    private static func call(
        _ method: String, _ port: Int, _ path: String, _ body: [String: Any]?
    ) async throws -> Any? {
        let bytes =
            method == "POST"
            ? Array(try JSONSerialization.data(withJSONObject: body ?? [:])) : []
        let answer = try await PlainHTTP.send(
            method, port: port, path: path,
            headers: [("Content-Type", "application/json; charset=utf-8")], body: bytes)
        let json = try JSONSerialization.jsonObject(
            with: Data(answer.body), options: .fragmentsAllowed)
        let value = (json as? [String: Any])?["value"]
        guard answer.status == 200 else {
            let error = value as? [String: Any]
            throw Failure(
                description: "\(path): \(error?["message"] as? String ?? answer.text)")
        }
        return value
    }
}

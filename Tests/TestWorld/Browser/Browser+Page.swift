import Foundation
import TestSupport

extension Browser {
    /// Signs in as the person whom the program made at its start.
    package func signIn(to matou: RunningMatou) async throws {
        guard let signIn = matou.signIn else {
            throw Failure(description: "nobody was made to sign in as")
        }
        try await open(matou.url)
        try await type(signIn.email, into: "#email")
        try await type(signIn.password, into: "#password")
        try await click("form button.btn-main")
        guard await has(".shell") else { throw Failure(description: "not signed in") }
    }

    package func open(_ url: String) async throws {
        try await command("POST", "/url", ["url": url])
    }

    package func address() async throws -> String {
        try await command("GET", "/url") as? String ?? ""
    }

    /// The text of the page as a person sees it.
    package func text() async throws -> String {
        try await text(of: "body")
    }

    package func text(of selector: String) async throws -> String {
        let element = try await find(selector)
        return try await command("GET", "/element/\(element)/text") as? String ?? ""
    }

    package func attribute(_ name: String, of selector: String) async throws -> String? {
        let element = try await find(selector)
        return try await command("GET", "/element/\(element)/attribute/\(name)") as? String
    }

    /// What stands in a control now, whatever its page said at first.
    package func value(of selector: String) async throws -> String {
        let element = try await find(selector)
        return try await command("GET", "/element/\(element)/property/value") as? String ?? ""
    }

    /// Clicks what a person would click. A control below the fold is scrolled to; one that a script
    /// puts into its place meanwhile is clicked instead.
    package func click(_ selector: String) async throws {
        var triesLeft = 5
        while true {
            let element = try await find(selector)
            do {
                try await command("POST", "/element/\(element)/click")
                return
            } catch let failure as Failure
                where triesLeft > 0 && failure.description.contains("stale element")
            {
                triesLeft -= 1
            }
        }
    }

    /// Clears a field and types into it.
    package func type(_ text: String, into selector: String) async throws {
        let element = try await find(selector)
        try await command("POST", "/element/\(element)/clear")
        try await command("POST", "/element/\(element)/value", ["text": text])
    }

    /// Types into a control without clearing it: a file's path, a key (W3C WebDriver §17.4.2).
    package func fill(_ text: String, into selector: String) async throws {
        let element = try await find(selector)
        try await command("POST", "/element/\(element)/value", ["text": text])
    }

    /// Presses a key while the control has the focus.
    package func press(_ key: String, on selector: String) async throws {
        try await fill(key, into: selector)
    }

    /// Drags one thing over another with the pointer, in steps as a hand does.
    package func drag(_ selector: String, over target: String) async throws {
        let (from, to) = (try await find(selector), try await find(target))
        let reference = "element-6066-11e4-a52e-4f735466cecf"
        try await command(
            "POST", "/execute/sync",
            [
                "script": "arguments[0].scrollIntoView({ block: 'center' })",
                "args": [[reference: to]],
            ])
        func move(_ element: String, by y: Int) -> [String: Any] {
            [
                "type": "pointerMove", "duration": 100, "x": 0, "y": y,
                "origin": [reference: element],
            ]
        }
        let steps: [[String: Any]] = [
            move(from, by: 0), ["type": "pointerDown", "button": 0], move(to, by: 8),
            move(to, by: 0), move(to, by: -8), ["type": "pointerUp", "button": 0],
        ]
        try await command(
            "POST", "/actions",
            ["actions": [["type": "pointer", "id": "mouse", "actions": steps]]])
    }

    /// Whether somebody can see it.
    package func shows(_ selector: String) async throws -> Bool {
        let element = try await find(selector)
        return try await command("GET", "/element/\(element)/displayed") as? Bool ?? false
    }

    package func has(_ selector: String) async -> Bool {
        (try? await find(selector)) != nil
    }

    /// Shows the page as a screen of this size does; under 700 pixels, as a phone does.
    package func resize(width: Int, height: Int) async throws {
        let metrics: [String: Any] = [
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700,
        ]
        try await command(
            "POST", "/goog/cdp/execute",
            ["cmd": "Emulation.setDeviceMetricsOverride", "params": metrics])
    }

    /// What a script returns.
    package func run(_ script: String) async throws -> Any? {
        try await command("POST", "/execute/sync", ["script": script, "args": [Any]()])
    }

    /// A PNG of what the window shows.
    package func screenshot() async throws -> [UInt8] {
        let base64 = try await command("GET", "/screenshot") as? String ?? ""
        return Array(Data(base64Encoded: base64) ?? Data())
    }

    /// The file that a click has downloaded, once it is whole: Chromium holds the name with an empty file
    /// until it moves the whole one there.
    package func download() async throws -> String {
        let folder = downloads.path
        var found: String?
        _ = await eventually {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            found = names.filter { !$0.hasSuffix(".crdownload") && !$0.hasPrefix(".") }
                .map { folder + "/" + $0 }
                .first { (try? Data(contentsOf: URL(fileURLWithPath: $0)).isEmpty) == false }
            return found != nil
        }
        guard let found else { throw Failure(description: "nothing was downloaded") }
        return found
    }

    private func find(_ selector: String) async throws -> String {
        let found = try await command(
            "POST", "/element", ["using": "css selector", "value": selector])
        guard let element = (found as? [String: Any])?.values.first as? String else {
            throw Failure(description: "no \(selector)")
        }
        return element
    }
}

import Foundation
import HTTP
import Matou
import Mustache
import TestWorld
import Testing

@testable import MatouWeb

struct TemplatesTests {
    private struct View: MustacheParent {
        let value: String
        func child(named name: String) -> Any? { name == "value" ? value : nil }
    }

    /// Templates of their own over the real texts and files.
    private func templates(_ sources: [String: String]) throws -> Templates {
        let directory = try TemporaryDirectory()
        for (name, source) in sources {
            let path = URL(fileURLWithPath: "\(directory.path)/\(name).mustache")
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(source.utf8).write(to: path)
        }
        return try Templates(
            directory: directory.path,
            locales: ProjectFolder.locales,
            files: try StaticFiles(
                directory: ProjectFolder.resources + "/static", mount: "/static"))
    }

    @Test func `tokens become texts and addresses of files`() throws {
        let templates = try templates(["page": "[[common.save]] [[/static/app.css]] {{value}}"])
        let english = try templates.render("page", View(value: "<b>"), in: .english)
        #expect(english.hasPrefix("Save /static/app.css?v="))
        #expect(english.hasSuffix(" &lt;b&gt;"))
        #expect(try templates.render("page", View(value: ""), in: .chinese).hasPrefix("保存 "))
    }

    @Test(arguments: [
        ("[[common.no-such-text]]", TemplateError.unknownText("common.no-such-text", in: "page")),
        ("[[/static/none.css]]", .unknownFile("/static/none.css", in: "page")),
        ("[[common.range.days]]", .textNeedsValues("common.range.days", in: "page")),
        ("{{>nobody}}", .unknownTemplate("nobody", in: "page")),
        ("{{{value}}}", .rawValue(in: "page")),
        ("{{& value}}", .rawValue(in: "page")),
        ("[[common.save", .malformed("page", "a [[ without its ]]")),
    ])
    func `what does not fit is found at the start`(
        _ source: String, _ error: TemplateError
    ) throws {
        #expect(throws: error) { try templates(["page": source]) }
    }

    @Test func `a tag that is not closed is found at the start`() throws {
        #expect(throws: TemplateError.self) { try templates(["page": "{{#value}}"]) }
    }

    @Test func `values in blocks and partials are escaped by scalar as well`() throws {
        let templates = try templates([
            "page": "{{<frame}}{{$content}}<i a=\"{{value}}\">{{>part}}{{/content}}{{/frame}}",
            "frame": "{{$content}}{{/content}}", "part": "<i a=\"{{value}}\">",
        ])
        let html = try templates.render("page", View(value: "\"\u{301}x"), in: .english)
        #expect(html.components(separatedBy: "&quot;\u{301}x").count == 3)
    }

    @Test func `the time that a code was made is told in the workspace's zone`() throws {
        let locales = try ProjectFolder.locales
        let zone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        let now = TestClock().now
        let chinese = Wording(locales: locales, language: .chinese, zone: zone)
        #expect(chinese.date(now, now: now) == "今天 12:00")
        #expect(
            chinese.date(Timestamp(milliseconds: now.milliseconds - 86_400_000), now: now)
                == "昨天 12:00")
        #expect(chinese.number(1_234_567) == "1,234,567")
        #expect(chinese.share(147, of: 1000) == "14.7%")
        let english = Wording(locales: locales, language: .english, zone: zone)
        #expect(
            english.date(Timestamp(milliseconds: now.milliseconds - 5 * 86_400_000), now: now)
                == "Nov 16")
    }
}

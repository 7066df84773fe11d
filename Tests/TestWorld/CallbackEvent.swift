/// An event as WeChat writes it in the clear.
package struct CallbackEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case subscribe(scene: String?)
        case unsubscribe
        case scan(scene: String)
        /// A text, with the choice's id when it is a tap on a menu.
        case text(String, choice: String?, id: Int64)
    }

    package var kind: Kind
    package var person: String
    /// Seconds since 1970.
    package var at: Int64

    package init(_ kind: Kind, by person: String, at: Int64) {
        self.kind = kind
        self.person = person
        self.at = at
    }

    package var xml: String {
        if case .text(let text, let choice, let id) = kind {
            let tap = choice.map { "<bizmsgmenuid>\($0)</bizmsgmenuid>" } ?? ""
            return """
                <xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>\
                <FromUserName><![CDATA[\(person)]]></FromUserName><CreateTime>\(at)</CreateTime>\
                <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[\(text)]]></Content>\
                <MsgId>\(id)</MsgId>\(tap)</xml>
                """
        }
        let (name, key) =
            switch kind {
            case .subscribe(let scene): ("subscribe", scene.map { "qrscene_" + $0 } ?? "")
            case .unsubscribe: ("unsubscribe", "")
            case .scan(let scene): ("SCAN", scene)
            case .text: ("", "")
            }
        return """
            <xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>\
            <FromUserName><![CDATA[\(person)]]></FromUserName><CreateTime>\(at)</CreateTime>\
            <MsgType><![CDATA[event]]></MsgType><Event><![CDATA[\(name)]]></Event>\
            <EventKey><![CDATA[\(key)]]></EventKey></xml>
            """
    }
}

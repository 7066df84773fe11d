import HTTP

/// The phone's pages: they work with forms and redirects alone.
extension MockGateway {
    var phoneRoutes: [Route] {
        [
            .async(.get, "/") { self.peoplePage($0) },
            .async(.post, "/phone") { self.makePhone($0) },
            .async(.get, "/phone/{person}") { (request, person: String) in
                self.phonePage(of: person, request)
            },
            deed("scan") { world, id, form, now throws(Refusal) in
                let text = form.text("content")
                let (outcome, callback) = try world.scan(text, by: id, at: now)
                let link =
                    switch outcome {
                    case .event(let appid): PhoneLink.chat(id, appid)
                    case .card(let appid): PhoneLink.card(id, appid)
                    case .expired: PhoneLink.expired(id)
                    case .unknown: PhoneLink.unknown(id, String(text.prefix(2000)))
                    }
                return (callback, link)
            },
            .async(.post, "/phone/{person}/picture", bodyBytesMax: Self.pictureBytesMax) {
                (request, person: String) in
                self.scanPicture(request, by: person)
            },
            deed("follow") { world, id, form, now throws(Refusal) in
                let appid = form.text("account")
                return (try world.follow(appid, by: id, at: now), PhoneLink.chat(id, appid))
            },
            deed("unfollow") { world, id, form, now throws(Refusal) in
                let appid = form.text("account")
                return (try world.unfollow(appid, by: id, at: now), PhoneLink.chat(id, appid))
            },
            deed("dismiss") { world, id, form, _ throws(Refusal) in
                world.dismissCard(of: form.text("account"), by: try world.person(id).id)
                return (nil, PhoneLink.phone(id))
            },
            deed("send") { world, id, form, now throws(Refusal) in
                let appid = form.text("account")
                let callback = try world.send(form.text("text"), to: appid, by: id, at: now)
                return (callback, PhoneLink.chat(id, appid))
            },
            deed("tap") { world, id, form, now throws(Refusal) in
                let message = Int(form.text("message")) ?? 0
                let callback = try world.tap(form.text("item"), of: message, by: id, at: now)
                return (callback, PhoneLink.chat(id, callback.appid))
            },
            .async(.get, "/mock/qr") { Self.codePicture($0.query("text") ?? "") },
        ] + phoneFiles.routes
    }

    /// A text as a code, for the scanner to look at.
    private static func codePicture(_ text: String) -> Response {
        guard !text.isEmpty, text.utf8.count <= 1000, let picture = CodePicture(of: text) else {
            return .empty(.notFound)
        }
        return .bytes(picture.png, type: "image/png")
    }

    private static let pictureBytesMax = 10 << 20

    /// The code in a picture, held before the scanner: what it says is scanned from there.
    private func scanPicture(_ request: Request, by person: String) -> Response {
        guard let form = try? request.form() else { return .empty(.badRequest) }
        do {
            let text = try PhoneCamera.text(
                of: form.file("picture")?.bytes ?? [], field: "picture")
            return .redirect(to: PhoneLink.phone(person, scan: text))
        } catch {
            return phonePage(of: person, request, problem: error)
        }
    }

    /// A form of the phone: does it, waits for the answer, and shows where it led to.
    private func deed(
        _ name: String,
        _ act:
            @escaping @Sendable (inout World, String, Form, Moment) throws(Refusal) -> (
                Callback?, String
            )
    ) -> Route {
        .async(.post, "/phone/{person}/\(name)") { (request, person: String) in
            guard let form = try? request.form() else { return .empty(.badRequest) }
            do throws(Refusal) {
                let (callback, link) = try self.change { world, now throws(Refusal) in
                    try act(&world, person, form, now)
                }
                if let callback {
                    await self.push(callback)
                    await self.awaitReply(to: callback)
                }
                return .redirect(to: link)
            } catch {
                return self.phonePage(
                    of: person, request, account: form.first("account"), problem: error)
            }
        }
    }

    /// Waits a moment for the messages that an account sends after it has taken a callback, so that
    /// they are on the page that comes next.
    private func awaitReply(to callback: Callback) async {
        guard callback.isWatched else { return }
        let started = ContinuousClock.now
        var last = lastMessage(of: callback.person)
        var lastChange = started
        var hasReply = false
        while ContinuousClock.now - started < .milliseconds(900) {
            try? await Task.sleep(for: .milliseconds(40))
            let current = lastMessage(of: callback.person)
            if current != last {
                (last, lastChange, hasReply) = (current, .now, true)
            } else if hasReply, ContinuousClock.now - lastChange > .milliseconds(160) {
                return
            }
        }
    }

    private func lastMessage(of person: String) -> Int {
        read { world, _ in world.index.inboxes[person]?.last ?? 0 }
    }

    private func makePhone(_ request: Request) -> Response {
        guard let form = try? request.form() else { return .empty(.badRequest) }
        do throws(Refusal) {
            let person = try people.add(form.text("name"))
            return .redirect(to: PhoneLink.phone(person.id, scan: form.text("scan")))
        } catch {
            return peoplePage(request, problem: error)
        }
    }
}

extension Form {
    fileprivate func text(_ name: String) -> String {
        first(name) ?? ""
    }
}

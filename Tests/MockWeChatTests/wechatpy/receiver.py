"""An account's server made of wechatpy: it checks, decrypts, parses and answers callbacks.

usage: receiver.py MODE TOKEN KEY APPID   (MODE is plain, compatible or safe)
It prints its port. GET /parsed lists what it understood; whatever it could not is in there as an error.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

mode, token, key, appid = sys.argv[1:]
crypto = WeChatCrypto(token, key, appid)
parsed = []


def describe(message):
    words = {
        "class": type(message).__name__,
        "type": message.type,
        "from": message.source,
        "to": message.target,
        "time": int(message.create_time.timestamp()),
    }
    for name in ("event", "scene_id", "ticket", "content", "id"):
        if hasattr(message, name):
            words[name] = getattr(message, name)
    return words


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if urlsplit(self.path).path == "/parsed":
            return self.answer(json.dumps(parsed, default=str))
        query = self.signed_query()
        self.answer(query["echostr"])

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        try:
            self.answer(self.take(body))
        except Exception as error:
            parsed.append({"error": repr(error), "body": body})
            self.answer("success")

    def take(self, body):
        query = self.signed_query()
        plain = body
        if mode == "safe":
            assert "FromUserName" not in body
        if mode != "plain":
            assert query["encrypt_type"] == "aes"
            plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(plain)
        assert query["openid"] == message.source
        parsed.append(describe(message))
        if message.type != "text":
            return "success"
        # wechatpy does not split a "]]>" that it writes.
        reply = TextReply(content="收到：" + message.content.replace("]]>", ""), message=message).render()
        return reply if mode == "plain" else crypto.encrypt_message(reply, query["nonce"], query["timestamp"])

    def signed_query(self):
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        check_signature(token, query["signature"], query["timestamp"], query["nonce"])
        return query

    def answer(self, text):
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()

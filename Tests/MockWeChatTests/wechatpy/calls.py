"""Makes every official-account call of wechatpy against a gateway, and checks what comes back.

usage: calls.py BASE APPID SECRET OPENID   (OPENID follows, and has sent a text)
"""

import io
import sys

import redirect

base, appid, secret, openid = sys.argv[1:]
redirect.install(base)

from wechatpy import WeChatClient  # noqa: E402
from wechatpy.exceptions import WeChatClientException  # noqa: E402

client = WeChatClient(appid, secret)
done = []


def check(name, condition, shown=None):
    assert condition, f"{name}: {shown!r}"
    done.append(name)


def refused(name, errcode, call):
    try:
        call()
    except WeChatClientException as error:
        return check(name, error.errcode == errcode, error)
    raise AssertionError(f"{name} was not refused")


def file(name, content):
    return (name, io.BytesIO(content))


PNG = b"\x89PNG\r\n\x1a\n" + b"\1" * 100
JPEG = b"\xff\xd8\xff\xe0" + b"\2" * 100
MP3 = b"ID3" + b"\3" * 100
MP4 = b"\0\0\0\x18ftypmp42" + b"\4" * 100

check("token", len(client.access_token) > 64)
check("ips", client.misc.get_wechat_ips())

# Codes
temporary = {"expire_seconds": 1800, "action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 123}}}
code = client.qrcode.create(temporary)
check("qrcode.create", code["expire_seconds"] == 1800 and code["url"].startswith("http://weixin.qq.com/q/"), code)
permanent = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "店 042"}}}
check("qrcode.create permanent", "expire_seconds" not in client.qrcode.create(permanent))
picture = client.qrcode.show(code)
check("qrcode.show", picture.status_code == 200 and picture.headers["Content-Type"].startswith("image/"), picture)
check("qrcode.show wrong", client.qrcode.show("gQwrong").status_code == 404)

# Tags
tag = client.tag.create("expo-2024")
check("tag.create", tag["name"] == "expo-2024", tag)
client.tag.update(tag["id"], "expo")
client.tag.tag_user(tag["id"], openid)
client.tag.tag_user(tag["id"], [openid])
check("tag.get", {"id": tag["id"], "name": "expo", "count": 1} in client.tag.get())
check("tag.get_user_tag", client.tag.get_user_tag(openid) == [tag["id"]])
check("tag.get_tag_users", client.tag.get_tag_users(tag["id"])["data"]["openid"] == [openid])
check("tag.iter_tag_users", list(client.tag.iter_tag_users(tag["id"])) == [openid])
client.tag.untag_user(tag["id"], openid)
check("tag.untag_user", client.tag.get_user_tag(openid) == [])
client.tag.delete(tag["id"])
refused("tag.delete twice", 45159, lambda: client.tag.delete(tag["id"]))

# Users
check("user.get", client.user.get(openid)["subscribe"] == 1)
check("user.get_followers", client.user.get_followers()["data"]["openid"] == [openid])
check("user.iter_followers", list(client.user.iter_followers()) == [openid])
client.user.update_remark(openid, "常客")
check("user.get_batch", client.user.get_batch([openid])[0]["remark"] == "常客")
check("user.get_batch long", client.user.get_batch([{"openid": openid, "lang": "en"}])[0]["openid"] == openid)
refused("user.get nobody", 40003, lambda: client.user.get("oNobody"))

# Media
image = client.media.upload("image", file("a.png", PNG))["media_id"]
voice = client.media.upload("voice", file("a.mp3", MP3))["media_id"]
video = client.media.upload("video", file("a.mp4", MP4))["media_id"]
thumb = client.media.upload("thumb", file("a.jpg", JPEG))["thumb_media_id"]
check("media.download", client.media.download(image).content == PNG)
check("media.get_url", image in client.media.get_url(image))
check("media.upload_image", client.media.upload_image(file("a.png", PNG)).startswith("http://mmbiz.qpic.cn/"))
refused("media.upload wrong", 40113, lambda: client.media.upload("image", file("a.png", b"text")))

# Materials and drafts
material = client.material.add("image", file("a.png", PNG))
check("material.add", material["url"].startswith("http://mmbiz.qpic.cn/"), material)
film = client.material.add("video", file("a.mp4", MP4), title="开业", introduction="全程")
check("material.get video", client.material.get(film["media_id"])["title"] == "开业")
check("material.get", client.material.get(material["media_id"]).content == PNG)
check("material.batchget", client.material.batchget("image")["item"][0]["media_id"] == material["media_id"])
check("material.get_count", client.material.get_count()["image_count"] == 1)
article = {"title": "秋季新品", "content": "<p>来店里看看</p>", "thumb_media_id": material["media_id"]}
draft = client.post("draft/add", data={"articles": [article]})["media_id"]
drafts = client.post("draft/batchget", data={"offset": 0, "count": 20, "no_content": 1})
check("draft/batchget", drafts["item"][0]["content"]["news_item"][0]["title"] == "秋季新品", drafts)

# Messages: five are open, because the fan sent a text.
client.message.send_text(openid, "欢迎\n<a href=\"https://example.com/\">菜单</a>")
client.message.send_image(openid, image)
client.message.send_voice(openid, voice)
client.message.send_video(openid, video, "标题", "描述")
client.message.send_articles(openid, [{"title": "t", "description": "d", "url": "http://u", "image": "http://i"}])
check("message.send five", True)
refused("message.send sixth", 45047, lambda: client.message.send_text(openid, "too much"))
refused("message.send_articles two", 45008, lambda: client.message.send_articles(openid, [
    {"title": "t", "description": "d", "url": "u", "image": "i"}] * 2))
refused("message.send_link", 48008, lambda: client.message.send_link(openid, {
    "title": "t", "description": "d", "url": "u", "image": "i"}))


def more():
    """The rest of the message types, once the fan has sent another text."""
    client.message.send_music(openid, "http://m", "http://hq", thumb, "歌", "词")
    client.message.send_articles(openid, draft)
    client.message.send_mini_program_page(openid, {
        "title": "商城", "appid": "wx0123456789abcdef", "pagepath": "pages/index", "thumb_media_id": image})
    client.message.send_msg_menu(openid, {
        "head_content": "满意吗", "list": [{"id": "101", "content": "满意"}], "tail_content": "谢谢"})
    client.message.send_card(openid, "card-1")
    check("message.send the other five", True)


import json  # noqa: E402
import urllib.request  # noqa: E402


def control(method, path, body):
    request = urllib.request.Request(base + path, json.dumps(body).encode(), method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


control("POST", "/mock/people/p1/send", {"text": "再来"})
more()
client.material.delete(material["media_id"])
refused("material.get deleted", 40007, lambda: client.material.get(material["media_id"]))

# A token that dies meanwhile is fetched anew by the SDK itself.
control("PUT", "/mock/faults", {"faults": [{"fault": "expired_tokens"}]})
check("retry after 42001", client.tag.get())
control("PUT", "/mock/faults", {"faults": [{"fault": "errcode", "errcode": 40001, "times": 1, "path": "/cgi-bin/tags/get"}]})
check("retry after 40001", client.tag.get())

types = [message["msgtype"] for message in control("GET", "/mock/people/p1/inbox", {})["data"]]
check("inbox", types == ["text", "image", "voice", "video", "news", "music", "news", "miniprogrampage", "msgmenu", "wxcard"], types)
print(f"ok: {len(done)} checks")

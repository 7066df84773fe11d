"""Draws codes with other people's encoders into a folder, and writes what they say into texts.tsv."""
import io, random, struct, subprocess, sys, zlib

import segno
from PIL import Image, ImageDraw

folder, texts = sys.argv[1], []
LINK = "http://weixin.qq.com/q/02AbcDefGhiJkLmnoPqrSt"


def code(text=LINK, scale=8, border=4, error="m", **options):
    file = io.BytesIO()
    segno.make(text, error=error, micro=False, **options).save(file, kind="png", scale=scale, border=border)
    return Image.open(file).convert("L")


def keep(name, image, text=LINK, **options):
    image.save(f"{folder}/{name}", **options)
    texts.append((name, text))


def with_logo(image, share=0.2):
    image = image.convert("RGB")
    side = int(image.width * share)
    start = (image.width - side) // 2
    draw = ImageDraw.Draw(image)
    draw.rectangle([start, start, start + side, start + side], fill="white")
    inner = side // 8
    draw.ellipse([start + inner, start + inner, start + side - inner, start + side - inner], fill=(7, 193, 96))
    return image


def interlaced(image):
    """Adam7, eight bits of grey; Pillow does not write it."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for left, top, across, down in passes:
        for y in range(top, image.height, down):
            row = bytes(image.getpixel((x, y)) for x in range(left, image.width, across))
            if row:
                rows += b"\0" + row
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", image.width, image.height, 8, 0, 0, 0, 1)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


# Every kind of PNG.
plain = code()
for mode in ["1", "L", "P", "LA", "RGB", "RGBA"]:
    keep(f"kind-{mode}.png", plain.convert(mode))
keep("kind-16.png", plain.point(lambda v: v * 257, "I").convert("I;16"))
clear = Image.new("RGBA", plain.size, (0, 0, 0, 0))
clear.paste((0, 0, 0, 255), mask=plain.point(lambda v: 255 - v))
keep("kind-transparent.png", clear)
with open(f"{folder}/kind-interlaced.png", "wb") as file:
    file.write(interlaced(plain))
texts.append(("kind-interlaced.png", LINK))

# Every kind of JPEG.
keep("jpeg-grey.jpg", plain, quality=75)
keep("jpeg-progressive.jpg", plain.convert("RGB"), quality=75, progressive=True)
keep("jpeg-cmyk.jpg", plain.convert("RGB").convert("CMYK"), quality=90)
for quality in [10, 25, 50, 75, 95]:
    for scale in [3, 5, 10]:
        keep(f"jpeg-q{quality}-s{scale}.jpg", code(scale=scale).convert("RGB"), quality=quality)

# Scales, margins, and sizes at which modules are no whole number of pixels.
for scale in [1, 2, 3, 20]:
    for border in [0, 1, 2, 10]:
        keep(f"scale-{scale}-border-{border}.png", code(scale=scale, border=border))
for size in [99, 150, 211, 333, 517, 1001]:
    for name in ["BILINEAR", "BICUBIC", "LANCZOS"]:
        resized = code(scale=10).resize((size, size), getattr(Image.Resampling, name))
        keep(f"size-{size}-{name}.png", resized)
        if size > 150:
            keep(f"size-{size}-{name}.jpg", resized, quality=60)

# As WeChat's: 430 pixels, three modules of margin, level H, a logo, JPEG.
for share in [0.15, 0.2]:
    image = with_logo(code(error="h", scale=10, border=3, boost_error=False).resize((430, 430), Image.Resampling.LANCZOS), share)
    for quality in [50, 75, 90]:
        keep(f"wechat-{int(share * 100)}-q{quality}.jpg", image, quality=quality)

# Colours, turned, light on dark, off centre in a larger picture.
for name, dark, light in [("blue", "#07305f", "#fff3e0"), ("green", "#0a5c36", "#e9ffe9"), ("red", "#b00020", "#ffffff")]:
    segno.make(LINK, micro=False).save(f"{folder}/color-{name}.png", scale=6, dark=dark, light=light)
    texts.append((f"color-{name}.png", LINK))
for angle in [90, 180, 270]:
    keep(f"turned-{angle}.png", plain.rotate(angle))
keep("inverted.png", plain.point(lambda v: 255 - v))
page = Image.new("L", (900, 700), 230)
page.paste(code(scale=5), (480, 90))
ImageDraw.Draw(page).text((40, 40), "Scan me, please", fill=20)
keep("page.png", page)

# Texts, levels and versions.
random.seed(1)
for level in "lmqh":
    for version in [1, 2, 7, 14, 25, 40]:
        count = {1: 5, 2: 10, 7: 40, 14: 150, 25: 400, 40: 900}[version]
        text = "".join(random.choice("码头茶café0123456789ABC-/") for _ in range(count // 2))
        file = f"text-{level}-{version}.png"
        segno.make(text, error=level, version=version, mode="byte", encoding="utf-8", boost_error=False, micro=False).save(
            f"{folder}/{file}", scale=3)
        texts.append((file, text))

# Declared character sets, none declared, Kanji mode, and a text in several codes.
for encoding, text in [("iso8859-5", "Пристань"), ("iso8859-15", "9 € café"), ("cp1251", "Чай №5"), ("shift_jis", "茗荷 ﾁｬ"),
                       ("gb18030", "码头 春茶"), ("big5", "碼頭"), ("euc_kr", "부두"), ("utf-16-be", "码头🛶"), ("utf-8", "码头🛶")]:
    keep(f"declared-{encoding}.png", code(text, mode="byte", encoding=encoding, eci=True), text)
keep("undeclared-latin1.png", code("café ½", mode="byte", encoding="iso8859-1"), "café ½")
keep("kanji.png", code("茗荷点", mode="kanji"), "茗荷点")
parts = segno.make_sequence("http://weixin.qq.com/q/" * 4, symbol_count=3)
for number, part in enumerate(parts, 1):
    part.save(f"{folder}/part-{number}.png", scale=4)
    texts.append((f"part-{number}.png", "http://weixin.qq.com/q/" * 4))

# A picture as large as a phone's camera makes it, whose rows are read one by one.
keep("logo-50-million.jpg", Image.linear_gradient("L").resize((8160, 6144)), "", quality=75)

# libqrencode.
for level in "LMQH":
    for kind in ["PNG", "PNG32"]:
        file = f"qrencode-{level}-{kind}.png"
        subprocess.run(["qrencode", "-l", level, "-t", kind, "-s", "4", "-m", "2", "-o", f"{folder}/{file}", LINK], check=True)
        texts.append((file, LINK))

with open(f"{folder}/texts.tsv", "w", encoding="utf-8") as file:
    file.writelines(f"{name}\t{text}\n" for name, text in texts)

"""Reads the PNGs of a folder with the readers that are named: zxing, zbar, opencv. Writes what they found into readings.json."""
import json, sys
from multiprocessing import Pool
from pathlib import Path

import cv2, zxingcpp
from pyzbar import pyzbar

folder, readers = Path(sys.argv[1]), sys.argv[2:]


def zxing(picture):
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if len(found) == 1 else None


def zbar(picture):
    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return found[0].data.decode("utf-8", "replace") if len(found) == 1 else None


def opencv(picture):
    try:
        return cv2.QRCodeDetector().detectAndDecode(picture)[0]
    except (cv2.error, UnicodeDecodeError):
        return None


def scan(path):
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    return {name: text for name in readers if (text := globals()[name](picture))}


if __name__ == "__main__":
    cv2.setNumThreads(1)
    paths = sorted(folder.glob("*.png"))
    with Pool() as pool:
        found = {path.name: texts for path, texts in zip(paths, pool.map(scan, paths, chunksize=4))}
    (folder / "readings.json").write_text(json.dumps(found), encoding="utf-8")

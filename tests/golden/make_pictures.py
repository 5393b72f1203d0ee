#!/usr/bin/env python3
"""Image files with an Exif orientation, and the pixels that Pillow gives them.

    python3 tests/golden/make_pictures.py >tests/golden/pictures.txt

Each case is one file of 3 x 2 pixels (width x height) as bytes, one for each format, byte order and
orientation, with height, width and pixels after ImageOps.exif_transpose.
"""
import io

import PIL
from PIL import Image, ImageOps, features

PIXELS = [10, 60, 110, 160, 210, 250]


def tiff(big, orientation):
    """An Exif block with one entry before the orientation, and its byte of orientation."""
    order = "big" if big else "little"
    entry = lambda tag, kind, value: (tag.to_bytes(2, order) + kind.to_bytes(2, order) +
                                      (1).to_bytes(4, order) + value.to_bytes(2, order) + b"\0\0")
    return ((b"MM\0*" if big else b"II*\0") + (8).to_bytes(4, order) + (2).to_bytes(2, order) +
            entry(0x0103, 3, 6) + entry(0x0112, 3, orientation) + (0).to_bytes(4, order))


def encode(kind, big, orientation):
    image = Image.new("L", (3, 2))
    image.putdata(PIXELS)
    out = io.BytesIO()
    block = tiff(big, orientation)
    if kind == "jpeg":
        image.save(out, "JPEG", quality=100, exif=b"Exif\0\0" + block)
    else:
        image.save(out, "PNG", exif=block)
    return out.getvalue()


def main():
    print("# Image files with an Exif orientation, and the upright pixels.")
    print("# Made by: python3 tests/golden/make_pictures.py")
    print(f"# Pillow {PIL.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}")
    for kind in ("jpeg", "png"):
        for big in (False, True):
            name = f"{kind}_{'big' if big else 'little'}"
            for orientation in range(1, 9):
                data = encode(kind, big, orientation)
                upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
                pixels = list(upright.getdata())
                print(f"\n{name}_{orientation}.file:", *data)
                print(f"{name}_{orientation}.size:", upright.height, upright.width)
                print(f"{name}_{orientation}.pixels:", *pixels)


main()

"""Pictures that look like a page from afar, drawn and not taken from anywhere."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def picture(seed: int = 0, size: tuple[int, int] = (640, 900)) -> Image.Image:
    image = Image.new("RGB", size, (236, 238, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 70), fill=(60 + 40 * seed % 120, 90, 120))
    for n in range(8):
        top = 100 + n * 96
        draw.rectangle((30, top, 200, top + 76), fill=(150 + (seed * 37 + n * 20) % 90, 140, 120 + n * 12))
        for k in range(3):
            draw.rectangle((225, top + 8 + k * 22, 560 - k * 60, top + 18 + k * 22), fill=(120, 124, 130))
    return image


def encoded(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()

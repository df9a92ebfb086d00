"""A small, grey, blurred picture for lists: enough to tell pages apart, too little to see anyone (DOMAIN SAFE)."""

from __future__ import annotations

import io

from PIL import Image, ImageFilter

from evidence_kit.capture.png import PngError

WIDTH, HEIGHT = 320, 200
MAX_SOURCE_PIXELS = 40_000_000


def blurred_thumbnail(untrusted_png: bytes) -> bytes:
    """A JPEG of at most 320x200 px of the first-view picture. Raises PngError for what cannot be read."""
    try:
        image = Image.open(io.BytesIO(untrusted_png), formats=("PNG", "JPEG"))
        if image.width * image.height > MAX_SOURCE_PIXELS:
            raise PngError("a picture too large for a thumbnail")
        image.load()
        rough = image.convert("L").resize((WIDTH // 8, HEIGHT // 8), Image.Resampling.BOX)
    except (OSError, SyntaxError, ValueError) as exc:
        raise PngError("a picture that cannot be read") from exc
    smooth = rough.filter(ImageFilter.GaussianBlur(1)).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    smooth.filter(ImageFilter.GaussianBlur(6)).save(out, "JPEG", quality=60)
    return out.getvalue()

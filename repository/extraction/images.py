"""Pictures: open them with a limit, and make thumbnails that hold nothing but pixels."""

import base64
import io
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from repository.extraction.limits import MOST_PIXELS, THUMBNAIL, Unreadable

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


def check(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Raise Unreadable unless the picture can be decoded to its end."""
    _small(path, ending)
    yield from ()


def read(path: str, ending: str) -> Iterator[tuple[str, Any]]:
    """Yield a thumbnail; a picture has no text."""
    yield "thumbnail", thumbnail(ImageOps.exif_transpose(_small(path, ending)))


def thumbnail(picture: Image.Image) -> str:
    """Return a picture made small and written anew as a PNG, in base64."""
    picture = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    picture.thumbnail(THUMBNAIL)
    picture.info.clear()
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return base64.b64encode(written.getvalue()).decode("ascii")


def _small(path: str, ending: str) -> Image.Image:
    """Return the picture, decoded; a JPEG at the smallest of its scales that is still larger than a thumbnail."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses what has twice as many
    try:
        picture = Image.open(path, formats=[_FORMATS[ending]])
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        picture.draft("RGB", THUMBNAIL)
        picture.load()
    except Image.DecompressionBombError:
        raise Unreadable(
            f"This picture is too large. Save it with at most {MOST_PIXELS // 1_000_000} million pixels."
        ) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError):
        raise Unreadable("This picture is damaged or not complete. Save it again, and choose the new file.") from None
    return picture

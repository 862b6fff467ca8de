"""Parts of a picture covered for good: filled, never blurred. What is blurred, or made of large dots, is guessed back.

A box is [left, top, width, height] in percent of the picture, whole numbers.
"""

import math
from io import BytesIO

from django.utils.translation import gettext as _

from core.errors import Invalid

MOST = 12
FILL = (32, 32, 32)


def checked(boxes) -> list[list[int]]:
    """The boxes as they are kept. Raises Invalid for one that lies outside the picture, or for too many."""
    kept = [list(box) for box in boxes]
    if len(kept) > MOST:
        raise Invalid(_("Cover at most %(n)d parts of one photo.") % {"n": MOST})
    for box in kept:
        if len(box) != 4 or any(type(one) is not int for one in box):
            raise Invalid(_("Write whole numbers: left, top, width and height, in percent of the photo."))
        left, top, width, height = box
        if left < 0 or top < 0 or width < 1 or height < 1 or left + width > 100 or top + height > 100:
            raise Invalid(
                _("A part lies within the photo: left and width together are at most 100, and so are top and height.")
            )
    return kept


def covered(data: bytes, boxes) -> bytes:
    """The picture drawn anew with its boxes filled, as a JPEG without metadata. Each reaches outward to whole dots."""
    from PIL import Image, ImageDraw

    with Image.open(BytesIO(data), formats=("JPEG",)) as picture:
        clean = picture.convert("RGB")
    draw, (wide, high) = ImageDraw.Draw(clean), clean.size
    for left, top, width, height in boxes:
        start = math.floor(left * wide / 100), math.floor(top * high / 100)
        end = math.ceil((left + width) * wide / 100), math.ceil((top + height) * high / 100)
        # JPEG smears over squares of 16 dots, and its colours one dot further: the fill takes all of that.
        start = tuple(one // 16 * 16 - 1 for one in start)
        end = tuple(math.ceil(one / 16) * 16 for one in end)
        draw.rectangle((*start, *end), fill=FILL)
    out = BytesIO()
    clean.info.clear()
    clean.save(out, "JPEG", quality=85)
    return out.getvalue()

"""Square pictures a phone's camera reads. The only door to segno."""

import io

import segno


def square(text: str, *, scale: int, border: int) -> bytes:
    """The text as a QR picture, SVG, black on white."""
    out = io.BytesIO()
    draw = segno.make(text, error="m").save
    draw(out, kind="svg", scale=scale, border=border, light="#fff")
    return out.getvalue()

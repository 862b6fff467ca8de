"""Drawn pictures for the demonstration: a place as it was, and as it is since."""

from io import BytesIO


def picture(name, moment) -> bytes:
    """A drawn picture of a place: how it was, or how it is since. Nobody is in it."""
    from PIL import Image, ImageDraw

    drawn = Image.new("RGB", (640, 480), "#d9d4c7")
    draw, wall = ImageDraw.Draw(drawn), "#8a8577"
    draw.polygon([(0, 480), (640, 480), (470, 330), (170, 330)], fill="#b4ae9d")
    draw.line([(0, 480), (170, 330), (170, 0)], fill=wall, width=4)
    draw.line([(640, 480), (470, 330), (470, 0)], fill=wall, width=4)
    draw.line([(170, 330), (470, 330)], fill=wall, width=4)
    before = moment == "before"
    if name == "door":
        draw.rectangle([255, 130, 385, 330], fill="#5f7d8c" if before else "#eef3f0", outline=wall, width=4)
        draw.rectangle([275, 85, 365, 118], fill="#2f8f5b")
        boxes = [(180, 300, 290, 400), (280, 330, 400, 440), (300, 240, 390, 330)] if before else []
    elif name == "shelf":
        draw.rectangle([200, 120, 440, 330], fill="#c9c2b0", outline=wall, width=4)
        draw.line([(200, 225), (440, 225)], fill=wall, width=4)
        for x in range(215, 420, 55) if not before else []:
            draw.rectangle([x, 165, x + 36, 223], fill="#3f7fb0", outline=wall, width=2)
            draw.ellipse([x, 280, x + 40, 326], fill="#e0a52f", outline=wall, width=2)
        boxes = [(60, 390, 160, 470)] if before else []
    else:
        draw.rectangle([290, 170, 350, 330], fill="#c0392b" if not before else "#a9a392", outline=wall, width=4)
        boxes = [(200, 290, 300, 390), (340, 300, 460, 420)] if before else []
    for box in boxes:
        draw.rectangle(box, fill="#b98b54", outline="#7a5a34", width=4)
        draw.line([(box[0], (box[1] + box[3]) // 2), (box[2], (box[1] + box[3]) // 2)], fill="#7a5a34", width=3)
    out = BytesIO()
    drawn.save(out, "JPEG", quality=80)
    return out.getvalue()

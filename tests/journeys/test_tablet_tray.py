"""The capture tray in real Chromium: a photo with a face and a line first, their questions later, offline and after a reload."""

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.journeys.test_tablet_faults import (  # noqa: F401 - fixtures
    EXITS,
    OPENED,
    WAIT,
    nothing_in_the_way,
    offline,
    running,
    signed_in,
    tablet,
    way,
)

pytestmark = pytest.mark.journey


def face():
    """A hall with a face in the middle of it, and a place written into the file."""
    picture, out, tags = Image.new("RGB", (2400, 1800), "#b9beb6"), io.BytesIO(), Image.Exif()
    draw = ImageDraw.Draw(picture)
    draw.ellipse((1000, 600, 1400, 1200), fill="#c08a5a")
    for x in (1100, 1260):
        draw.ellipse((x, 800, x + 40, 840), fill="#000000")
    tags[0x010E] = "sentinel-place"
    picture.save(out, "JPEG", exif=tags)
    return {"name": "IMG_0002.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_taken_first_and_placed_later(tablet, pictures):  # noqa: F811
    one = tablet()
    page = one.page
    one.take("Tin Drum")
    with offline(one):
        one.open("Tin Drum")
        page.get_by_role("link", name="What is left").first.click()
        page.get_by_role("link", name="Capture tray").click()
        page.locator("#building").fill("Building B")
        page.locator("#floor").fill("2")
        page.locator("#line").fill("Cartons at emergency exit 4")
        page.locator("input[type=file]").set_input_files(face())
        cover_by_hand(page, pictures)
        page.get_by_role("heading", name="Cartons at emergency exit 4").wait_for()
        page.locator("#line").fill("No soap in the toilet")
        page.get_by_role("button", name="Keep the note").click()
        expect(page.get_by_text("2 wait in the tray.")).to_be_visible()
        stored = b"".join(bytes(part) for part in page.evaluate(OPENED)["bytes"])
        assert b"sentinel-place" not in stored
        kept = Image.open(io.BytesIO(stored))
        assert max(kept.size) == 2000
        assert min(kept.convert("L").crop((860, 600, 1130, 750)).tobytes()) > 60, "nothing of the eyes is left"
        page.screenshot(path=pictures / "tablet-tray.png")

        page = one.dies()
        one.open("Tin Drum")
        page.get_by_role("link", name="What is left").first.click()
        expect(page.get_by_text("2 wait in the tray.")).to_be_visible()
        page.get_by_role("button", name="Send to review").click()
        expect(page.get_by_role("main").get_by_text("2 wait in the tray.").last).to_be_visible()
        page.get_by_role("link", name=re.compile("Capture tray")).last.click()
        photo = page.get_by_role("article", name="Cartons at emergency exit 4")
        photo.get_by_role("button", name="Place at a question").click()
        photo.get_by_role("button", name=re.compile("emergency exits")).first.click()  # the likely one stands first
        photo.get_by_role("button", name="Also at another question").click()
        photo.get_by_label("Find a question").fill("drills")
        photo.get_by_role("button", name=re.compile("drills", re.I)).first.click()
        note = page.get_by_role("article", name="No soap in the toilet")
        note.get_by_role("button", name="Not needed: say why").click()
        note.get_by_label("Why is it not used?").fill("Seen again at noon: soap was there.")
        note.get_by_role("button", name="Keep the reason").click()
        expect(page.get_by_text("Nothing waits in the tray.")).to_be_visible()
        one.open("Tin Drum", EXITS)
        expect(page.get_by_text("1 photo", exact=True)).to_be_visible()
    one.stands("2 of 2")

    other = tablet("rith")  # another tablet goes on with what lies in the tray
    other.take("Tin Drum")
    other.open("Tin Drum")
    other.page.get_by_role("link", name="What is left").first.click()
    other.page.get_by_role("link", name="Capture tray").click()
    expect(other.page.get_by_role("article", name="Cartons at emergency exit 4")).to_be_visible()
    expect(other.page.get_by_text("Seen again at noon: soap was there.")).to_be_visible()


def cover_by_hand(page, pictures):
    """One box drawn by finger over the face, one set and moved by keyboard."""
    dialog = page.get_by_role("dialog", name="Cover faces")
    frame = dialog.locator("canvas").bounding_box()
    page.mouse.move(frame["x"] + frame["width"] * 0.40, frame["y"] + frame["height"] * 0.30)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.60, frame["y"] + frame["height"] * 0.70, steps=4)
    page.mouse.up()
    dialog.get_by_role("button", name="Add a box").click()
    box = dialog.get_by_role("button", name=re.compile("Covered place 2"))
    box.focus()
    before = box.bounding_box()
    for key in ("ArrowRight", "Shift+ArrowDown"):
        drawn = box.get_attribute("style")
        page.keyboard.press(key)
        expect(box).not_to_have_attribute("style", drawn)
    after = box.bounding_box()
    assert after["x"] > before["x"] and after["height"] > before["height"]
    page.screenshot(path=pictures / "tablet-cover.png")
    page.keyboard.press("Delete")
    expect(box).to_have_count(0)
    dialog.get_by_role("button", name="Keep it covered").click()

"""What earlier clients asked of the server is kept in tests/contracts/traces/<version>, and is answered as it was then.

A tablet may be offline for weeks: the server takes clients at least two released versions old. A changed client gets
another number in tablet/src/version.js and a trace of its own; the older ones stay. While a version is not released, it
may be written down again: `RECORD_TRACE=1 pytest tests/noloss/test_traces.py`. 0.1 is the first there is.
"""

import base64
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import ROOT
from tests.noloss.history import picture, small_limits
from tests.noloss.real import serving
from tests.world import PASSWORD, World

TRACES = ROOT / "tests" / "contracts" / "traces"
DRIVER = Path(__file__).parent / "trace.mjs"


def shape(value):
    """What a reader relies on: names and kinds, of a list its first thing."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def lacks(old, new, place=""):
    """Places at which an answer no longer has what it had. Nothing may be null that was not; more is welcome."""
    if old == "NoneType":
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        return [one for name in old for one in lacks(old[name], new.get(name), f"{place}.{name}")]
    if isinstance(old, list) and isinstance(new, list):
        return lacks(old[0], new[0], f"{place}[]") if old and new else []
    return [] if old == new or [old, new] == ["int", "float"] else [f"{place}: {old} is now {new}"]


def facts(world, assessment):
    """The names of what differs from one world to the next."""
    return {"assessment": str(assessment.pk), "version": str(assessment.version_id), "colleague": str(world.rith.pk)}


def written_down(world, assessment, root):
    browser = Client()
    assert browser.login(username="chanthou", password=PASSWORD)
    told = facts(world, assessment) | {
        "root": root, "session": browser.cookies["sessionid"].value,
        "picture": base64.b64encode(picture(0)).decode(),
    }  # fmt: skip
    done = subprocess.run(["node", str(DRIVER)], input=json.dumps(told), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    day = json.loads(done.stdout)
    text = json.dumps(day, ensure_ascii=False)
    for name, value in (facts(world, assessment) | {"device": day["device"]}).items():
        text = text.replace(value, f"{{{name}}}")
    return json.loads(text)


def asks(day):
    """What the client sends, as far as it is the same in every run."""
    return [
        (call["method"], re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", call["path"]), sorted(call["headers"]),
         shape((call["body"] or {}).get("json")))
        for call in day["calls"]
    ]  # fmt: skip


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not on the path")
def test_this_client_asks_what_is_written_down_under_its_version(own_database):
    """Else: another number, and its day written down. What is released is never written anew."""
    world = World()
    assessment = world.planned()
    with small_limits(), serving() as root:
        day = written_down(world, assessment, root)
    assert day["outcome"] == "sent"
    place = TRACES / day["version"] / "day.json"
    if os.environ.get("RECORD_TRACE"):
        for call in day["calls"]:
            call["answer"] = shape(call["answer"])
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(day, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert place.exists(), f"The day of client {day['version']} is not written down."
    assert asks(day) == asks(json.loads(place.read_text(encoding="utf-8")))


@pytest.mark.parametrize("version", sorted(path.name for path in TRACES.glob("*")))
def test_a_client_of_that_version_is_still_answered(world, version):
    assessment = world.planned()
    text = (TRACES / version / "day.json").read_text(encoding="utf-8")
    for name, value in facts(world, assessment).items():
        text = text.replace(f"{{{name}}}", value)
    day = json.loads(text.replace("{device}", "0190c1a2-0000-7000-8000-0000000000d1"))
    browser, tablet = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    assert browser.login(username="chanthou", password=PASSWORD)
    token = csrf = ""
    with small_limits():
        for call in day["calls"]:
            headers = {name: value.replace("{token}", token) for name, value in call["headers"].items()}
            if "X-CSRFToken" in headers:
                headers["X-CSRFToken"] = csrf
            answer = send(browser if call["cookie"] else tablet, call, headers)
            place = f"{call['method']} {call['path']}"
            assert answer.status_code == call["status"], (place, answer.content[:300])
            told = answer.json()
            assert lacks(call["answer"], shape(told), place) == []
            token, csrf = told.get("token", token), told.get("csrf", csrf)
    assessment.refresh_from_db()
    assert assessment.state == "in_review"


def send(client, call, headers):
    body = call["body"] or {}
    data = base64.b64decode(body["base64"]) if "base64" in body else json.dumps(body["json"]) if body else ""
    kind = headers.pop("Content-Type", "application/octet-stream")
    return client.generic(call["method"], call["path"], data, kind, headers=headers)


def test_an_answer_that_lost_something_is_noticed():
    old = shape({"revision": 3, "receipts": [{"id": "x", "reason": None}], "more": False})
    assert lacks(old, shape({"revision": 3, "receipts": [{"id": "x", "reason": "no"}], "more": False, "new": 1})) == []
    assert lacks(old, shape({"revision": "3", "receipts": [{"id": "x"}], "more": False})) == [
        ".revision: int is now str"
    ]
    assert lacks(old, shape({"revision": 3, "receipts": [{"key": "x"}]})) == [
        ".receipts[].id: str is now None", ".more: bool is now None",
    ]  # fmt: skip

"""What people typed never reaches the log, nor the place errors are told to."""

import io
import json
import logging
import sys
from types import SimpleNamespace

import pytest

from config import sentry
from core import queue, views
from core.logs import Json, WithoutWords

NAME = "Sreymom"


@pytest.fixture(params=[Json, WithoutWords])
def log(request):
    """Everything any logger says, as this formatter writes it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(request.param())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_name_in_a_request_is_not_in_the_log(client, world, log, monkeypatch):
    client.raise_request_exception = False
    client.get("/app/nowhere/", {"q": NAME})
    client.post("/app/sign-in/", {"login": NAME, "password": NAME})
    client.post("/app/nowhere/?name=" + NAME, {"name": NAME})
    client.force_login(world.sokha, backend="allauth.account.auth_backends.AuthenticationBackend")

    def fails(user):
        raise ValueError(f"{NAME} is unknown")

    monkeypatch.setattr(views.registry, "lines_for", fails)
    assert client.get("/app/", {"q": NAME}).status_code == 500
    said = log.getvalue()
    assert "ValueError" in said and "test_logs.py" in said
    assert NAME not in said


def test_a_job_that_fails_tells_its_kind_and_not_its_words(db, log, monkeypatch):
    def fails():
        raise ValueError(NAME)

    monkeypatch.setitem(queue._jobs, "test.note", fails)
    queue.run(queue.enqueue("test.note").pk)
    assert "ValueError" in log.getvalue() and NAME not in log.getvalue()


def test_json_is_one_object_a_line():
    record = logging.LogRecord("openfloor.queue", logging.ERROR, __file__, 1, "Job %s\nfailed", ("x",), None)
    line = Json().format(record)
    assert "\n" not in line
    found = json.loads(line)
    assert (found["level"], found["logger"], found["message"]) == ("ERROR", "openfloor.queue", "Job x\nfailed")


class TestSentry:
    def test_unset_nothing_happens(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "sentry_sdk", SimpleNamespace(init=pytest.fail))
        sentry.start("")

    def test_without_the_package_it_says_so_and_goes_on(self, monkeypatch, caplog):
        monkeypatch.setitem(sys.modules, "sentry_sdk", None)
        sentry.start("https://key@errors.example/1")
        assert "pip install sentry-sdk" in caplog.text and "key@" not in caplog.text

    def test_what_is_told_holds_no_words(self, monkeypatch):
        told = {}
        monkeypatch.setitem(sys.modules, "sentry_sdk", SimpleNamespace(init=lambda **facts: told.update(facts)))
        sentry.start("https://key@errors.example/1")
        assert told["send_default_pii"] is False and told["include_local_variables"] is False
        event = {
            "exception": {"values": [{"type": "ValueError", "value": NAME, "stacktrace": {"frames": []}}]},
            "request": {"method": "POST", "url": f"https://floor.example/app/?q={NAME}", "data": {"name": NAME}},
            "user": {"username": NAME}, "breadcrumbs": [NAME], "extra": {"a": NAME}, "logentry": {"message": NAME},
        }  # fmt: skip
        sent = told["before_send"](event, {})
        assert NAME not in json.dumps(sent)
        assert sent["exception"]["values"][0]["type"] == "ValueError"

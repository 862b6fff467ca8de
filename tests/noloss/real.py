"""The real client under Node, against the real server over HTTP, for a share of the histories."""

import base64
import json
import os
import random
import shutil
import subprocess
import threading
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from compliance import actions, rules
from compliance.models import Assessment
from core import actions as core
from core.errors import Refusal
from core.models import RoleAssignment, User
from tests.conftest import ROOT
from tests.noloss.history import FINDINGS, SMALL_BATCH, SMALL_PART, VALUES, History, Stage, small_limits
from tests.noloss.ledger import Made, Shown, judge
from tests.noloss.moments import Killed, Moments, die
from tests.world import SETUP, World

DRIVER = Path(__file__).parent / "client.mjs"


here = threading.local()


class Quiet(WSGIRequestHandler):
    """Says nothing, and hangs up when the server died over a request."""

    disable_nagle_algorithm = True  # else each reply waits 40 ms for the other side to say that it heard the first half

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        here.died = False
        super().handle_one_request()
        self.close_connection = self.close_connection or here.died


def mortal(application):
    """The application; a request that says so dies at a moment, without a reply."""

    def answer(environ, start_response):
        at = environ.pop("HTTP_X_DIES_AT", None)
        if at is None:
            return application(environ, start_response)
        try:
            with Moments(int(at), die):
                return application(environ, start_response)
        except Killed:
            here.died = True
            raise ConnectionAbortedError from None

    return answer


@contextmanager
def serving():
    """The server of this process over HTTP on loopback; yields its address."""
    with ThreadedWSGIServer(("127.0.0.1", 0), Quiet) as httpd:
        httpd.set_app(mortal(WSGIHandler()))
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}"
        finally:
            httpd.shutdown()
            thread.join()


@contextmanager
def node(source=None):
    """The driver; `source`: another folder of the client's sources."""
    env = os.environ | ({"CLIENT_SRC": str(source)} if source else {})
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen(["node", str(DRIVER)], env=env, **pipes) as process:
        yield process
        process.stdin.close()
        process.wait(30)


def spoiled(folder, changes):
    """A copy of the client's sources in which some lines read otherwise: {file: (old, new)}."""
    shutil.copytree(ROOT / "tablet" / "src", folder / "src")
    (folder / "node_modules").symlink_to(ROOT / "tablet" / "node_modules")
    for name, (old, new) in changes.items():
        path = folder / "src" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} no longer says: {old}"
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder / "src"


class RealHistory(History):
    """The turns of a history, for tablets that live in another process."""

    def __init__(self, stage, seed, assessment):
        self.rng, self.world, self.assessment = random.Random(seed), stage.world, assessment
        self.stage, self.told_nothing = stage, set()

    def someone(self):
        device, user, _ = self.rng.choice(self.stage.devices)
        return type("Tablet", (), {"device_id": device, "user": user})

    def turn(self):
        with suppress(Refusal):  # such as: retired already
            self.rng.choice(self.TURNS)(self)

    def tokens(self, devices):
        return {
            device: actions.register_device(device_id=device, name="Tablet", by=user)
            for device, user, _ in self.stage.devices
            if device in devices and User.objects.get(pk=user.pk).is_active
        }

    def restore(self):
        """Commits stay: whoever was sent away comes back for the next history."""
        rith = User.objects.get(pk=self.world.rith.pk)
        if not rith.is_active:
            rith.is_active = True
            rith.save()
        if not RoleAssignment.objects.filter(user=rith, until=None).exists():
            core.assign_role(user=rith, programme=self.world.programme, role="assessor", by=SETUP)


class Theatre:
    """World and server, and the Node of the moment, for one history after the other."""

    process = None

    def __init__(self, url, count):
        self.url = url
        self.stage = Stage(World())
        days = (date(2026, 3, 3) + timedelta(days=n) for n in range(count))
        self.visits = [self.stage.world.planned(on=day) for day in days]

    def say(self, what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def play(self, seed):
        history = RealHistory(self.stage, seed, self.visits.pop())
        tokens = history.tokens({device for device, _, _ in self.stage.devices})
        self.say(
            {
                "seed": seed, "root": self.url, "assessment": str(history.assessment.pk), "limit": SMALL_BATCH, "part": SMALL_PART,
                "questions": FINDINGS, "values": VALUES,
                "pictures": [base64.b64encode(one).decode() for one in self.stage.pictures],
                "tablets": [
                    {"device": device, "token": tokens[device], "user": {"id": str(user.pk), "name": user.name}}
                    for device, user, _ in self.stage.devices
                ],
            }
        )  # fmt: skip
        try:
            while "told" not in (told := json.loads(self.process.stdout.readline())):
                assert "failed" not in told, told["failed"]
                if "turn" in told:
                    history.turn()
                    self.say({})
                else:
                    self.say(history.tokens(told["tokens"]))
            return self.judge(history, **told["told"])
        finally:
            history.restore()

    def judge(self, history, made, shown):
        changes = {
            key: Made(one["question"], one["field"], rules.readable(one["value"]), tuple(one["base"]), frozenset(one["knew"]))
            for key, one in made.items()
        }  # fmt: skip
        users = {device: user.pk for device, user, _ in self.stage.devices}
        tablets = [self.shown(one, users[one.pop("device")] not in history.told_nothing) for one in shown]
        judge(Assessment.objects.get(pk=history.assessment.pk), changes, tablets)
        for one in tablets:
            assert not one.waiting, "a change waits on a good network"
            assert all(state == "safe" for _, state, _ in one.photos.values()), "a photo waits"
        return len(changes)

    def shown(self, told, hears_more):
        sets = {name: set(told[name]) for name in ("kept", "on_disk", "waiting", "safe", "aside")}
        view = {(question, name): (rules.readable(value), conflict) for question, name, value, conflict in told["view"]}
        photos = {key: tuple(one) for key, one in told["photos"].items()}
        return Shown(**sets, photos=photos, view=view if hears_more else None)


@contextmanager
def theatre(count):
    with small_limits(), serving() as url:
        yield Theatre(url, count)

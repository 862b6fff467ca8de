"""Where it is measured: a small world with checklists of any length, and a server on loopback."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from checklists.actions import import_document
from checklists.queries import questions_of
from compliance import actions as compliance
from compliance import sync
from core.ids import new_id
from tests.bench import database
from tests.world import SETUP, World

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = date(2020, 2, 1)
POINTS, QUESTIONS = 8, 5


def checklist(count: int) -> dict:
    """A checklist of so many finding questions, five to a point, eight points to a cluster."""
    questions = [
        {
            "key": f"question-{n}",
            "kind": "finding",
            "text": f"Is rule number {n} of the house kept on every floor while people work?",
            "issue": f"Rule number {n} is not kept",
            "explain": f"Rule number {n} is kept on every floor.",
            "guidance": "Walk through every floor. Ask in private. Compare with the papers of the last three months.",
            "sources": ["documents", "observation"],
            "tags": ["critical-public"] if n % 10 == 0 else [],
            "level": "enterprise",
            "extent": "places",
            "law": [{"country": "INT", "instrument": "benchmark", "title": "Good practice", "status": "unchecked"}],
        }
        for n in range(count)
    ]
    points = [
        {"key": f"point-{n}", "title": f"Point {n}", "questions": questions[start : start + QUESTIONS]}
        for n, start in enumerate(range(0, count, QUESTIONS))
    ]
    return {
        "format": "openfloor-checklist/1",
        "key": f"bench-{count}",
        "version": "1",
        "title": f"A checklist of {count} questions",
        "language": "en",
        "subject": "factory",
        "in_force_from": "2020-01-01",
        "clusters": [
            {"key": f"cluster-{n}", "title": f"Cluster {n}", "kind": "core", "points": points[start : start + POINTS]}
            for n, start in enumerate(range(0, len(points), POINTS))
        ],
    }


class Place(World):
    """The small world of the tests, with longer checklists. Built through actions only."""

    def __init__(self):
        super().__init__()
        self._versions = {}
        self._seen = {}
        self._days = 0
        self._factories = 0

    def version_of(self, count):
        """A published version of so many questions."""
        if count not in self._versions:
            self._versions[count], _ = import_document(document=checklist(count), by=SETUP)
        return self._versions[count]

    def keys_of(self, count):
        return list(questions_of(self.version_of(count).pk))

    def next_day(self):
        """A day later than any given before: cycles of a factory open one after the other."""
        self._days += 1
        return DAY + timedelta(days=self._days)

    def plan(self, count, on=None, site=None, lead=None):
        """A visit planned with a version of so many questions."""
        on = on or self.next_day()
        return compliance.plan_assessment(
            programme=self.programme, site=site or self.site, version=self.version_of(count),
            lead=lead or self.chanthou, assessors=[self.rith],
            planned_from=on, planned_until=on + timedelta(days=1), by=self.sokha, why="Nobody else was free.",
        )  # fmt: skip

    def operations(self, count, of=None, start=0):
        """So many fresh changes: a state for one question after the other."""
        states = ("compliant", "non_compliant", "compliant", "not_applicable")
        return [
            sync.Incoming(new_id(), n, key, "state", states[n % 4], [], 0, "2026-03-02T09:00:00+07:00")
            for n, key in enumerate(self.keys_of(of or count)[start : start + count], start=1)
        ]

    def receive(self, assessment, operations):
        """As the tablet of the lead sends them, who has seen everything the server answered before."""
        seen = self._seen.get(assessment.pk, 0)
        device = self.tablet(self.chanthou)
        answer = sync.receive(assessment_id=assessment.pk, device=device, operations=operations, seen=seen)
        self._seen[assessment.pk] = answer["revision"]
        return answer

    def answered(self, count, on=None, site=None):
        """An assessment of which every question has an answer, sent to review."""
        on = on or self.next_day()
        assessment = self.plan(count, on=on, site=site)
        operations = self.operations(count)
        for start in range(0, count, sync.BATCH):
            self.receive(assessment, operations[start : start + sync.BATCH])
        compliance.submit(assessment=assessment, by=self.chanthou, rest_not_asked=True, visited_on=on)
        assessment.refresh_from_db()
        return assessment

    def issued(self, count, on=None, site=None):
        """A report with every question answered."""
        on = on or self.next_day()
        assessment = self.answered(count, on=on, site=site)
        return compliance.issue_report(assessment=assessment, by=self.vannak, on=on + timedelta(days=21))

    def new_factory(self):
        self._factories += 1
        return self.new_site(f"Bench Factory {self._factories}")


@contextlib.contextmanager
def server(workers=2, threads=4):
    """gunicorn on loopback over the database of this run; yields its port. Stopped at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = os.environ | {
        "DATABASE_URL": database.url(),
        # Named and never spoken to: otherwise the server would carry out the jobs that the world left.
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
        "--threads", str(threads), "--keep-alive", "30", "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port, process, seconds=60):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("The server did not start.")

"""A server killed in the middle of a batch: afterwards all of it is there or nothing, and sending it again completes it.

A warm process is forked, receives a batch of 50 on a database file of its own, and is killed by SIGKILL at a moment:
before and after every statement, before and after the commit. `SOAK_SEED` gives another batch.
"""

import os
import random
import shutil
import signal

import pytest
from django.conf import settings
from django.db import connection

from checklists.blueprint import question_facts
from compliance import sync
from compliance.models import Answer, Assessment, EvidenceLink, Operation, OperationPayload, Quarantined
from core.ids import new_id
from core.models import AuditRecord
from tests.noloss.moments import Moments
from tests.world import World, operation

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="a file of its own"),
]
SEED = int(os.environ.get("SOAK_SEED", "1"))
TABLES = (Operation, OperationPayload, Answer, EvidenceLink, Quarantined)
FINDINGS = [
    "under-age-workers", "overtime-premium-paid", "overtime-voluntary-pay-slip", "minimum-wage-paid",
    "emergency-exits-clear", "evacuation-drills",
]  # fmt: skip


def batch(rng, size=50):
    """Changes of every kind a tablet sends, some of which are kept aside."""
    made = []
    for n in range(1, size + 1):
        key = rng.choice(FINDINGS)
        field, value = rng.choice(
            [
                ("state", rng.choice(["compliant", "non_compliant", "not_applicable", "undetermined"])),
                ("note", f"Seen on floor {rng.randint(1, 9)}"),
                ("report_text", f"Exit {rng.randint(1, 9)} was blocked."),
                ("extent", {"n": rng.randint(0, 4), "of": rng.randint(4, 9)}),
                (f"photo:{new_id()}", True),
                ("state", "fine"),
                ("score", 3),
            ]
        )
        base = [one.id for one in made if (one.question, one.field) == (key, field)][-1:]
        made.append(operation(key, field, value, base=base, sequence=n))
    return made


def receive(assessment, device, operations):
    return sync.receive(assessment_id=assessment.pk, device=device, operations=operations, seen=0)


def counts():
    received = AuditRecord.objects.filter(verb="operations.received").count()
    return [table.objects.count() for table in TABLES] + [received, Assessment.objects.get().revision]


def answers():
    """What the answers say, without their keys: those are made anew."""
    names = [field.name for field in Answer._meta.fields if field.name not in ("id", "assessment")]
    return list(Answer.objects.order_by("question_key").values(*names))


def use(path):
    connection.close()
    connection.settings_dict["NAME"] = str(path)


def test_killed_at_any_moment_all_or_nothing_is_there(file, tmp_path):
    world = World()
    assessment, device = world.planned(), world.tablet(world.chanthou)
    operations = batch(random.Random(SEED))
    question_facts(assessment.version_id)  # warm: kept in memory from the first batch on
    before = counts()
    connection.close()

    def fresh(name):
        """A copy of the database as it was, in use."""
        path = tmp_path / f"{name}.sqlite3"
        shutil.copyfile(file, path)
        use(path)
        return path

    fresh("whole")
    with Moments() as whole:
        receipts = [receipt["outcome"] for receipt in receive(assessment, device, operations)["receipts"]]
    after, said = counts(), answers()
    assert after[0] > before[0] and after[4] > before[4], "the batch should hold both kinds"
    assert whole.passed > 10

    found = {"nothing": 0, "all": 0}
    for moment in range(1, whole.passed + 1):
        path = fresh(f"moment-{moment}")
        connection.close()
        child = os.fork()
        if child == 0:
            try:
                with Moments(moment, lambda: os.kill(os.getpid(), signal.SIGKILL)):
                    receive(assessment, device, operations)
            finally:
                os._exit(7)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"moment {moment} never came"

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)], f"moment {moment}"
        state = counts()
        assert state in (before, after), f"moment {moment} of {whole.passed}, seed {SEED}: half a batch is there"
        kept = "all" if state == after else "nothing"
        found[kept] += 1

        again = [receipt["outcome"] for receipt in receive(assessment, device, operations)["receipts"]]
        if kept == "nothing":
            assert again == receipts, f"moment {moment}"
        else:
            assert all(
                one == ("quarantined" if first == "quarantined" else "already")
                for one, first in zip(again, receipts, strict=True)
            ), f"moment {moment}"
        assert answers() == said, f"moment {moment}: sending it again ends elsewhere"
        assert counts()[:5] == after[:5]
        use(file)
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    assert found["nothing"] and found["all"], "one side of the commit was never met"

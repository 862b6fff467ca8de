"""What the restore and redaction drills ask of an instance; run inside its own settings (Site.run).

The demonstration, with one more visit whose words and photo are removed by law, and everything that proves the rest.
"""

import hashlib
import io
import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from PIL import Image

from compliance import actions as compliance
from compliance import sync
from compliance.models import Assessment, Device, Report, ReportDocument
from core import queue, removals, storage
from core.actions.removals import agree_to_remove, ask_to_remove
from core.audit import System
from core.days import today
from core.ids import new_id
from core.models import Job, Payload, Redaction, User
from disclosure import actions as disclosure
from tests.core.own_database import rows

WORDS = {
    "report_text": "Sentinel Sok told it, and the exit was locked.",
    "note": "Sentinel Nita stood at the door.",
}
# Where the proof is not called `digest`.
PROOF = {"FindingPlace": "place_digest"}


def fill():
    """What the demonstration has none of: a visit with known words and a photo, drawn documents, an editor's picture."""
    who = {user.username: user for user in User.objects.all()}
    assessment = Assessment.objects.get(programme__code="KH", state="planned")
    device_id = new_id()
    compliance.register_device(device_id=device_id, name="Tablet of the drill", by=who["chanthou"])
    values = [("state", "non_compliant"), *WORDS.items()]
    sync.receive(
        assessment_id=assessment.pk, device=Device.objects.select_related("user").get(pk=device_id), seen=0,
        operations=[
            sync.Incoming(new_id(), n, "emergency-exits-clear", field, value, [], 0, "2026-03-02T09:00:00+07:00")
            for n, (field, value) in enumerate(values, start=1)
        ],
    )  # fmt: skip
    data = _photo()
    compliance.keep_evidence(
        assessment=assessment, evidence_id=new_id(), data=data, sha256=storage.sha256_of(data), kind="photo",
        taken_at="", by=who["chanthou"],
    )  # fmt: skip
    day = today(assessment.programme)
    compliance.submit(assessment=assessment, by=who["chanthou"], rest_not_asked=True, visited_on=day)
    report = compliance.issue_report(assessment=assessment, by=who["vannak"], on=day)
    disclosure.publish_release(programme=assessment.programme, as_of=day, by=System("drill"))
    work()
    assert ReportDocument.objects.filter(report=report).exists(), "no document was drawn"
    picture = Path(settings.MEDIA_ROOT) / "original_images" / "hall.jpg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(data)


def work():
    """Do what waits, but draw the drill's report alone: the demonstration's thirty would take minutes."""
    newest = str(Report.objects.order_by("-pk").values_list("pk", flat=True)[0])
    for job in Job.objects.filter(state=Job.State.WAITING).order_by("created_at"):
        if job.name != "compliance.make_documents" or job.arguments["report_id"] == newest:
            queue.run(job.pk)


def _photo():
    out = io.BytesIO()
    Image.effect_noise((400, 300), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def say_digests():
    """{table or file: SHA-256 of all of it} of the whole instance."""
    found = {table: storage.sha256_of("\n".join(lines).encode()) for table, lines in rows().items()}
    store = storage.store()
    found |= {f"file {key}": storage.sha256_of(store.get(key)) for key in store.keys()}  # noqa: SIM118  (not a dict)
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            found[f"media {path.relative_to(settings.MEDIA_ROOT)}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    print(json.dumps(found))


def remove():
    """Two people remove the words and the photo of that visit, and one row of every other kind of words."""
    removed = []
    for label, kind in removals.kinds().items():
        row = _newest(kind.model)
        if row is None:
            continue
        programme = kind.programme_of(row)
        people = User.objects.filter(is_active=True).order_by("username")
        first, second, *_ = (user for user in people if kind.may(user, row, programme))
        ask = ask_to_remove(kind=label, subject_id=row.pk, reason="worker-named", by=first)
        agree_to_remove(ask=ask, by=second)
        removed.append(label)
    print(json.dumps(removed))


def _newest(model):
    """Of words those of the drill first, else any that are there."""
    left = model.objects.filter(redacted_at=None).order_by("-pk")
    if not issubclass(model, Payload):
        return left.first()
    said = [row for row in left[:2000] if any(isinstance(value, str) and value for value in (row.body or {}).values())]
    return next((row for row in said if WORDS["report_text"] in row.body.values()), said[0] if said else None)


def verify(gone):
    """Every digest, report and release is what it was. `gone`: the removed words are nowhere; else they are there."""
    work()
    proved = 0
    for model in apps.get_models():
        if issubclass(model, Payload):
            for row, proof in _with_proof(model):
                assert row.redacted_at is not None or row.digest == proof, f"{model.__name__} {row.pk}"
                proved += 1
    reports = list(Report.objects.all())
    assert proved and reports and all(map(compliance.verify_report, reports))
    call_command("verify_disclosures")
    everything = "\n".join("\n".join(lines) for lines in rows().values())
    store = storage.store()
    drawn = b"".join(store.get(key) for key in store.keys())  # noqa: SIM118  (not a dict)
    assert (WORDS["report_text"] in everything) is not gone
    assert (WORDS["report_text"].encode() in drawn) is not gone
    print(json.dumps({"payloads": proved, "reports": len(reports), "removals": Redaction.objects.count()}))


def _with_proof(model):
    """(words, the digest that proves them) of every payload that hangs on one frozen row; verify_report has the rest."""
    key, digest = model._meta.pk, PROOF.get(model.__name__, "digest")
    if key.is_relation and any(field.name == digest for field in key.related_model._meta.fields):
        for row in model.objects.select_related(key.name):
            yield row, getattr(getattr(row, key.name), digest)

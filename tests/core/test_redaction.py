"""Lawful removal: two people, the words are gone, the hash stays and everything still verifies."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.models import Finding, FindingText, OperationPayload
from core.errors import Invalid, WrongState
from core.models import AuditRecord, Redaction, digest_of
from core.redaction import redact, verify

EXITS = "emergency-exits-clear"
WORDS = "Sentinel Sok said the exit was locked"


@pytest.fixture
def words(world):
    report = world.report(extra=[(EXITS, "report_text", WORDS)])
    return FindingText.objects.get(finding__report=report, finding__question_key=EXITS)


def remove(world, words, **change):
    given = {"asked_by": world.sokha, "agreed_by": world.vannak, "reason": "worker-named"} | change
    return redact(payload=words, **given)


def test_the_words_go_and_the_hash_stays(world, words):
    digest = words.finding.digest
    assert words.body == {"text": WORDS} and verify(words, digest)
    redaction = remove(world, words)
    words.refresh_from_db()
    assert (words.body, words.salt) == (None, "")
    assert Finding.objects.get(pk=words.finding_id).digest == digest
    assert verify(words, digest)
    assert (redaction.asked_by, redaction.agreed_by) == (world.sokha, world.vannak)


def test_every_other_link_of_the_chain_verifies_too(world, words):
    remove(world, words)
    for row in FindingText.objects.select_related("finding"):
        assert verify(row, row.finding.digest)
    for row in OperationPayload.objects.select_related("operation"):
        assert verify(row, row.operation.digest)


def test_a_changed_word_does_not_verify(words):
    words.body = {"text": WORDS.replace("locked", "open")}
    assert not verify(words, words.finding.digest)


def test_without_its_salt_nobody_can_try_out_words(words):
    assert digest_of("", words.body) != words.finding.digest


@pytest.mark.parametrize("change", [{"agreed_by": "sokha"}, {"reason": "because"}, {"reason": ""}])
def test_one_person_or_no_reason_is_refused(world, words, change):
    if "agreed_by" in change:
        change = {"agreed_by": world.sokha}
    with pytest.raises(Invalid):
        remove(world, words, **change)
    words.refresh_from_db()
    assert words.body == {"text": WORDS}


def test_what_was_removed_is_not_removed_again(world, words):
    remove(world, words)
    with pytest.raises(WrongState):
        remove(world, words, asked_by=world.dara)
    assert Redaction.objects.count() == 1


def test_the_records_of_it_name_two_people_and_no_word(world, words):
    remove(world, words)
    record = AuditRecord.objects.get(verb="payload.redacted")
    assert (record.actor_id, record.facts["agreed_by"]) == (world.sokha.pk, str(world.vannak.pk))
    assert "entinel" not in str(list(AuditRecord.objects.values())) + str(list(Redaction.objects.values()))


def test_the_database_refuses_a_removal_by_one(world, words):
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.create(
            subject_type="x", subject_id="1", reason="court-order", asked_by=world.sokha, agreed_by=world.sokha
        )


@pytest.mark.parametrize("left", ["body", "salt"])
def test_the_database_refuses_a_removal_that_leaves_something(words, left):
    change = {"body": None, "salt": "", "redacted_at": timezone.now()}
    del change[left]
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingText.objects.filter(pk=words.pk).update(**change)

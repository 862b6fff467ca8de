"""Whatever a person types can be removed by two people. A text column is of a removal kind, or says here why not."""

import pytest
from django.apps import apps
from django.db.models import BinaryField, CharField, JSONField, TextField

from core import removals
from tests.architecture.source import APPS

WRITTEN_FROM = "made from rows that are of a kind, and made again when one of those is removed"
IN_WRITINGS = "the words of an item: removed through its writing (ItemWriting)"
CODE = "a code, key, number, digest or token of the program; nobody's words"
SETTING = "a name or a setting the programme chose for itself; changed by its own screen"
TOOL = "the text of a checklist or of the law: published, of nobody in a factory; superseded, never removed"
PLACE = "a fact of a place or a firm, from a register or its licence; dated, corrected by recording it anew"
PERSON = "a person's own account: pseudonymised when she leaves (core.actions.people), ended by retention"
RELEASED = "released in public: made of issued facts; withheld by two people (disclosure.withheld)"
PAGE = "a public page of the editors, who change and take it down themselves"
OWN_NOTE = "a buyer's private list: read by its own people only, who take a row out for good"
WATCHED = "whoever follows what is published: deleted when she stops it herself, or did not confirm (retention)"
FILE = "a file somebody uploads: dropped when it is taken or not wanted, with what was told of it"

# "app.model": the reason for whatever text it holds, or {reason: "its columns"}, so that a new column is asked about.
NOT_REMOVED = {
    "checklists.bridgerow": {CODE: "old_key new_key"},
    "checklists.check": TOOL,
    "checklists.checklist": TOOL,
    "checklists.checklistversion": TOOL,
    "checklists.citation": TOOL,
    "checklists.cluster": TOOL,
    "checklists.compliancepoint": TOOL,
    "checklists.draft": TOOL,
    "checklists.draftrevision": TOOL,
    "checklists.lawparameter": TOOL,
    "checklists.lawrecord": TOOL,
    "checklists.publishedtext": TOOL,
    "checklists.question": TOOL,
    "checklists.questionmapping": {SETTING: "name document"},
    "checklists.samplingplan": TOOL,
    "checklists.sentfile": {FILE: "name data encoding mapping given told document"},
    "checklists.translation": TOOL,
    "cms.enquiry": {CODE: "topic language"},
    "cms.guidanceindexpage": PAGE,
    "cms.guidancepage": PAGE,
    "cms.guidancetopic": {CODE: "about"},
    "cms.homepage": PAGE,
    "cms.newsindexpage": PAGE,
    "cms.newspage": PAGE,
    "cms.publishedanswer": {CODE: "topic language digest"},
    "cms.reportpage": PAGE,
    "cms.textpage": PAGE,
    "cms.watch": {WATCHED: "address", CODE: "country factory language"},
    "compliance.answer": WRITTEN_FROM,
    "compliance.assessment": {CODE: "number clusters language", PLACE: "departments"},
    "compliance.casereminder": {CODE: "clock"},
    "compliance.device": {SETTING: "name", CODE: "token_digest client_version"},
    "compliance.evidencecover": {CODE: "boxes stored"},
    "compliance.evidencelink": {CODE: "question_key"},
    "compliance.evidenceupload": {CODE: "sha256 taken_at reference"},
    "compliance.extract": {CODE: "sha256"},
    "compliance.finding": {CODE: "question_key point_key cluster_key extent_workers digest place_digest"},
    "compliance.interpreter": {CODE: "language"},
    "compliance.operation": {CODE: "question_key field base device_time digest"},
    "compliance.download": {CODE: "code language"},
    "compliance.questionreview": {CODE: "question_key"},
    "compliance.reviewdraw": {CODE: "seed keys"},
    "compliance.secondreading": {CODE: "question_key"},
    "compliance.report": {PLACE: "facts", CODE: "digest"},
    "compliance.reporttranslation": {CODE: "into"},
    "compliance.reportdocument": {CODE: "language stored"},
    "compliance.storekey": {CODE: "sealed"},
    "compliance.zerotolerancecase": {CODE: "reference kind do_not_tell outcome"},
    "core.administratorsession": {CODE: "reason request"},
    "core.auditrecord": {CODE: "verb subject_type subject_id actor_system facts"},
    "core.counter": {CODE: "series"},
    "core.invitation": {PERSON: "email", CODE: "language token_digest"},
    "core.job": {CODE: "name arguments error"},
    "core.membercode": {CODE: "code phone_digest pin paper_digest"},
    "core.periodic": {CODE: "name"},
    "core.programme": {SETTING: "code name country time_zone languages weekend"},
    "core.programmesetting": {SETTING: "key value"},
    "core.redaction": {CODE: "subject_type subject_id reason"},
    "core.removalask": {CODE: "subject_type subject_id reason"},
    "core.session": {CODE: "session_key session_data device"},
    "core.user": {PERSON: "password username first_name last_name email language"},
    "disclosure.address": {CODE: "slug"},
    "disclosure.datafile": {CODE: "name withheld sha256"},
    "disclosure.datapart": {CODE: "stored"},
    "disclosure.entry": RELEASED,
    "disclosure.followed": {OWN_NOTE: "code name country address os_id", CODE: "seen"},
    "disclosure.forwarding": {CODE: "slug"},
    "disclosure.issuecount": RELEASED,
    "disclosure.regime": {SETTING: "name rule"},
    "disclosure.registerline": RELEASED,
    "disclosure.portfoliolist": {FILE: "name stored encoding mapping told"},
    "disclosure.release": RELEASED,
    "disclosure.releaseask": {CODE: "contents"},
    "disclosure.releasedfactory": RELEASED,
    "disclosure.renamedquestion": {CODE: "old_key question_key"},
    "disclosure.withholdingask": {CODE: "slug question_key"},
    "factories.building": {PLACE: "name address"},
    "factories.buyer": {PLACE: "name"},
    "factories.columnmapping": {SETTING: "name document"},
    "factories.enterprise": {PLACE: "name country"},
    "factories.foreignid": {CODE: "issuer code"},
    "factories.importdoubt": {CODE: "because"},
    "factories.importmatch": {CODE: "key codes", PLACE: "said before"},
    "factories.site": {PLACE: "number name address country region sector isic products match_key"},
    "factories.siteaddress": {PLACE: "text folded"},
    "factories.siteblock": {CODE: "block"},
    "factories.siteimport": {FILE: "files"},
    "factories.sitekey": {CODE: "key"},
    "factories.sitelicence": {PLACE: "number authority"},
    "factories.sitename": {PLACE: "text language folded latin"},
    "factories.sitesuccession": {PLACE: "kept"},
    "factories.uploadedlist": {FILE: "name stored encoding mapping told"},
    "factories.workforcepart": {CODE: "code"},
    "improvement_plans.advisoryminutes": {CODE: "present counted digest"},
    "improvement_plans.advisorymeeting": {PLACE: "place"},
    "improvement_plans.advisoryseat": {PLACE: "organisation"},
    "improvement_plans.agreement": {CODE: "parity digest"},
    "improvement_plans.candidate": {CODE: "digest"},
    "improvement_plans.electionword": {CODE: "digest"},
    "improvement_plans.itemchange": {CODE: "fields by_system digest"},
    "improvement_plans.itemfact": {CODE: "kind by_system digest"},
    "improvement_plans.ladderstep": {CODE: "told"},
    "improvement_plans.meeting": {PLACE: "place"},
    "improvement_plans.minutes": {CODE: "parity present digest"},
    "improvement_plans.minutessignature": {CODE: "digest"},
    "improvement_plans.planitem": {
        CODE: "question_key currency languages steps_done",
        IN_WRITINGS: "issue steps expected",
    },
    "improvement_plans.planlist": {FILE: "name stored encoding mapping told"},
    "improvement_plans.translation": {CODE: "into"},
    "improvement_plans.tasklink": {CODE: "token_digest"},
    "improvement_plans.pledge": {CODE: "digest"},
    "improvement_plans.pledgefact": {CODE: "digest"},
    "improvement_plans.progressreport": {CODE: "facts digest"},
    "improvement_plans.seatorigin": {PLACE: "union"},
    "improvement_plans.reminder": {CODE: "about"},
    "improvement_plans.statement": {CODE: "digest"},
    "improvement_plans.statementanswer": {CODE: "digest"},
}


def texts(model):
    """Columns that can hold what somebody typed."""
    kinds = (CharField, TextField, JSONField, BinaryField)
    return {field.name for field in model._meta.local_fields if isinstance(field, kinds) and not field.choices}


def ours():
    found = (model for model in apps.get_models() if model._meta.app_label in APPS)
    return {model._meta.label_lower: model for model in found if texts(model)}


@pytest.mark.parametrize("label", sorted(ours()))
def test_typed_words_can_be_removed_or_say_why_not(label):
    if label in removals.kinds():
        assert label not in NOT_REMOVED
        return
    said = NOT_REMOVED.get(label)
    assert said, f"Register {label} in its app's removals.py, or say above why two people need not remove its words."
    if isinstance(said, dict):
        assert sorted(" ".join(said.values()).split()) == sorted(texts(ours()[label]))


def test_no_reason_outlives_its_model():
    assert set(NOT_REMOVED) <= set(ours())


def test_every_kind_can_be_removed():
    """What is asked of a row says whether it is gone already."""
    for kind in removals.kinds().values():
        assert any(field.name == "redacted_at" for field in kind.model._meta.fields), kind.model

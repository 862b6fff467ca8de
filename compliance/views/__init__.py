"""Screens of compliance: assessments, the review desk, reports, cases of serious harm, tablets.

They decide nothing and write through actions. Whatever a person may not read answers as if it did not exist.
"""

from compliance.views.assessments import assessment, assessments, cancel, comment, evidence, not_held, plan, submit
from compliance.views.base import PAGE
from compliance.views.board import board, end_planning_fact, planning_facts
from compliance.views.cases import case, case_letter, cases, open_case
from compliance.views.clocks import due
from compliance.views.copies import check_report, check_typed, copies_taken, export, export_draft, notice
from compliance.views.corrections import ask_for_correction, correction
from compliance.views.covering import cover, original
from compliance.views.desk import (
    decide_reply,
    issue,
    judge,
    offer,
    rest_on_permit,
    review,
    save_text,
    send_back,
    take_back,
)
from compliance.views.drafting import drafting, pick_photo, write_texts
from compliance.views.extracts import extracts
from compliance.views.public_replies import public_reply, write_public_reply
from compliance.views.replies import draft, end_reply, reply, reply_file
from compliance.views.reports import opened, report, report_pdf, reports
from compliance.views.tablets import (
    BECAME_WORDS,
    FIELD_WORDS,
    OF_VISIT,
    decide_kept_aside,
    decided,
    revoke_tablet,
    tablets,
    take_handover,
)
from compliance.views.translations import ask_translation, name_language, report_languages, translation, translations
from compliance.views.visits import call_off_visit, plan_visit, visit, visit_history, visits

__all__ = [
    "extracts",
    "public_reply",
    "write_public_reply",
    "PAGE",
    "assessments",
    "plan",
    "assessment",
    "cancel",
    "not_held",
    "submit",
    "evidence",
    "review",
    "rest_on_permit",
    "drafting",
    "pick_photo",
    "write_texts",
    "save_text",
    "send_back",
    "offer",
    "check_report",
    "check_typed",
    "copies_taken",
    "export",
    "export_draft",
    "notice",
    "ask_for_correction",
    "correction",
    "decide_reply",
    "draft",
    "reply",
    "end_reply",
    "reply_file",
    "judge",
    "comment",
    "take_back",
    "issue",
    "reports",
    "opened",
    "report",
    "report_pdf",
    "cases",
    "case",
    "case_letter",
    "open_case",
    "FIELD_WORDS",
    "OF_VISIT",
    "BECAME_WORDS",
    "tablets",
    "revoke_tablet",
    "take_handover",
    "decide_kept_aside",
    "decided",
    "board",
    "planning_facts",
    "end_planning_fact",
    "due",
    "visits",
    "plan_visit",
    "visit",
    "call_off_visit",
    "visit_history",
    "ask_translation",
    "name_language",
    "report_languages",
    "translation",
    "translations",
    "cover",
    "original",
]

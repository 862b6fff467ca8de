"""Roles as classes that read aloud. A role is held on one anchor: a programme, a site or a buyer.

The dated truth of who holds what is `core.RoleAssignment` for programmes, and a model of the owning app for
committees, factory managers and buyers' people. Its action grants and revokes the rights named here.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    """What a person may do on an anchor. One flat list; the value is also the permission's codename."""

    # on a programme
    PLAN_VISITS = "plan_visits"
    ASSESS = "assess"
    LEAD_ASSESSMENTS = "lead_assessments"
    ADVISE = "advise"
    MANAGE_FACTORIES = "manage_factories"
    READ_REPORTS = "read_reports"
    EDIT_CHECKLISTS = "edit_checklists"
    TRANSLATE_CHECKLISTS = "translate_checklists"
    TRANSLATE_WORDS = "translate_words"
    EDIT_CONTENT = "edit_content"
    PUBLISH_DISCLOSURE = "publish_disclosure"
    OPEN_ZERO_TOLERANCE = "open_zero_tolerance"
    READ_AGGREGATES = "read_aggregates"
    TAKE_EXTRACTS = "take_extracts"
    ADMINISTER = "administer"
    # on a site
    MANAGE_FACTORY = "manage_factory"
    SIT_WORKER_SIDE = "sit_worker_side"
    SIT_MANAGEMENT_SIDE = "sit_management_side"
    READ_FOR_WORKERS = "read_for_workers"
    # on a buyer
    ACT_FOR_BUYER = "act_for_buyer"
    # on a zero-tolerance case
    READ_CASE = "read_case"


# Who may read reports, open cases or rule over people signs in with a second step.
SECOND_STEP = frozenset(
    {
        Right.READ_REPORTS,
        Right.LEAD_ASSESSMENTS,
        Right.MANAGE_FACTORY,
        Right.READ_FOR_WORKERS,
        Right.TRANSLATE_WORDS,
        Right.TAKE_EXTRACTS,
        Right.ACT_FOR_BUYER,
        Right.OPEN_ZERO_TOLERANCE,
        Right.ADMINISTER,
    }
)


class Role:
    """key: stable; name and held_by: shown to people; anchor: what it is held on; rights: what it brings."""

    key: str
    name: object
    held_by: object
    anchor: str
    rights: frozenset


class Assessor(Role):
    key, anchor, name = "assessor", "programme", _("Assessor")
    held_by = _("A trained member of the programme who visits factories and records what is found.")
    rights = frozenset({Right.ASSESS, Right.OPEN_ZERO_TOLERANCE})


class LeadAssessor(Role):
    key, anchor, name = "lead-assessor", "programme", _("Lead assessor")
    held_by = _("An experienced assessor who reviews and issues reports.")
    rights = frozenset({Right.ASSESS, Right.LEAD_ASSESSMENTS, Right.READ_REPORTS, Right.OPEN_ZERO_TOLERANCE})


class Adviser(Role):
    key, anchor, name = "adviser", "programme", _("Adviser")
    held_by = _("A member of the programme who helps committees. Never assesses her own factories.")
    rights = frozenset({Right.ADVISE, Right.READ_REPORTS, Right.OPEN_ZERO_TOLERANCE})


class ProgrammeManager(Role):
    key, anchor, name = "programme-manager", "programme", _("Programme manager")
    held_by = _("Plans visits, keeps the list of factories and approves what becomes public.")
    rights = frozenset(
        {
            Right.PLAN_VISITS,
            Right.MANAGE_FACTORIES,
            Right.READ_REPORTS,
            Right.PUBLISH_DISCLOSURE,
            Right.OPEN_ZERO_TOLERANCE,
            Right.READ_AGGREGATES,
        }
    )


class ChecklistEditor(Role):
    key, anchor, name = "checklist-editor", "programme", _("Checklist editor")
    held_by = _("Writes and publishes the programme's checklists.")
    rights = frozenset({Right.EDIT_CHECKLISTS, Right.TRANSLATE_CHECKLISTS})


class Translator(Role):
    key, anchor, name = "translator", "programme", _("Translator")
    held_by = _("Translates checklists and pages, and what committees ask for.")
    rights = frozenset({Right.TRANSLATE_CHECKLISTS, Right.TRANSLATE_WORDS})


class ContentEditor(Role):
    key, anchor, name = "content-editor", "programme", _("Content editor")
    held_by = _("Writes the public site's news and guidance.")
    rights = frozenset({Right.EDIT_CONTENT})


class FactoryManager(Role):
    key, anchor, name = "factory-manager", "site", _("Factory manager")
    held_by = _("Answers for the factory: reads its reports, replies, reports what is fixed.")
    rights = frozenset({Right.MANAGE_FACTORY})


class WorkerMember(Role):
    key, anchor, name = "worker-member", "site", _("Committee member, worker side")
    held_by = _("Chosen by workers or their union for a term.")
    rights = frozenset({Right.SIT_WORKER_SIDE})


class ManagementMember(Role):
    key, anchor, name = "management-member", "site", _("Committee member, management side")
    held_by = _("Named by the employer for a term.")
    rights = frozenset({Right.SIT_MANAGEMENT_SIDE})


class UnionReader(Role):
    key, anchor, name = "union-reader", "site", _("Union reader")
    held_by = _("Named by a union of the factory’s workers, for a time. The factory sees her as worker side only.")
    rights = frozenset({Right.READ_FOR_WORKERS})


class BuyerReader(Role):
    key, anchor, name = "buyer", "buyer", _("Buyer")
    held_by = _("Works for a buyer. Reads what a factory's consent opens, while it lasts.")
    rights = frozenset({Right.ACT_FOR_BUYER})


class GovernmentOfficer(Role):
    key, anchor, name = "government-officer", "programme", _("Government officer")
    held_by = _("Named by the ministry. Reads the zero-tolerance cases handed to it, and aggregates.")
    rights = frozenset({Right.READ_AGGREGATES})


class AdvisoryMember(Role):
    key, anchor, name = "advisory-member", "programme", _("Advisory-committee member")
    held_by = _("Sits on the tripartite advisory committee. Reads aggregates.")
    rights = frozenset({Right.READ_AGGREGATES})


class Analyst(Role):
    key, anchor, name = "analyst", "programme", _("Analyst")
    held_by = _("Takes pseudonymous extracts for research.")
    rights = frozenset({Right.READ_AGGREGATES, Right.TAKE_EXTRACTS})


class Administrator(Role):
    key, anchor, name = "administrator", "programme", _("Administrator")
    held_by = _("Keeps the instance running and people's roles in order. Reads no report by that alone.")
    rights = frozenset({Right.ADMINISTER})


ROLES = {
    role.key: role
    for role in [
        Assessor,
        LeadAssessor,
        Adviser,
        ProgrammeManager,
        ChecklistEditor,
        Translator,
        ContentEditor,
        FactoryManager,
        WorkerMember,
        ManagementMember,
        UnionReader,
        BuyerReader,
        GovernmentOfficer,
        AdvisoryMember,
        Analyst,
        Administrator,
    ]
}


def anchor_permissions(anchor: str) -> list[tuple[str, str]]:
    """[(codename, name)] for the Meta.permissions of an anchor's model."""
    rights = sorted({right for role in ROLES.values() if role.anchor == anchor for right in role.rights})
    return [(str(right), right.name.replace("_", " ").capitalize()) for right in rights]

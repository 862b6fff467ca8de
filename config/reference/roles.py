"""Who may do what, in plain words. The source is core.roles; only the words for each right stand here."""

import re
from pathlib import Path

from django.conf import settings

from config.reference.access import APPS
from config.reference.markdown import code, table
from core.roles import ROLES, SECOND_STEP, Right

WORDS = {
    Right.PLAN_VISITS: "Plans visits, calls them off, opens a cycle, decides on work in quarantine.",
    Right.ASSESS: "Is named on assessments and records answers; checks reported fixes of the cycles she assesses.",
    Right.LEAD_ASSESSMENTS: "Reviews assessments, edits report texts, returns them or issues the report.",
    Right.ADVISE: "Helps committees: writes down who sits, helps with plans, verifies a fix.",
    Right.MANAGE_FACTORIES: "Keeps the programme's list of factories, their managers, and adds buyers.",
    Right.READ_REPORTS: "Reads the programme's issued reports and plans.",
    Right.EDIT_CHECKLISTS: "Writes and publishes checklists.",
    Right.TRANSLATE_CHECKLISTS: "Translates checklists.",
    Right.TRANSLATE_WORDS: "Reads and translates the typed texts of committees and reports that somebody asked for.",
    Right.EDIT_CONTENT: "Writes the public site's pages in Wagtail's editor.",
    Right.PUBLISH_DISCLOSURE: "Sets the rule of disclosure and publishes releases.",
    Right.OPEN_ZERO_TOLERANCE: "Opens a zero-tolerance case.",
    Right.READ_AGGREGATES: "Reads figures over many factories.",
    Right.TAKE_EXTRACTS: "Takes pseudonymous extracts for research.",
    Right.ADMINISTER: "Keeps people, roles and settings of the programme; names factories' managers, adds buyers.",
    Right.MANAGE_FACTORY: "Reads the factory's reports, gives and ends consents, reports a fix.",
    Right.SIT_WORKER_SIDE: "Sits in the committee for the workers. A co-chair signs.",
    Right.SIT_MANAGEMENT_SIDE: "Sits in the committee for the management. A co-chair signs. Members report a fix.",
    Right.READ_FOR_WORKERS: "Reads the factory's issued reports for its workers. Seen by the factory as worker side.",
    Right.ACT_FOR_BUYER: "Reads what the consents of factories open to the buyer.",
    Right.READ_CASE: "Reads one zero-tolerance case. Given by name on the case, by no role.",
}
ANCHORS = {
    "programme": "Held on a programme, from a day until a day.",
    "site": "Held on one factory. The dated truth is the factory's manager, the committee seat or the union reader.",
    "buyer": "Held on one buyer. What it opens is decided by the consents of factories.",
}


def page():
    parts = [
        "# Roles and rights",
        "A role is held on one anchor: a programme, a factory or a buyer. It brings rights on that anchor and on "
        "nothing else. A right that is not listed here does not exist. Somebody without a role may do nothing.",
    ]
    for anchor, words in ANCHORS.items():
        roles = [role for role in ROLES.values() if role.anchor == anchor]
        parts += [f"## On a {anchor}", words]
        parts.append(
            table(("Role", "Held by", "Rights"), [(_role(role), role.held_by, _rights(role)) for role in roles])
        )
    asked = _asked()
    rows = [
        (code(right), WORDS[right], _bringers(right), _steps(right), ", ".join(asked.get(right, ["nowhere yet"])))
        for right in Right
    ]
    parts += [
        "## Every right",
        "*Second step*: who holds it signs in with two steps. *Asked in*: the apps whose code asks for it; a right "
        "that is asked nowhere yet opens nothing.",
        table(("Right", "What it allows", "Brought by", "Second step", "Asked in"), rows),
    ]
    return "\n\n".join(parts)


def _steps(right):
    return "needed" if right in SECOND_STEP else ""


def _asked():
    """{right: [apps]} in whose code the right is named, but for the table of roles itself."""
    found = {}
    for app in APPS[1:]:
        texts = [
            path.read_text(encoding="utf-8")
            for path in (Path(settings.ROOT) / app).rglob("*.py")
            if "node_modules" not in path.parts and path.name != "roles.py"
        ]
        for name in sorted({name for text in texts for name in re.findall(r"\bRight\.([A-Z_]+)\b", text)}):
            found.setdefault(Right[name], []).append(app)
    return found


def _role(role):
    return f"{role.name} ({code(role.key)})"


def _rights(role):
    return ", ".join(code(right) for right in Right if right in role.rights)


def _bringers(right):
    return ", ".join(str(role.name) for role in ROLES.values() if right in role.rights) or "no role"

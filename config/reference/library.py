"""The shipped library: what is in each file, counted from the files themselves."""

from pathlib import Path

from django.conf import settings

from checklists import rules
from checklists.imports import read_yaml
from config.reference.markdown import code, table

FOLDER = Path("checklists/library")
LANGUAGES = {"ar": "Arabic", "en": "English", "km": "Khmer"}
COUNTRIES = {"BD": "Bangladesh", "ID": "Indonesia", "JO": "Jordan", "KH": "Cambodia", "VN": "Viet Nam"}
# The words of dated law that rules read, in the order of docs/reference/checklist-format.md.
PARAMETERS = [
    "minimum-age", "minimum-wage-monthly", "regular-hours-daily", "regular-hours-weekly", "overtime-cap-daily",
    "overtime-cap-weekly", "overtime-cap-yearly", "overtime-premium", "rest-day-premium", "holiday-premium",
    "night-premium", "maternity-weeks", "annual-leave-days",
]  # fmt: skip


def read(root=None) -> dict[str, dict]:
    """{path below the library: document} of every shipped file, in order of path."""
    folder = Path(root or settings.ROOT) / FOLDER
    return {path.relative_to(folder).as_posix(): read_yaml(path)[0] for path in sorted(folder.rglob("*.yaml"))}


def resolved(files, edition) -> dict:
    """The whole checklist an edition makes of its parent."""
    parent = next(
        file
        for file in files.values()
        if file["format"] == rules.FORMAT
        and (file["key"], str(file["version"])) == (edition["key"], str(edition["parent"]))
    )
    return rules.resolve(parent, edition)[0]


def page():
    files = read()
    return "\n\n".join(
        [
            "# The shipped library",
            "These files are in `checklists/library/`. All texts are our own, under CC BY 4.0. Which ones to bring in: "
            "[Run it for real](../how-to/run-for-real.md). How they are written: "
            "[Checklist files](checklist-format.md).",
            "**No reference to law here has been checked by a lawyer.** A file cannot say that one was. A person can, "
            "when it is published.",
            *_checklists(files),
            *_editions(files),
            *_law(files),
            *_translations(files),
        ]
    )


def _of(files, form):
    return [(name, file) for name, file in files.items() if file["format"] == form]


def _references(document):
    """(how many references to law, how many of them a lawyer has checked)."""
    found = [law for _, _, question in rules.questions(document) for law in question.get("law") or []]
    return len(found), sum(law.get("status") == "checked" for law in found)


def _checklists(files):
    rows = []
    for name, document in _of(files, rules.FORMAT):
        questions = [question for _, _, question in rules.questions(document)]
        spoken = {document["language"]: ""}
        for _, translation in _of(files, rules.TRANSLATION_FORMAT):
            if translation["checklist"] == document["key"]:
                spoken[translation["language"]] = " (in part)"
        references, checked = _references(document)
        rows.append(
            (
                f"{document['title']} ({code(name)})",
                "the country of a programme" if document["subject"] == "programme" else "a factory",
                len(questions),
                sum(question["kind"] == "finding" for question in questions),
                ", ".join(LANGUAGES[language] + part for language, part in spoken.items()),
                f"{references - checked} of {references}" if references else "none",
            )
        )
    heads = ("Checklist", "About", "Questions", "Of them judged", "Languages", "References unchecked")
    return ["## Checklists", table(heads, rows)]


def _editions(files):
    rows = []
    for name, edition in _of(files, rules.EDITION_FORMAT):
        document = resolved(files, edition)
        done = [change["do"] for change in edition["changes"]]
        references, checked = _references(document)
        national = [
            law
            for _, _, question in rules.questions(document)
            for law in question.get("law") or []
            if law.get("country") == edition["country"]
        ]
        rows.append(
            (
                f"{COUNTRIES[edition['country']]} ({code(name)})",
                sum(1 for _ in rules.questions(document)),
                done.count("add"),
                done.count("drop"),
                len(national),
                f"{references - checked} of {references}",
            )
        )
    heads = ("Edition", "Questions", "Its own", "Left out", "References to its law", "References unchecked")
    about = (
        "An edition is built on *Decent work in garment factories*, version 1. It has the law of the country, "
        "questions of its own, and leaves out what cannot apply there; each omission has its reason in the file."
    )
    return ["## Editions", about, table(heads, rows)]


def _law(files):
    rows = []
    for name, document in _of(files, rules.LAW_FORMAT):
        there = {parameter["key"] for parameter in document["parameters"]}
        rows.append(
            (
                f"{COUNTRIES[document['country']]} ({code(name)})",
                len(document["parameters"]),
                ", ".join(code(key) for key in PARAMETERS if key not in there) or "nothing",
            )
        )
    about = (
        "Numbers that rules read: wages, hours, premiums. What we are not sure of is left out; rules then say nothing."
    )
    return ["## Numbers in the law", about, table(("Country", "Values", "Not known to us"), rows)]


def _translations(files):
    rows = []
    for name, translation in _of(files, rules.TRANSLATION_FORMAT):
        clusters = _whole_in(files, translation)
        rows.append(
            (
                f"{LANGUAGES[translation['language']]} ({code(name)})",
                code(translation["checklist"]),
                ", ".join(code(cluster) for cluster in clusters),
                len(translation["of"]),
                translation["status"],
            )
        )
    about = (
        "Clusters that are translated whole; of the others, what the public reads of each issue. Nobody who speaks the "
        "language has read these words for us yet."
    )
    return ["## Translations", about, table(("Language", "Checklist", "Clusters", "Texts", "Status"), rows)]


def _whole_in(files, translation):
    """The clusters of which every text is translated."""
    checklist = next(one for _name, one in _of(files, rules.FORMAT) if one["key"] == translation["checklist"])
    lacking = {address[0] for address in rules.missing(translation, checklist)}
    whole = {cluster["key"]: True for cluster in checklist["clusters"]}
    for cluster, point, question in rules.questions(checklist):
        if lacking & {question["key"], f"point:{point['key']}", f"cluster:{cluster['key']}"}:
            whole[cluster["key"]] = False
    return [key for key, is_whole in whole.items() if is_whole]

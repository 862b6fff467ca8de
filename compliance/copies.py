"""What leaves as a file: the stamp of a copy, the notice for the board, and the answers of a report as tables."""

import json
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation

from checklists.queries import issues_in
from compliance import documents
from core import paper, pdf, sheets

FORMAT = "openfloor-report/1"
SHEET = Path(__file__).parent / "static" / "compliance" / "stamp.css"
COLUMNS = (
    "report", "version", "factory", "cycle", "visited_on", "issued_on", "checklist", "checklist_version", "cluster",
    "point", "question_key", "question", "kind", "level", "answer", "value", "unit", "extent_n", "extent_of",
    "extent_workers", "where", "first_found_on", "times_found", "relapsed", "becomes_public", "report_text", "reply",
    "reply_text",
)  # fmt: skip


def stamp(download, site) -> str:
    """What stands on every page of a copy, as a page of its own. For the worker side the code alone: who took it the
    programme finds out, nobody else."""
    context = {"download": download, "named": download.reads_as != "worker", "site": site, "paper": True}
    return render_to_string("compliance/stamp.html", context)


def pdf_copy(data: bytes, download) -> bytes:
    """The kept PDF of a report with this copy's stamp on every page."""
    with translation.override(download.language):
        return pdf.stamped(
            data, stamp(download, download.report.facts["factory"]["name"]), stylesheet=SHEET.read_text("utf-8")
        )


def notice(report, language, code) -> bytes:
    """One page for the notice board, as a PDF: what was found and what must be done, in plain words.

    An issue is named in the language of the page where a translation of the checklist has it.
    """
    content, named = documents.content(report), issues_in(language)
    board = [
        {"entry": entry, "said": named.get(entry.question.key, entry.question.issue),
         "lang": language if entry.question.key in named else content.language}
        for entry in content.board
    ]  # fmt: skip
    with translation.override(language):
        page = render_to_string(
            "compliance/notice.html", {"content": content, "board": board, "code": code, "paper": True}
        )
    return pdf.render(page, stylesheets=(*paper.sheets(), documents.SHEET.read_text(encoding="utf-8")))


def rows(content) -> list[tuple]:
    """One row per question of a report, in the order of COLUMNS: what its annex says, for programs."""
    report, facts = content.report, content.facts
    head = (
        facts["number"], report.version, facts["factory"]["name"], facts["cycle"], report.visited_on.isoformat(),
        report.issued_on.isoformat(), facts["checklist"]["key"], facts["checklist"]["version"],
    )  # fmt: skip
    return [head + _row(entry) for cluster in content.clusters for point in cluster.points for entry in point.entries]


def _row(entry):
    question, finding, reply = entry.question, entry.finding, entry.reply
    where = (
        question.point.cluster.title, question.point.title, question.key, question.text, question.kind, question.level
    )  # fmt: skip
    if finding is None:
        return (*where, "", entry.said, question.unit, *[""] * (len(COLUMNS) - len(where) - 8 - 3))
    return (
        *where, finding.state, "", "", finding.extent_n, finding.extent_of, finding.extent_workers, entry.where,
        finding.first_found_on.isoformat() if finding.first_found_on else "", finding.times_found, finding.relapsed,
        entry.is_public and finding.state == "non_compliant", entry.text, reply.get("stance", ""),
        (reply.get("words") or {}).get("text", ""),
    )  # fmt: skip


def as_csv(content) -> bytes:
    """Long form: one row per question. Formula-safe, with a byte-order mark so that spreadsheets read it as UTF-8."""
    return b"\xef\xbb\xbf" + "".join(sheets.write_csv(COLUMNS, rows(content))).encode()


def as_workbook(content, download) -> bytes:
    """Two sheets: the answers, and what the report and this copy are."""
    said = [["", ""], *[[str(name), str(value)] for name, value in about(content, download).items()]]
    return sheets.write_workbook({"answers": [list(COLUMNS), *map(list, rows(content))], "report": said})


def about(content, download) -> dict:
    """What a file says of itself: the report, its proof, whose copy it is."""
    report = content.report
    told = {
        "format": FORMAT, "report": content.facts["number"], "version": report.version, "proof": report.digest,
        "check": documents.checking_address(report), "copy": download.code,
    }  # fmt: skip
    if content.facts.get("kind") == "self":
        told["self_reported"] = True
    if download.reads_as != "worker":
        told |= {"copy_number": download.number, "for": download.reader.name}
    return told


def as_json(content, download) -> bytes:
    """The report's facts and its answers as one document."""
    answers = [dict(zip(COLUMNS[8:], row[8:], strict=True)) for row in rows(content)]
    told = about(content, download) | {"facts": content.facts, "answers": answers}
    return json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()

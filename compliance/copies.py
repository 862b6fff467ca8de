"""What leaves as a file: a copy's stamp, the notice for the board, the answers of a report or a draft as tables."""

import json
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation

from checklists.queries import issues_in
from compliance import documents
from core import paper, pdf, sheets

FORMAT, DRAFT = "openfloor-report/1", "openfloor-draft/1"
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


HEAD, PLACE = 8, 6  # columns of the report itself, and of the question


def _place(question):
    return (
        question.point.cluster.title, question.point.title, question.key, question.text, question.kind, question.level
    )  # fmt: skip


def _fact(question, said):
    """A question that is no finding: a plain fact about the factory."""
    return (*_place(question), "", said, question.unit, *[""] * (len(COLUMNS) - HEAD - PLACE - 3))


def _row(entry):
    question, finding, reply = entry.question, entry.finding, entry.reply
    if finding is None:
        return _fact(question, entry.said)
    return (
        *_place(question), finding.state, "", "",
        finding.extent_n, finding.extent_of, finding.extent_workers, entry.where,
        finding.first_found_on.isoformat() if finding.first_found_on else "", finding.times_found, finding.relapsed,
        entry.is_public and finding.state == "non_compliant", entry.text, reply.get("stance", ""),
        (reply.get("words") or {}).get("text", ""),
    )  # fmt: skip


def draft_rows(assessment, items) -> list[tuple]:
    """The same of an assessment before issue: what its draft says today. No field note and no comment, ever."""
    version = assessment.version
    head = (
        assessment.number, "draft", assessment.cycle.site.name, assessment.cycle.number,
        assessment.visited_on.isoformat(), "", version.checklist.key, version.version,
    )  # fmt: skip
    return [head + _draft_row(item) for item in items]


def _draft_row(item):
    question, answer = item.question, item.answer
    if question.kind != "finding":
        return _fact(question, item.value)
    return (
        *_place(question), answer.state or "", "", "", answer.extent_n, answer.extent_of, answer.extent_workers,
        answer.extent_where, "", "", "", item.is_public and answer.state == "non_compliant", answer.report_text, "", "",
    )  # fmt: skip


def written(form, lines, told, **more) -> bytes:
    """Rows as a file: "csv", "xlsx" or "json". told: what the file says of itself; more: what JSON alone can hold.

    CSV is formula-safe, with a byte-order mark so that spreadsheets read it as UTF-8.
    """
    if form == "csv":
        return b"\xef\xbb\xbf" + "".join(sheets.write_csv(COLUMNS, lines)).encode()
    if form == "xlsx":
        said = [["", ""], *[[str(name), str(value)] for name, value in told.items()]]
        return sheets.write_workbook({"answers": [list(COLUMNS), *map(list, lines)], "report": said})
    answers = [dict(zip(COLUMNS[HEAD:], line[HEAD:], strict=True)) for line in lines]
    return json.dumps(told | more | {"answers": answers}, ensure_ascii=False, indent=1, default=str).encode()


def about(content, download) -> dict:
    """What a file says of itself: the report, its proof, whose copy it is."""
    report = content.report
    told = {
        "format": FORMAT, "report": content.facts["number"], "version": report.version, "proof": report.digest,
        "check": documents.checking_address(report), "copy": download.code, "written_in": report.written_in,
    }  # fmt: skip
    if content.facts.get("kind") == "self":
        told["self_reported"] = True
    if download.reads_as != "worker":
        told |= {"copy_number": download.number, "for": download.reader.name}
    return told


def about_draft(assessment, reader) -> dict:
    """The same of a draft: it is no report, and whose copy it is."""
    return {"format": DRAFT, "assessment": assessment.number, "state": assessment.state, "for": reader.name}

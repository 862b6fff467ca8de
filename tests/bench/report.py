"""Key report.pdf: a report of sixty pages or more drawn as a tagged PDF, and a copy of it stamped; time and memory.

The yardstick is as many pages of plain paragraphs through the same door in the same run: what WeasyPrint itself takes.
"""

import io
import multiprocessing
import resource

from pypdf import PdfReader

from compliance import actions as compliance
from compliance import copies, documents, sync
from compliance.models import Report
from core import pdf
from core.ids import new_id
from tests.bench.measure import Line, alternately, key, median
from tests.bench.place import Place

QUESTIONS, LEAST = 300, 60
WORDS = (
    "On the second floor of building B two of nine exits were blocked by boxes of finished goods during the morning "
    "shift. The key of a third hung in the office and not beside the door. The drill of March had shown the same. "
)


def pages(data: bytes) -> int:
    return len(PdfReader(io.BytesIO(data)).pages)


def peak(function) -> int:
    """How many MB a call adds to the most memory a process holds, measured in a process of its own."""
    told = multiprocessing.get_context("fork").SimpleQueue()

    def child():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        function()
        told.put((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    return told.get()


def written(place: Place) -> Report:
    """An issued report of 300 questions, a quarter of them non-compliances with words as assessors write them."""
    assessment = place.plan(QUESTIONS, on=place.next_day(), site=place.new_factory())
    failed = place.keys_of(QUESTIONS)[0::4]
    texts = [
        sync.Incoming(new_id(), QUESTIONS + n, name, "report_text", WORDS * 5, [], 0, "2026-03-02T09:00:00+07:00")
        for n, name in enumerate(failed, start=1)
    ]
    changes = place.operations(QUESTIONS) + texts
    for start in range(0, len(changes), sync.BATCH):
        place.receive(assessment, changes[start : start + sync.BATCH])
    on = assessment.planned_from
    compliance.submit(assessment=assessment, by=place.chanthou, rest_not_asked=True, visited_on=on)
    assessment.refresh_from_db()
    return compliance.issue_report(assessment=assessment, by=place.vannak)


@key("report.pdf")
def drawn(place, runs=3):
    """Drawing, in English and in Khmer, and stamping one copy."""
    report = written(place)
    for language in ("en", "km"):
        page = documents.html(report, language)
        made = documents.as_pdf(page)
        if pages(made) < LEAST:
            raise AssertionError(f"{pages(made)} pages are no long report.")
        plain = _plain(pages(made))
        took, theirs = alternately(
            lambda page=page: documents.as_pdf(page), lambda plain=plain: pdf.render(plain), runs
        )
        most, least = peak(lambda page=page: documents.as_pdf(page)), peak(lambda plain=plain: pdf.render(plain))
        yield Line(
            "report.pdf", took, "ms", f"{pages(made)} pages, {language}", yardstick=theirs,
            ratio=round(took / theirs, 2), goal=("≤ 60 s", took <= 60_000),
            note=f"{len(made) // 1024} kB; {most} MB of memory, the yardstick {least} MB",
        )  # fmt: skip
    download = compliance.take_copy(report=report, form="pdf", language="en", by=place.sokha)
    took = median(lambda: copies.pdf_copy(made, download), runs)
    most = peak(lambda: copies.pdf_copy(made, download))
    yield Line("report.pdf", took, "ms", f"{pages(made)} pages, one copy stamped", note=f"{most} MB of memory")


def _plain(count):
    """So many pages of paragraphs."""
    page = "<section style='break-after:page'>" + f"<p>{WORDS}</p>" * 12 + "</section>"
    return f"<html lang='en'><head><title>Plain</title></head><body>{page * count}</body></html>"

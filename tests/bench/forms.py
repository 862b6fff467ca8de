"""Key checklists.import: the largest shared XLSForm read into a checklist; beside pyxform's own conversion."""

import resource
import tracemalloc

from checklists import rules
from checklists.xlsform.reading import read_xlsform
from tests.bench.measure import Line, alternately, key
from tests.checklists.forms import FORMS

RUNS = 3


@key("checklists.import")
def imported(place, runs=RUNS):
    if not FORMS:
        yield Line("checklists.import", 0, "ms", "no form", note="the shared forms are not on this machine")
        return
    path = max(FORMS, key=lambda form: form.stat().st_size)
    from pyxform.xls2json_backends import xlsx_to_dict
    from pyxform.xls2xform import convert

    def ours():
        return read_xlsform(path, day="2026-01-01")

    def theirs():
        sheets = xlsx_to_dict(str(path))
        sheets["settings"] = [{**(sheets.get("settings") or [{}])[0], "allow_choice_duplicates": "yes"}]
        sheets["settings_header"] = [dict.fromkeys(sheets["settings"][0])]
        return convert(sheets, form_name="form")

    reading = ours()
    took, yardstick = alternately(ours, theirs, runs)
    tracemalloc.start()
    ours()
    height = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    opened = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    asked = sum(1 for _ in rules.questions(reading.document))
    ratio = round(took / yardstick, 2)
    yield Line(
        "checklists.import", took, "ms", f"{path.stat().st_size // 1024} kB, {asked} questions", None, yardstick, ratio,
        note=f"{height:.0f} MB here at its height, {opened:.0f} MB in the largest process that opened a workbook",
        goal=("\u2264 3 x pyxform", ratio <= 3),
    )  # fmt: skip

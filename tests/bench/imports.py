"""Keys import.*: long lists of factories in, in time that grows with the rows and memory that does not.

Each import is a process of its own, as a person starts the command, so that its memory is its own. The yardstick is a
process too: it reads the same list with the plain reader and sends the same factories, names, addresses and keys to the
same database as multi-row inserts, with no check, no matching and no record.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.db import connection

from tests.bench import database
from tests.bench.measure import Line, key

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = (5_000, 40_000, 160_000)
NAMES = ("Lucky Star Garments", "Golden River Knitwear Co., Ltd", "PT Blue Kettle Industri", "Paper Heron Sewing")

MEASURED = """
import json, resource, sys, time
import django
django.setup()
{body}
began = time.perf_counter()
made = work(sys.argv[1])
took = time.perf_counter() - began
# Of this process since it began, which getrusage does not tell: it remembers the process that started it.
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(json.dumps({{"seconds": took, "peak": peak // 1024, "made": made}}))
"""
OURS = """
from core.audit import System
from factories.actions import import_sites
from factories.imports import read_lists
def work(path):
    reading = read_lists([path])
    outcome = import_sites(rows=reading, files=reading.files, by=System("bench"))
    assert not outcome.refused, outcome.refused[:3]
    return outcome.created
"""
THEIRS = """
import csv
from itertools import islice
from django.db import transaction
from factories.models import Site, SiteAddress, SiteKey, SiteName
def rows(path):
    if path.endswith(".csv"):
        with open(path, encoding="utf-8", newline="") as file:
            yield from csv.reader(file)
        return
    import python_calamine
    yield from python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()
@transaction.atomic
def work(path):
    given, made = rows(path), 0
    next(given)
    while batch := list(islice(given, 1000)):
        sites = [Site(country=c, name=n, address=a, sector=s, match_key=f"bare|{made + k}") for k, (c, n, a, s) in enumerate(batch)]
        Site.objects.bulk_create(sites)
        SiteName.objects.bulk_create([SiteName(site=one, text=one.name, folded=one.name) for one in sites])
        SiteAddress.objects.bulk_create([SiteAddress(site=one, text=one.address, folded=one.address) for one in sites])
        SiteKey.objects.bulk_create([SiteKey(site=one, key=one.match_key) for one in sites])
        made += len(sites)
    transaction.set_rollback(True)
    return made
"""


def invented(path, rows, start):
    """A list of places with common names, each at its own address; none was in a list before."""
    lines = (
        ("KH", f"{NAMES[n % 4]} {n}", f"Plot {n * 7}, Road {n % 900}, Kandal {10_000 + n}", "Apparel")
        for n in range(start, start + rows)
    )
    if path.suffix == ".csv":
        with open(path, "w", encoding="utf-8") as file:
            file.write("country,name,address,sector\n")
            file.writelines(f'{c},"{n}","{a}",{s}\n' for c, n, a, s in lines)
        return path
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["country", "name", "address", "sector"])
    for line in lines:
        sheet.append(line)
    book.save(path)
    return path


def measured(body, path):
    env = os.environ | {"DATABASE_URL": database.url(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", MEASURED.format(body=body), str(path)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def lists(name, suffix, sizes, start=0):
    """Lines for lists of these sizes: rows a second, and the peak of memory, each as a ratio to the first size too.

    start: the number of the first place; where two runs share it, the second meets known places.
    """
    connection.close()
    first = None
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            path = invented(Path(folder) / f"list{suffix}", rows, start)
            start += rows
            theirs, ours = measured(THEIRS, path), measured(OURS, path)
            if ours["made"] != rows:
                raise RuntimeError(f"{ours['made']} of {rows} were new: this measured something else.")
            speed, bare = round(rows / ours["seconds"]), round(rows / theirs["seconds"])
            first = first or (speed, ours["peak"])
            slower = round(first[0] / speed, 2)
            more = round(ours["peak"] / first[1], 2)
            yield Line(
                name, speed, "rows/s", f"{rows:,} rows", None, bare, round(bare / speed, 2),
                f"{connection.vendor}, {ours['made']:,} created; {slower} × the time a row takes in the first size",
                goal=("≤ 1.5 × the time a row takes in the first size", slower <= 1.5),
            )  # fmt: skip
            yield Line(
                f"{name}.memory", ours["peak"], "MB", f"{rows:,} rows", None, theirs["peak"],
                round(ours["peak"] / theirs["peak"], 2), f"{more} × the first size",
                goal=("≤ 1.5 × the first size" if suffix == ".csv" else "", more <= 1.5 or suffix != ".csv"),
            )  # fmt: skip


@key("import.csv")
def csv_lists(place, sizes=SIZES):
    """Text: row by row."""
    yield from lists("import.csv", ".csv", sizes)


@key("import.xlsx")
def xlsx_lists(place, sizes=SIZES):
    """Workbooks: opened whole by the reader in a process of its own, told row by row."""
    yield from lists("import.xlsx", ".xlsx", sizes, start=1_000_000)

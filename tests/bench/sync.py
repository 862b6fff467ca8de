"""Keys sync.*: what it costs to take changes from tablets."""

import http.client
import json
import threading
import time

from django.db import connection, transaction

from compliance import actions as compliance
from compliance import rules
from compliance.models import Answer, Operation, OperationPayload
from compliance.sync import BATCH, answer_of
from core.ids import new_id
from tests.bench.measure import RUNS, Line, alternately, fed, key, median, statements
from tests.bench.place import server

MOST = 12


def rows_of(place, assessment, operations):
    """The rows a batch comes to, ready to be inserted: [(model, [instances])]."""
    author, device = place.chanthou, place.tablet(place.chanthou)
    payloads = [
        OperationPayload(operation_id=one.id, body={"value": one.value}, salt=OperationPayload.new_salt())
        for one in operations
    ]
    stored = [
        Operation(
            id=one.id, assessment=assessment, question_key=one.question, field=one.field, base=[], author=author,
            device=device, sequence=one.sequence, device_time=one.at, revision=n, digest=payload.digest,
        )
        for n, (one, payload) in enumerate(zip(operations, payloads, strict=True), start=1)
    ]  # fmt: skip
    answers = [
        answer_of(assessment, one.question, {one.field: rules.Resolved((), one.value, False)}, n)
        for n, one in enumerate(operations, start=1)
    ]
    return [(Operation, stored), (OperationPayload, payloads), (Answer, answers)]


def inserts(tables):
    """Each table's rows as one statement: [(sql, parameters)]. Made beforehand; sending it is the yardstick."""
    made = []
    for model, rows in tables:
        fields = model._meta.concrete_fields
        one = "(" + ", ".join(["%s"] * len(fields)) + ")"
        columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        table = connection.ops.quote_name(model._meta.db_table)
        sql = f"INSERT INTO {table} ({columns}) VALUES {', '.join([one] * len(rows))}"
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
        made.append((sql, values))
    return made


@transaction.atomic
def insert(statements_):
    with connection.cursor() as cursor:
        for sql, values in statements_:
            cursor.execute(sql, values)


@key("sync.batch300")
def batch300(place, runs=RUNS):
    """300 answers in one request, against inserting the same rows and nothing else."""
    place.receive(place.plan(300), place.operations(300))  # warm: the facts of the version are kept in memory
    given = [(place.plan(300), place.operations(300)) for _ in range(runs + 1)]
    bare = [inserts(rows_of(place, place.plan(300), place.operations(300))) for _ in range(runs)]
    queries = statements(lambda: place.receive(*given[-1]))
    ours, raw = alternately(fed(lambda one: place.receive(*one), given), fed(insert, bare), runs)
    ratio = round(ours / raw, 2)
    yield Line(
        "sync.batch300", ours, "ms", "300 operations", queries, raw, ratio, connection.vendor,
        most_queries=MOST, goal=("≤ 3 × a raw insert", ratio <= 3),
    )  # fmt: skip


@key("sync.one")
def one(place, sizes=(140, 1200), runs=RUNS):
    """One answer: as many statements as a batch, in a short checklist and in a long one."""
    assessment = place.plan(300)
    place.receive(assessment, place.operations(1, of=300))
    rest = place.operations(BATCH - 1, of=300, start=1)
    batch = statements(lambda: place.receive(assessment, rest))
    for size in sizes:
        assessment = place.plan(size)
        answers = place.operations(size)
        for start in range(0, size - runs - 1, BATCH):
            place.receive(assessment, answers[start : min(start + BATCH, size - runs - 1)])
        rest = [[answer] for answer in answers[size - runs - 1 :]]
        queries = statements(lambda: place.receive(assessment, rest[-1]))  # noqa: B023  (called here)
        took = median(fed(lambda given: place.receive(assessment, given), rest), runs)  # noqa: B023
        yield Line(
            "sync.one", took, "ms", f"{size} questions", queries, batch, None,
            f"{connection.vendor}; yardstick: statements of a batch of 300",
            most_queries=min(batch, MOST), goal=("the same count as a batch", queries == batch),
        )  # fmt: skip


class Tablet(threading.Thread):
    """A client of its own over HTTP: sends batches of 300, one after the other, until told to stop."""

    patience = 30

    def __init__(self, port, token, device, assessments, bodies, go, stop):
        super().__init__(daemon=True)
        self.port, self.token, self.device, self.go, self.stop = port, token, device, go, stop
        self.assessments, self.bodies = assessments, bodies
        self.taken, self.times, self.wrong, self.wire = 0, [], [], 0

    def run(self):
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.go.wait()
        for assessment, body in zip(self.assessments, self.bodies, strict=True):
            if self.stop.is_set():
                break
            started = time.perf_counter()
            try:
                wire.request("POST", f"/api/v1/tablet/assessments/{assessment}/operations", body, headers)
                answer = wire.getresponse()
                said = answer.read()
            except OSError as error:
                self.wrong.append((0, str(error).encode()))
                break
            self.wire = len(body) + len(said) + len(str(answer.headers))
            self.times.append(time.perf_counter() - started)
            if answer.status != 200 or said.count(b'"accepted"') != BATCH:
                self.wrong.append((answer.status, said[:200]))
                break
            self.taken += 1
        wire.close()


@key("sync.accept")
def accept(place, clients=8, most=16, lasts=12):
    """Batches of 300 a second from eight tablets over HTTP: sent, authorised, stored, applied, receipted."""
    tablets = []
    for n in range(clients):
        person = place.person(f"Assessor {n}", "assessor")
        device_id = new_id()
        token = compliance.register_device(device_id=device_id, name="Tablet", by=person)
        tablets.append((person, device_id, token))
    go, stop = threading.Event(), threading.Event()
    with server() as port:
        threads = []
        for person, device_id, token in tablets:
            assessments = [place.plan(BATCH, lead=person).pk for _ in range(most)]
            bodies = [_body(device_id, place.operations(BATCH)) for _ in assessments]
            threads.append(Tablet(port, token, device_id, assessments, bodies, go, stop))
        for thread in threads:
            thread.start()
        started = time.perf_counter()
        go.set()
        ends = started + lasts
        for thread in threads:
            thread.join(max(0, ends - time.perf_counter()))
        took = time.perf_counter() - started
        taken = sum(thread.taken for thread in threads)
        stop.set()
        for thread in threads:
            thread.join(30)
    wrong = [one for thread in threads for one in thread.wrong]
    times = sorted(one for thread in threads for one in thread.times)
    half = round(times[len(times) // 2] * 1000) if times else None
    note = f"{connection.vendor}, 2 workers × 4 threads, half within {half} ms; ODK, which applies nothing: 152–177/s"
    if wrong:
        note = f"refused: {wrong[0]}"
    yield Line("sync.accept", round(taken / took, 1), "batches/s", f"{clients} clients, 300 operations", note=note)


@key("sync.hundred")
def hundred(place, clients=100):
    """A hundred tablets come at once, as after a power cut: each sends 300 answers, and every one is taken."""
    go, stop, threads = threading.Event(), threading.Event(), []
    with server() as port:
        for n in range(clients):
            person, device_id = place.person(f"Hundred {n}", "assessor"), new_id()
            token = compliance.register_device(device_id=device_id, name="Tablet", by=person)
            visit, body = place.plan(BATCH, lead=person).pk, _body(device_id, place.operations(BATCH))
            threads.append(Tablet(port, token, device_id, [visit], [body], go, stop))
            threads[-1].patience = 300
        for thread in threads:
            thread.start()
        started = time.perf_counter()
        go.set()
        for thread in threads:
            thread.join(300)
        took = time.perf_counter() - started
    wrong = [one for thread in threads for one in thread.wrong]
    taken = sum(thread.taken for thread in threads)
    times = sorted(one for thread in threads for one in thread.times)
    note = f"{connection.vendor}, 2 workers × 4 threads; {taken} of {clients} taken, the last after {times[-1]:.1f} s"
    if wrong:
        note = f"{len(wrong)} refused, such as {wrong[0]}"
    yield Line(
        "sync.hundred", round(took, 2), "s", f"{clients} tablets × 300 answers", note=note,
        goal=("no error", not wrong and taken == clients),
    )  # fmt: skip
    wire = max(thread.wire for thread in threads)
    yield Line(
        "sync.wire", round(wire / BATCH), "bytes an answer", "300 answers in one request",
        note="there and back, with headers, as sent; ODK: 25 bytes (7.0 kB for 280 answers), which gives no receipt for each",
    )  # fmt: skip


def _body(device_id, operations):
    return json.dumps({"device_id": str(device_id), "seen": 0, "operations": [one.as_json() for one in operations]})

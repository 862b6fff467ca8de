"""The demonstration world: two country programmes and twelve invented factories, built only through actions.

Nothing in it is about a real place. The same day and seed give the same world; it ends on the day it is loaded.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path

from django.conf import settings

from checklists.actions import add_translation, import_document, take_parameters
from checklists.imports import read_yaml
from checklists.queries import questions_of
from compliance import actions as compliance
from compliance import sync
from compliance.models import Device
from config import demo_pages
from config.pictures import picture
from core import actions as core
from core.audit import System
from core.ids import new_id
from disclosure import actions as disclosure
from disclosure.portfolio.actions import follow
from disclosure.portfolio.imports import Named
from factories import actions as factories
from improvement_plans import actions as plans
from improvement_plans.models import PlanItem

BY = System("demonstration")
PASSWORD = "openfloor-demo"
LIBRARY = Path(settings.ROOT) / "checklists" / "library"
CHECKLIST = "decent-work-garment"


@dataclass
class Factory:
    """An invented factory: how many visits it has had, and how much is wrong at the first (0 to 1)."""

    name: str
    region: str
    products: str
    workers: int
    visits: int
    trouble: float
    fate: str = "active"
    days_ago: int = 40


@dataclass
class Country:
    code: str
    name: str
    country: str
    time_zone: str
    languages: list
    weekend: list
    regions: str
    people: dict
    worker_names: list
    manager_names: list
    other_candidate: str
    factories: list = field(default_factory=list)


KH = Country(
    "KH", "Cambodia", "KH", "Asia/Phnom_Penh", ["km", "en"], [7], "Kandal",
    {
        "programme-manager": ("sokha", "Sokha Lim"),
        "lead-assessor": ("vannak", "Vannak Chea"),
        "assessor": ("chanthou", "Chanthou Keo"),
        "assessor-2": ("rith", "Rith Nou"),
        "adviser": ("dara", "Dara Pich"),
        "government-officer": ("bopha", "Bopha Sam"),
        "advisory-member": ("nary", "Nary Tep"),
        "analyst": ("vibol", "Vibol Ung"),
        "checklist-editor": ("kunthea", "Kunthea Ros"),
        "content-editor": ("maly", "Maly Heng"),
        "administrator": ("admin-kh", "Piseth Yim"),
        "translator": ("translator-kh", "Chenda Prak"),
    },
    ["Sreymom Chan", "Sophea Phan", "Kosal Meas"],
    ["Mony Tan", "Chenda Lay", "Rotha Khim"],
    "Vanna Oum",
    [
        Factory("Paper Heron Sewing", "Kandal", "Trousers and jackets", 1240, 4, 0.30, days_ago=75),
        Factory("Blue Kettle Knitwear", "Phnom Penh", "Sweaters", 860, 3, 0.22, days_ago=120),
        Factory("Green Umbrella Garments", "Kampong Speu", "Shirts", 2100, 3, 0.35, days_ago=150),
        Factory("Tall Lantern Apparel", "Takeo", "Sportswear", 640, 2, 0.25, days_ago=95),
        Factory("Quiet Bell Trousers", "Svay Rieng", "Trousers", 1510, 2, 0.18, days_ago=200),
        Factory("Seven Baskets Knit", "Kampong Chhnang", "Underwear", 420, 1, 0.28, days_ago=60),
        Factory("Stone Bridge Uniforms", "Kandal", "Uniforms", 300, 2, 0.32, "closed", days_ago=330),
    ],
)  # fmt: skip

JO = Country(
    "JO", "Jordan", "JO", "Asia/Amman", ["ar", "en"], [5, 6], "Irbid",
    {
        "programme-manager": ("layla", "Layla Haddad"),
        "lead-assessor": ("omar", "Omar Nassar"),
        "assessor": ("rania", "Rania Khoury"),
        "assessor-2": ("tariq", "Tariq Saleh"),
        "adviser": ("huda", "Huda Awad"),
    },
    ["Amal Said", "Priya Das", "Nour Issa"],
    ["Fadi Qasem", "Samir Odeh", "Dina Farah"],
    "Rima Zayd",
    [
        Factory("Cedar Line Apparel", "Irbid", "Sportswear", 1900, 3, 0.24, days_ago=110),
        Factory("Olive Gate Garments", "Ad-Dulayl", "Jackets", 1350, 2, 0.30, days_ago=140),
        Factory("White Thimble Sewing", "Sahab", "Shirts", 720, 2, 0.20, days_ago=180),
        Factory("Desert Lark Knitwear", "Al-Hassan", "Knitwear", 560, 1, 0.26, days_ago=50),
        Factory("Copper Button Uniforms", "Tafilah", "Uniforms", 380, 1, 0.22, days_ago=100),
    ],
)  # fmt: skip


def steps_in_all():
    """How many steps `load` reports, for a progress bar."""
    return 3 + sum(2 + factory.visits for country in (KH, JO) for factory in country.factories)


def load(*, on: date, step):
    """Build the whole world as of a day. `step(words)` is called before each piece of work."""
    step("Checklist")
    import_document(document=_shipped(f"{CHECKLIST}.yaml"), by=BY)
    loaded = [Loader(country, _edition(country), on, step) for country in (KH, JO)]
    for loader in loaded:
        loader.build()
    step("Buyers")
    _buyers(loaded, on)
    step("Pages")
    demo_pages.write(on=on, cambodia=loaded[0])


def _shipped(name):
    return read_yaml(LIBRARY / name)[0]


def _edition(country):
    """The country's edition of the shipped checklist, with the numbers of its law and what is in its language."""
    take_parameters(document=_shipped(f"law/{country.code}.yaml"), by=BY)
    add_translation(document=_shipped(f"translations/{CHECKLIST}-{country.languages[0]}.yaml"), by=BY)
    return import_document(document=_shipped(f"editions/{CHECKLIST}-{country.code}.yaml"), by=BY)[0]


class Loader:
    """One country programme."""

    def __init__(self, country, version, on, step):
        self.country, self.version, self.on, self.step = country, version, on, step
        self.questions = questions_of(version.pk)
        self.tablets = {}
        self.sites, self.committees, self.managers = {}, {}, {}

    def build(self):
        country = self.country
        self.programme = core.create_programme(
            code=country.code, name=country.name, country=country.country, time_zone=country.time_zone,
            languages=country.languages, weekend=country.weekend, by=BY,
        )  # fmt: skip
        self.people = {key: self.person(*who) for key, who in country.people.items()}
        for key, user in self.people.items():
            core.assign_role(user=user, programme=self.programme, role=key.removesuffix("-2"), by=BY)
        manager = self.people["programme-manager"]
        core.set_programme_setting(  # invented: nobody answers this number
            programme=self.programme, key="harm", in_force_from=self.on - timedelta(days=1000), by=BY,
            value={"line": "Day and night", "number": "000 000 0101", "readers": [str(manager.pk)]},
        )  # fmt: skip
        core.set_programme_setting(
            programme=self.programme, key="clocks", value={"comment": [0, "working-days"]}, by=BY,
            in_force_from=self.on - timedelta(days=5000),
        )  # fmt: skip
        disclosure.set_regime(
            programme=self.programme, name="Critical issues, from the second visit", by=manager,
            in_force_from=self.on - timedelta(days=1000), until=None,
            rule={"tag": "critical-public", "from_visit": 2, "delay_days": 30, "zero_tolerance_delay_days": 120},
        )  # fmt: skip
        for factory in country.factories:
            self.found(factory)
        visits = [
            (self.on - timedelta(days=factory.days_ago + 365 * (factory.visits - n)), n, factory)
            for factory in country.factories
            for n in range(1, factory.visits + 1)
        ]
        visits.sort(key=lambda visit: visit[0])
        for day, n, factory in visits:
            self.visit(factory, n, day)
        for factory in country.factories:
            self.step(f"{factory.name}: plan")
            self.work_on_plan(factory)
            if factory.fate == "closed":
                factories.close_site(
                    site=self.sites[factory.name], status="closed", by=self.people["programme-manager"]
                )
        self.meet()
        self.be_advised()
        self.show_fixes()
        self.review_a_visit()
        self.plan_next_visit()
        for days in (180, 0):
            disclosure.publish_release(programme=self.programme, as_of=self.on - timedelta(days=days), by=BY)
        self.open_case()

    def person(self, username, name, language="en", signs_in=True):
        return core.create_user(
            username=username, name=name, language=language, by=BY, programme=self.programme,
            password=PASSWORD if signs_in else None,
        )  # fmt: skip

    def found(self, factory):
        """The factory, who answers for it, and its committee: three seats a side."""
        self.step(f"{factory.name}")
        number = len(self.sites)
        site = factories.create_site(
            programme=self.programme, name=factory.name, address=f"Plot {10 + number}, Example Road, {factory.region}",
            region=factory.region, sector="Apparel", products=factory.products, workers=factory.workers,
            workers_on=self.on - timedelta(days=factory.days_ago), by=BY,
        )  # fmt: skip
        self.sites[factory.name] = site
        since = self.on - timedelta(days=300)
        first = number == 0
        code = self.country.code.lower()
        username = f"manager-{code}" if first else f"manager-{code}-{number}"
        manager = self.person(username, self.country.manager_names[0], signs_in=first)
        factories.name_manager(site=site, user=manager, since=since, by=BY)
        self.managers[factory.name] = manager
        committee = plans.create_committee(site=site, kind="bipartite", formed_on=since, by=BY)
        election = self.elect(committee, since, factory.workers) if number < 2 else None
        seats = {}
        for side, names in (("worker", self.country.worker_names), ("management", self.country.manager_names)):
            for n, name in enumerate(names):
                user = None
                if n == 0:
                    username = f"{side}-{code}" if first else f"{side}-{code}-{number}"
                    language = self.country.languages[0] if side == "worker" and first else "en"
                    user = self.person(username, name, language, signs_in=first)
                member = plans.seat_member(
                    committee=committee, user=user, name="" if user else name, side=side, co_chair=n == 0,
                    sex="f" if n != 2 else "m", chosen_by="election" if side == "worker" else "employer",
                    since=since, election=election if side == "worker" else None, by=BY,
                )  # fmt: skip
                seats.setdefault(side, []).append(member)
        self.committees[factory.name] = (committee, seats)

    def elect(self, committee, on, workers):
        """The vote that filled the worker side: her three members and one who was not elected."""
        voted = workers * 7 // 10
        shares = (38, 31, 17, 9)
        names = [*self.country.worker_names, self.country.other_candidate]
        return plans.record_election(
            committee=committee, held_on=on, seats=3, eligible=workers, voted=voted, invalid=voted // 50, by=BY,
            candidates=[
                {"name": name, "sex": "f" if n != 2 else "m", "votes": voted * share // 100}
                for n, (name, share) in enumerate(zip(names, shares, strict=True))
            ],
        )  # fmt: skip

    # --- visits ---

    def visit(self, factory, n, day):
        """Plan, assess with two tablets, review, issue; then the plan follows as its job would make it."""
        self.step(f"{factory.name}: visit {n}")
        people, site = self.people, self.sites[factory.name]
        lead, second = people["assessor"], people["assessor-2"]
        assessment = compliance.plan_assessment(
            programme=self.programme, site=site, version=self.version, lead=lead, assessors=[second],
            planned_from=day, planned_until=day + timedelta(days=1), by=people["programme-manager"],
            why="There are two assessors so far.",
        )  # fmt: skip
        changes = self.changes(factory, n)
        half = len(changes) // 2
        for person, part in ((lead, changes[:half]), (second, changes[half:])):
            for start in range(0, len(part), sync.BATCH):
                batch = part[start : start + sync.BATCH]
                sync.receive(assessment_id=assessment.pk, device=self.tablet(person), operations=batch, seen=0)
        compliance.submit(assessment=assessment, by=lead, rest_not_asked=True, visited_on=day + timedelta(days=1))
        assessment.refresh_from_db()
        issued_on = min(day + timedelta(days=26), self.on)
        report = compliance.issue_report(assessment=assessment, by=people["lead-assessor"], on=issued_on)
        plans.follow_report(report=report, by=System("plan-opener"))

    def tablet(self, person):
        if person.pk not in self.tablets:
            device_id = new_id()
            compliance.register_device(device_id=device_id, name=f"Tablet of {person.name}", by=person)
            self.tablets[person.pk] = Device.objects.select_related("user").get(pk=device_id)
        return self.tablets[person.pk]

    def changes(self, factory, n):
        """What two assessors record on visit n: fewer problems each year, some that stay, some that come back."""
        made = []
        facts = _facts(factory)
        hidden = {f'answers["{key}"]' for key, value in facts.items() if value is False}
        for key, question in self.questions.items():
            rng = random.Random(f"{factory.name} {key}")
            if question.visible_when in hidden:
                continue
            if question.kind != "finding":
                if key in facts:
                    made.append((key, "value", facts[key]))
                elif question.kind == "number" and not question.compute:
                    made.append((key, "value", rng.randint(0, 12)))
                continue
            state = self.state(rng, question, factory, n)
            made.append((key, "state", state))
            if state == "non_compliant":
                of = rng.choice([6, 8, 9, 12, 20])
                made.append((key, "extent", {"n": rng.randint(1, of // 2), "of": of, "where": rng.choice(PLACES)}))
                made.append((key, "report_text", rng.choice(WORDS).format(explain=question.explain)))
        now = f"{self.on.isoformat()}T09:00:00+00:00"
        return [
            sync.Incoming(new_id(), number, key, name, value, [], 0, now)
            for number, (key, name, value) in enumerate(made, start=1)
        ]

    @staticmethod
    def state(rng, question, factory, n):
        chance = factory.trouble * WEIGHT.get(question.point.cluster.key, 0.5)
        if "zero-tolerance" in question.tags:
            chance = 0
        fate = rng.random()
        story = STORIES.get(factory.name, {}).get(question.key)
        if story is not None:
            return "non_compliant" if n in story else "compliant"
        if fate > 0.985:
            return "undetermined" if n % 2 else "compliant"
        if fate > 0.97:
            return "not_asked" if n == 2 else "compliant"
        if fate > chance:
            return "compliant"
        lasts = 1 + int(rng.random() * 3.2)
        comes_back = rng.random() < 0.12
        if n <= lasts or (comes_back and n == lasts + 2):
            return "non_compliant"
        return "compliant"

    # --- plans ---

    def work_on_plan(self, factory):
        """The committee plans half of the items, both sides agree; some are fixed, an adviser looks at a few."""
        committee, seats = self.committees[factory.name]
        site = self.sites[factory.name]
        worker, manager = seats["worker"][0].user, seats["management"][0].user
        items = PlanItem.objects.filter(plan__site=site).order_by("plan__opened_on", "pk")
        public = {key for key, question in self.questions.items() if "critical-public" in question.tags}
        by_plan = defaultdict(list)
        for item in items:
            by_plan[item.plan_id].append(item)
        newest = list(by_plan.values())[-1] if by_plan else []
        newest.sort(key=lambda item: (item.question_key not in public, self.questions[item.question_key].position))
        planned_on = max(self.on - timedelta(days=factory.days_ago - 37), self.on - timedelta(days=283))
        rng = random.Random(factory.name)
        for item, fate in zip(newest, FATES, strict=False):
            item = plans.change_item(
                item=item, by=manager, on=planned_on, cause=rng.choice(CAUSES), steps=rng.choice(STEPS), language="en",
                due_on=planned_on + timedelta(days=rng.choice([30, 60, 120, 200])),
                responsible=seats["management"][1], witness=seats["worker"][1],
            )  # fmt: skip
            if fate == "planned":
                continue
            plans.agree_item(item=item, by=manager, on=planned_on)
            if fate == "one side":
                continue
            plans.agree_item(item=item, by=worker, on=planned_on)
            if fate in ("reported", "verified"):
                done_on = min(planned_on + timedelta(days=12), self.on)
                plans.report_done(
                    item=item, text="Done. The line leaders check it every morning.", by=manager, on=done_on
                )
                plans.agree_item(item=item, by=manager, on=done_on)
            if fate == "verified":
                plans.agree_item(item=item, by=worker, on=done_on)
                looked_on = min(done_on + timedelta(days=9), self.on)
                plans.verify_item(item=item, how="visit", by=self.people["adviser"], on=looked_on)

    def show_fixes(self):
        """The first factory sent photos of its first fixes, and its adviser wrote the first progress report."""
        site, adviser = self.sites[self.country.factories[0].name], self.people["adviser"]
        plan = site.plans.exclude(cycle=None).order_by("opened_on").last()
        manager = self.managers[self.country.factories[0].name]
        for item in plan.items.filter(question_key__in=PICTURES, facts__kind="reported"):
            for moment in ("before", "after"):
                data = picture(PICTURES[item.question_key], moment)
                kept = plans.add_evidence(item=item, moment=moment, data=data, by=manager)
                plans.mark_no_person(evidence=kept, shows_no_person=True, by=adviser)
        plans.issue_progress(plan=plan, number=1, dialogue="moderate", words=PROGRESS, by=adviser)

    def meet(self):
        """The first factory's committee has met twice, wrote down a third meeting and plans a fourth; its worker
        co-chair wrote to the programme. The second factory's election is contested.
        """
        first, second = (self.committees[factory.name] for factory in self.country.factories[:2])
        committee, seats = first
        worker, manager = seats["worker"][0].user, seats["management"][0].user
        everybody = [*seats["worker"], *seats["management"]]
        held = []
        for days, kept in ((75, 0), (44, 1), (13, 0)):
            day = self.on - timedelta(days=days)
            words = MINUTES[len(held)]
            meeting = plans.plan_meeting(
                committee=committee, planned_on=day, begins_at=time(15, 30), place="Training room", by=worker
            )
            plans.add_topic(meeting=meeting, topic=words["topic"], language="en", by=worker)
            lines = [line for line in meeting.agenda.all() if line.item_id or line.topic]
            decided = dict(zip([lines[-1], *lines], words["decided"], strict=False))
            minutes = plans.write_minutes(
                meeting=meeting, held_on=day, present=everybody[:-1] if held else everybody, by=manager,
                decisions={str(line.pk): text for line, text in decided.items()},
                promises=[
                    {"text": text, "side": side, "due_on": day + timedelta(days=due)}
                    for text, side, due in words["promised"]
                ],
                kept=committee.commitments.filter(closed_in=None)[:kept], language="en",
            )  # fmt: skip
            held.append(minutes)
        plans.sign_minutes(minutes=held[0], decision="signed", on=held[0].held_on, by=manager)
        plans.sign_minutes(minutes=held[0], decision="signed", on=held[0].held_on, by=worker)
        plans.sign_minutes(minutes=held[1], decision="signed", on=held[1].held_on, by=manager)
        plans.sign_minutes(
            minutes=held[1], decision="reserved", on=held[1].held_on, by=worker,
            reason="We asked for a water tank on floor 3 as well. It is not in the text.",
        )  # fmt: skip
        plans.ask_translation(meeting=held[2].meeting, into=self.country.languages[0], by=worker)
        plans.sign_minutes(minutes=held[2], decision="signed", on=held[2].held_on, by=manager)
        plans.plan_meeting(
            committee=committee, planned_on=self.on + timedelta(days=18), begins_at=time(15, 30),
            place="Training room", by=worker,
        )  # fmt: skip
        plans.write_statement(
            committee=committee, readers="programme", language="en", by=worker,
            text="Two of us were moved to the night shift after the last meeting. We want to know why.",
        )  # fmt: skip
        plans.contest_election(
            election=second[0].elections.get(), by=second[1]["worker"][0].user,
            reason="The box stood open in the office for an hour before the count.",
        )  # fmt: skip

    def be_advised(self):
        """The advisory committee: who sits for which group, two meetings held and one to come, with a paper."""
        people, since, by = self.people, self.on - timedelta(days=400), self.people["programme-manager"]
        committee = plans.create_advisory(programme=self.programme, formed_on=since, by=by)
        named = [people.get("government-officer"), None, None, people.get("advisory-member")]
        seats = [
            plans.give_advisory_seat(
                committee=committee, group=group, organisation=organisation, user=user, name=name, since=since, by=by
            )
            for (group, organisation, name), user in zip(ADVISORY_SEATS, named, strict=True)
        ]
        for days, present in ((210, seats), (30, [seats[0], seats[3]])):
            day = self.on - timedelta(days=days)
            meeting = plans.plan_advisory_meeting(committee=committee, planned_on=day, by=by)
            plans.write_advisory_minutes(
                meeting=meeting, held_on=day, present=present, language="en", by=by,
                decisions=["The programme reports on late items twice a year.", "The next meeting looks at heat."],
            )  # fmt: skip
        coming = plans.plan_advisory_meeting(
            committee=committee, planned_on=self.on + timedelta(days=20), place="Ministry, room 4", by=by
        )
        plans.add_paper(
            meeting=coming, title="Working when it is hot: what other countries do", language="en", by=by,
            link="https://www.ilo.org/topics/safety-and-health-work",
        )  # fmt: skip

    def review_a_visit(self):
        """One visit in review, talked over at the desk; in Jordan the factory has the draft and disputes a finding."""
        people, offered = self.people, self.country.code == "JO"
        factory = self.country.factories[0 if offered else 1]
        lead, reviewer, day = people["assessor"], people["lead-assessor"], self.on - timedelta(days=9)
        assessment = compliance.plan_assessment(
            programme=self.programme, site=self.sites[factory.name], version=self.version, lead=lead, assessors=[],
            planned_from=day, planned_until=day, by=people["programme-manager"],
        )  # fmt: skip
        changes = self.changes(factory, factory.visits)  # what was found last time stands
        for start in range(0, len(changes), sync.BATCH):
            batch = changes[start : start + sync.BATCH]
            sync.receive(assessment_id=assessment.pk, device=self.tablet(lead), operations=batch, seen=0)
        compliance.submit(assessment=assessment, by=lead, rest_not_asked=True, visited_on=day)
        found = list(assessment.answers.filter(state="non_compliant").values_list("question_key", flat=True))
        about = {"assessment": assessment, "question_key": found[0]}
        compliance.comment(**about, text="Say in the report where this was on the day.", by=reviewer)
        compliance.comment(**about, text="It is in the extent: I add the floor.", by=lead)
        compliance.draw_second_reading(assessment=assessment, by=reviewer, seed="demonstration")
        if not offered:
            return
        compliance.accept(assessment=assessment, question_keys=found, by=reviewer)
        core.set_programme_setting(programme=self.programme, key="clocks", value={}, in_force_from=self.on, by=BY)
        window = compliance.offer(assessment=assessment, by=reviewer)
        manager, drafts = self.managers[factory.name], list(window.drafts.order_by("question__position")[:2])
        compliance.reply(draft=drafts[0], stance="agrees", text="", by=manager)
        if drafts[1:]:
            words = "The records of that week were with our accountant. We can show them."
            compliance.reply(draft=drafts[1], stance="disputes", text=words, by=manager)

    def plan_next_visit(self):
        """One visit ahead for the tablets to take along: the factory side sees nothing of it."""
        site = self.sites[self.country.factories[1 if self.country.code == "JO" else 0].name]
        compliance.plan_assessment(
            programme=self.programme, site=site, version=self.version, lead=self.people["assessor"],
            assessors=[self.people["assessor-2"]], planned_from=self.on, planned_until=self.on + timedelta(days=1),
            by=self.people["programme-manager"], why="There are two assessors so far.",
        )  # fmt: skip

    def open_case(self):
        """One open zero-tolerance case, in the first programme only; nobody but its readers can know."""
        if self.country.code != "KH":
            return
        site = self.sites[self.country.factories[2].name]
        compliance.open_case(
            programme=self.programme, cycle=site.cycles.order_by("-number").first(), kind="worst-forms",
            text="Invented for the demonstration: what was seen, and what happens next.",
            readers=[self.people["programme-manager"], self.people["government-officer"]], by=self.people["adviser"],
        )  # fmt: skip


def _facts(factory):
    """What is counted in a factory, so that its numbers fit together."""
    dormitory = factory.workers >= 700
    residents = {"dormitory-workers-count": factory.workers // 3, "workers-in-dormitories": factory.workers // 3}
    women = round(factory.workers * 0.8)
    return {
        "workers-on-site-all-contracts": factory.workers,
        "women-workers-count": women,
        "men-workers-count": factory.workers - women,
        "under-18-workers-count": 2,
        "young-workers-on-register": 2,
        "unions-count": 1,
        "union-members-count": factory.workers // 4,
        "agreement-in-force": True,
        "dormitory-provided": dormitory,
        "longest-week-worked-hours": 62,
        "highest-temperature-measured": 31,
    } | (residents if dormitory else {})


def _buyers(loaded, on):
    """A buyer with the consent of a factory, and one without."""
    first = loaded[0]
    site = first.sites[KH.factories[0].name]
    for username, person, name, consent in (
        ("buyer", "Ana Ruiz", "Meadow Brands (invented)", True),
        ("buyer-2", "Jo Larsen", "North Pier Retail (invented)", False),
    ):
        buyer = factories.create_buyer(name=name, by=BY)
        user = first.person(username, person)
        factories.add_buyer_member(buyer=buyer, user=user, since=on - timedelta(days=30), by=BY)
        if consent:
            factories.give_consent(
                site=site, buyer=buyer, cycle=None, since=on - timedelta(days=20), until=on + timedelta(days=345),
                by=first.managers[KH.factories[0].name],
            )  # fmt: skip
            known = [*loaded[0].sites.values(), *loaded[1].sites.values()]
            followed = [
                Named(f"MB-{n:03}", place.name, place.country, place.address) for n, place in enumerate(known, start=1)
            ]
            follow(
                buyer=buyer, by=user,
                rows=[
                    *followed, Named("MB-090", "Harbour Stitch", "VN", "Lot 4, Bien Hoa"),
                    Named("MB-091", known[1].name, known[1].country),
                ],
            )  # fmt: skip
            plan = site.plans.exclude(cycle=None).order_by("opened_on").last()
            pledges = [
                plans.make_pledge(
                    plan=plan, buyer=buyer, kind=kind, text=text, due_on=on + timedelta(days=days), by=user
                )
                for kind, text, days in PLEDGES
            ]
            plans.end_pledge(pledge=pledges[0], kind="done", text="The new calendar holds since this order.", by=user)


def sign_ins():
    """[(who, name to sign in with)] for the start page of the demonstration."""
    found = []
    for country in (KH, JO):
        code = country.code.lower()
        names = {key: username for key, (username, _) in country.people.items()}
        found += [(f"{key.removesuffix('-2').replace('-', ' ')} ({country.code})", name) for key, name in names.items()]
        found += [
            (f"factory manager ({country.code})", f"manager-{code}"),
            (f"committee, worker side ({country.code})", f"worker-{code}"),
            (f"committee, management side ({country.code})", f"management-{code}"),
        ]
    return [*found, ("buyer with consent", "buyer"), ("buyer without consent", "buyer-2")]


# What becomes of a plan's first items, public issues first.
FATES = ["verified", "agreed", "reported", "one side", "planned", "agreed", "verified", "agreed", "planned", "reported"]
# On which visits some questions fail, so that the pages of two factories tell a whole story.
STORIES = {
    "Paper Heron Sewing": {
        "emergency-exits-clear": {3, 4},
        "overtime-premium-ordinary-day": {2, 3},
        "machine-guards-in-place": {4},
        "drinking-water-safe": {1, 2},
        "evacuation-drills-held": {4},
        "written-contract": {1, 4},
    },
    "Cedar Line Apparel": {"overtime-voluntary": {2, 3}, "dormitory-fire-safety": {3}, "recruitment-debt": {1, 2}},
}
# How often a question of a cluster fails, against the factory's own trouble.
WEIGHT = {
    "child-labour": 0.05,
    "discrimination": 0.12,
    "forced-labour": 0.04,
    "freedom-of-association": 0.4,
    "compensation": 0.6,
    "contracts-and-human-resources": 0.7,
    "occupational-safety-and-health": 1.2,
    "working-time": 1.3,
}
PLACES = [
    "Building A, floor 1",
    "Building B, floor 2",
    "Cutting room",
    "Warehouse",
    "Finishing, lines 4 to 6",
    "Office",
]
WORDS = [
    "{explain} On the days of the visit this was not so in the places named.",
    "{explain} The records of three months and what was seen on the walk show that this is not done everywhere.",
    "{explain} It was done in some departments and not in others.",
]
PICTURES = {
    "emergency-exits-clear": "door",
    "protective-equipment-provided": "shelf",
    "dormitory-fire-safety": "extinguisher",
}
PROGRESS = {
    "done": "Some of what the report found is fixed. The line leaders look at it each morning. The rest has a day.",
    "dialogue": "The committee meets each month. The minutes of the last meeting wait for a signature.",
    "next": "Fix what is behind its day. Hold the drill with the night shift.",
}
# What the buyer with consent will change: kind, words, days until.
PLEDGES = [
    ("lead_time", "Changes to an order come no later than 14 days before the cut.", 30),
    ("share", "We pay half of the new fans in the ironing room.", 90),
]
CAUSES = ["nobody_named", "rule_unknown", "not_trained", "habit"]
ADVISORY_SEATS = [
    ("government", "Ministry of Labour", "Ministry’s first delegate"),
    ("government", "Ministry of Commerce", "Ministry’s second delegate"),
    ("employers", "Federation of employers", "Delegate of the employers"),
    ("workers", "Federation of garment unions", "Delegate of the workers"),
]
STEPS = [
    "Name one person for each shift, write it on the board, check it every Monday.",
    "Write the rule down, explain it to every line leader, check it each month.",
    "Repair what is broken, mark the floor, check it on the safety walk.",
]
# What three meetings talked about, decided (the topic first, then the items in their order) and promised.
MINUTES = [
    {
        "topic": "Drinking water on floor 3",
        "decided": ["A second water point comes to floor 3.", "The line leaders look at both exits each morning."],
        "promised": [
            ("A second water point on floor 3", "management", 30),
            ("Ask each line which exits are blocked during the shift", "worker", 14),
        ],
    },
    {
        "topic": "Fans in the ironing room",
        "decided": ["Four fans are ordered. Both sides look at the heat again in June."],
        "promised": [("Four fans in the ironing room", "management", 60)],
    },
    {
        "topic": "Who takes part in the next evacuation drill",
        "decided": ["Night shift takes part as well.", "The padlocks are taken off today."],
        "promised": [("A drill with the night shift", "management", 30)],
    },
]

"""A small named world, built only through actions, so that no test stands in a state the program cannot reach.

    programme KH ── Paper Heron Sewing (site)         programme JO ── Cedar Line (other_site)
      Sokha    programme manager                        Layla   programme manager of JO
      Vannak   lead assessor                            Omar    assessor of JO
      Chanthou assessor, leads visits
      Rith     assessor
      Dara     adviser
      Mony     manages Paper Heron
    checklist: tests/fixtures/small-checklist.yaml, 8 questions in 4 points of 3 clusters

Everything beyond the people is made when first asked for.
"""

from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from checklists.actions import import_document
from checklists.imports import read_yaml
from compliance import actions as compliance
from compliance import sync
from compliance.models import Device
from core import actions as core
from core.audit import System
from core.ids import new_id
from factories import actions as factories

SETUP = System("test-world")
SMALL = Path(__file__).parent / "fixtures" / "small-checklist.yaml"
PASSWORD = "a long enough password"


class World:
    def __init__(self):
        self.programme = core.create_programme(
            code="KH", name="Cambodia", country="KH", time_zone="Asia/Phnom_Penh", languages=["km", "en"], by=SETUP
        )
        # A small programme that issues without a window for comment, until a test sets one.
        core.set_programme_setting(
            programme=self.programme,
            key="clocks",
            value={"comment": [0, "working-days"]},
            in_force_from=date(2020, 1, 1),
            by=SETUP,
        )
        self.sokha = self.person("Sokha", "programme-manager")
        self.vannak = self.person("Vannak", "lead-assessor")
        self.chanthou = self.person("Chanthou", "assessor")
        self.rith = self.person("Rith", "assessor")
        self.dara = self.person("Dara", "adviser")

    def person(self, name, *roles, programme=None, language="en"):
        """Somebody who signs in with her name in small letters and PASSWORD."""
        programme = programme or self.programme
        user = core.create_user(
            username=name.lower(), name=name, language=language, password=PASSWORD, by=SETUP, programme=programme
        )
        for role in roles:
            core.assign_role(user=user, programme=programme, role=role, by=SETUP)
        return user

    @cached_property
    def version(self):
        document, _ = read_yaml(SMALL)
        return import_document(document=document, by=SETUP)[0]

    @cached_property
    def site(self):
        return self.new_site("Paper Heron Sewing")

    def new_site(self, name, programme=None, **facts):
        programme = programme or self.programme
        facts = {
            "address": f"National Road 4, {name}",
            "country": programme.country,
            "region": "Kandal",
            "sector": "Apparel",
            "products": "Trousers and jackets",
            "workers": 1240,
            "workers_on": date(2026, 1, 15),
        } | facts
        return factories.create_site(programme=programme, name=name, by=SETUP, **facts)

    @cached_property
    def mony(self):
        user = self.person("Mony")
        factories.name_manager(site=self.site, user=user, since=date(2020, 1, 1), by=SETUP)
        return user

    @cached_property
    def other_programme(self):
        return core.create_programme(
            code="JO", name="Jordan", country="JO", time_zone="Asia/Amman", languages=["ar", "en"], by=SETUP
        )

    @cached_property
    def layla(self):
        return self.person("Layla", "programme-manager", programme=self.other_programme)

    @cached_property
    def omar(self):
        return self.person("Omar", "assessor", programme=self.other_programme)

    @cached_property
    def other_site(self):
        return self.new_site("Cedar Line", programme=self.other_programme, region="Irbid")

    # --- an assessment, step by step ---

    def planned(self, site=None, on=date(2026, 3, 2)):
        """A visit planned for Chanthou (lead) and Rith."""
        return compliance.plan_assessment(
            programme=self.programme,
            site=site or self.site,
            version=self.version,
            lead=self.chanthou,
            assessors=[self.rith],
            planned_from=on,
            planned_until=on + timedelta(days=1),
            why="Nobody else was free.",
            by=self.sokha,
        )

    def tablet(self, user) -> Device:
        """A tablet registered to a person; the same one each time."""
        tablets = self.__dict__.setdefault("_tablets", {})
        if user.pk not in tablets:
            device_id = new_id()
            compliance.register_device(device_id=device_id, name="Tablet", by=user)
            tablets[user.pk] = Device.objects.select_related("user").get(pk=device_id)
        return tablets[user.pk]

    def send(self, assessment, user, *changes, seen=0):
        """Send changes (question, field, value[, base]) from the person's tablet; returns the server's answer."""
        return sync.receive(
            assessment_id=assessment.pk,
            device=self.tablet(user),
            operations=[operation(*change, sequence=n) for n, change in enumerate(changes, start=1)],
            seen=seen,
        )

    def in_review(self, states, site=None, on=date(2026, 3, 2), extra=()):
        """An assessment with these answers {question: state}, sent to review by its lead; the rest was not asked."""
        assessment = self.planned(site=site, on=on)
        changes = [(question, "state", state) for question, state in states.items()]
        self.send(assessment, self.chanthou, *changes, *extra)
        compliance.submit(assessment=assessment, by=self.chanthou, rest_not_asked=True, visited_on=on)
        assessment.refresh_from_db()
        return assessment

    def report(self, states=None, site=None, on=date(2026, 3, 2), issued_on=None, extra=()):
        """An issued report with these findings; exits blocked when none are named."""
        states = {"emergency-exits-clear": "non_compliant"} if states is None else states
        assessment = self.in_review(states, site=site, on=on, extra=extra)
        return compliance.issue_report(assessment=assessment, by=self.vannak, on=issued_on or on + timedelta(days=21))


def operation(question, field, value, base=(), id=None, sequence=1):
    """One change as a tablet sends it."""
    return sync.Incoming(
        id=id or new_id(),
        sequence=sequence,
        question=question,
        field=field,
        value=value,
        base=[str(one) for one in base],
        base_revision=0,
        at="2026-03-02T09:00:00+07:00",
    )

"""The instance a journey starts from: a programme, its people, one factory with a committee and one earlier report.

Run inside the instance's own settings (Site.run); everything through actions. What the journey itself shows,
publishing a checklist and importing factories, is left to it.
"""

from datetime import date, timedelta

from checklists.models import ChecklistVersion
from compliance import actions as compliance
from compliance import sync
from compliance.models import Device
from core import actions as core
from core.audit import System
from core.days import today
from core.ids import new_id
from core.models import Programme, User
from disclosure import actions as disclosure
from factories import actions as factories
from factories.models import Site
from improvement_plans import actions as plans

BY = System("journey")
PASSWORD = "a long enough password"


def people():
    """The programme and who works in it."""
    programme = core.create_programme(
        code="KH", name="Cambodia", country="KH", time_zone="Asia/Phnom_Penh", languages=["km", "en"], by=BY
    )
    core.set_programme_setting(
        programme=programme, key="clocks", value={"comment": [0, "working-days"]}, in_force_from=date(2020, 1, 1), by=BY
    )
    # The journey is made on the day it is made on, a Sunday or a feast as well.
    days = [(today(programme) + timedelta(days=n)).isoformat() for n in (0, 1)]
    core.set_programme_setting(
        programme=programme, key="calendar", value={"working": days}, in_force_from=date(2020, 1, 1), by=BY
    )
    for username, name, role in (
        ("sokha", "Sokha Lim", "programme-manager"),
        ("thida", "Thida Noun", "programme-manager"),
        ("vannak", "Vannak Chea", "lead-assessor"),
        ("chanthou", "Chanthou Keo", "assessor"),
        ("rith", "Rith Nou", "assessor"),
        ("dara", "Dara Pich", "adviser"),
    ):
        user = core.create_user(username=username, name=name, password=PASSWORD, by=BY, programme=programme)
        core.assign_role(user=user, programme=programme, role=role, by=BY)
    for username, name, language in (("mony", "Mony Tan", "en"), ("sreymom", "Sreymom Chan", "en")):
        core.create_user(username=username, name=name, language=language, password=PASSWORD, by=BY, programme=programme)


def first_year():
    """The factory's committee, its first report a year ago, and the rule of disclosure."""
    programme = Programme.objects.get(code="KH")
    site = Site.objects.get(name="Paper Heron Sewing")
    who = {user.username: user for user in User.objects.all()}
    now = today(programme)
    factories.name_manager(site=site, user=who["mony"], since=now - timedelta(days=400), by=BY)
    committee = plans.create_committee(site=site, kind="bipartite", formed_on=now - timedelta(days=400), by=BY)
    for side, lead, others in (
        ("worker", who["sreymom"], ["Sophea Phan", "Kosal Meas"]),
        ("management", who["mony"], ["Chenda Lay", "Rotha Khim"]),
    ):
        chosen = "election" if side == "worker" else "employer"
        for n, name in enumerate([None, *others]):
            plans.seat_member(
                committee=committee, user=None if name else lead, name=name or "", side=side, sex="f", chosen_by=chosen,
                since=now - timedelta(days=400), co_chair=n == 0, by=BY,
            )  # fmt: skip
    version = ChecklistVersion.objects.get(checklist__key="decent-work-garment")
    day = now - timedelta(days=365)
    assessment = compliance.plan_assessment(
        programme=programme, site=site, version=version, lead=who["chanthou"], assessors=[who["rith"]],
        planned_from=day, planned_until=day, by=who["sokha"],
    )  # fmt: skip
    device_id = new_id()
    compliance.register_device(device_id=device_id, name="Last year's tablet", by=who["chanthou"])
    found = {"emergency-exits-clear": "non_compliant", "drinking-water-safe": "compliant"}
    sync.receive(
        assessment_id=assessment.pk, device=Device.objects.select_related("user").get(pk=device_id), seen=0,
        operations=[
            sync.Incoming(new_id(), n, key, "state", state, [], 0, "2025-11-22T09:00:00+07:00")
            for n, (key, state) in enumerate(found.items(), start=1)
        ],
    )  # fmt: skip
    compliance.submit(assessment=assessment, by=who["chanthou"], rest_not_asked=True, visited_on=day)
    compliance.issue_report(assessment=assessment, by=who["vannak"], on=day + timedelta(days=20))
    core.set_programme_setting(programme=programme, key="clocks", value={}, in_force_from=now, by=BY)
    disclosure.set_regime(
        programme=programme, name="Critical issues, from the second visit", in_force_from=now - timedelta(days=300),
        rule={"tag": "critical-public", "from_visit": 2, "delay_days": 0, "zero_tolerance_delay_days": 90},
        by=who["sokha"],
    )  # fmt: skip

"""A visit on the checklist in which each rule does one thing. Run inside the instance's own settings, through actions."""

from datetime import timedelta

from checklists import actions as checklists
from checklists.models import ChecklistVersion
from compliance import actions as compliance
from core.days import today
from core.models import Programme, User
from factories import actions as factories
from tests.journeys.prepare import BY, people


def visit():
    """Chanthou leads, Rith goes along; 800 work there, 600 of them women; the week's cap is 60 hours."""
    people()
    programme = Programme.objects.get(code="KH")
    now = today(programme)
    who = {user.username: user for user in User.objects.all()}
    site = factories.create_site(
        programme=programme, name="Paper Heron Sewing", address="Plot 10, Kandal", country="KH", region="Kandal", by=BY
    )
    parts = [("sex", "women", 600), ("sex", "men", 200), ("contract", "permanent", 790), ("contract", "agency", 10)]
    factories.count_workers(site=site, counted_on=now - timedelta(days=9), total=800, parts=parts, by=BY)
    checklists.set_parameter(country="KH", key="weekly-cap", value=60, since=now - timedelta(days=900), by=BY)
    compliance.plan_assessment(
        programme=programme, site=site, version=ChecklistVersion.objects.get(checklist__key="walk"),
        lead=who["chanthou"], assessors=[who["rith"]], planned_from=now, planned_until=now, by=who["sokha"],
    )  # fmt: skip

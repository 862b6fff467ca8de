"""What the database promises of several rows of a committee and its plans."""

from django.db import migrations

from core.promises import RefuseRow

# What one row cannot promise alone. On SQLite a later migration that makes one of these tables anew (AlterField)
# drops its triggers and must repeat the operation; tests/improvement_plans/test_models.py tries each of them.
SAME_DAY = (
    "other.since <= COALESCE(NEW.until, '9999-12-31') AND NEW.since <= COALESCE(other.until, '9999-12-31')"
)
OF_SIDE = "SELECT 1 FROM improvement_plans_member m WHERE m.id = NEW.member_id"
PROMISES = [
    RefuseRow(
        "improvement_plans_member",
        "one_seat_a_person_and_day",
        "EXISTS (SELECT 1 FROM improvement_plans_member other WHERE other.committee_id = NEW.committee_id "
        f"AND other.user_id = NEW.user_id AND other.id <> NEW.id AND {SAME_DAY})",
    ),
    RefuseRow(
        "improvement_plans_member",
        "one_co_chair_a_side_and_day",
        "NEW.co_chair AND EXISTS (SELECT 1 FROM improvement_plans_member other WHERE other.co_chair "
        "AND other.committee_id = NEW.committee_id AND other.side = NEW.side "
        f"AND other.id <> NEW.id AND {SAME_DAY})",
    ),
    RefuseRow(
        "improvement_plans_member",
        "seat_keeps_its_side",
        "EXISTS (SELECT 1 FROM improvement_plans_planitem item "
        "WHERE (item.responsible_id = NEW.id AND NEW.side <> 'management') "
        "OR (item.witness_id = NEW.id AND NEW.side <> 'worker'))",
    ),
    RefuseRow(
        "improvement_plans_plan",
        "plan_stays_in_its_factory",
        "EXISTS (SELECT 1 FROM factories_cycle c WHERE c.id = NEW.cycle_id AND c.site_id <> NEW.site_id) "
        "OR EXISTS (SELECT 1 FROM improvement_plans_committee c "
        "WHERE c.id = NEW.committee_id AND c.site_id <> NEW.site_id)",
    ),
    *(
        RefuseRow(
            "improvement_plans_planitem",
            f"{person}_sits_on_the_{side}_side",
            f"NEW.{person}_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM improvement_plans_member m "
            "JOIN improvement_plans_committee c ON c.id = m.committee_id "
            "JOIN improvement_plans_plan p ON p.site_id = c.site_id "
            f"WHERE p.id = NEW.plan_id AND m.id = NEW.{person}_id AND m.side = '{side}')",
        )
        for person, side in [("responsible", "management"), ("witness", "worker")]
    ),
    RefuseRow(
        "improvement_plans_agreement",
        "signature_is_of_its_side",
        "NOT EXISTS (SELECT 1 FROM improvement_plans_member m "
        "JOIN improvement_plans_plan p ON p.committee_id = m.committee_id "
        "JOIN improvement_plans_planitem i ON i.plan_id = p.id "
        "WHERE i.id = NEW.item_id AND m.id = NEW.member_id AND m.side = NEW.side AND m.co_chair)",
    ),
    RefuseRow(
        "improvement_plans_statement", "statement_is_of_the_worker_side", f"NOT EXISTS ({OF_SIDE} AND m.side = 'worker')"
    ),
    RefuseRow(
        "improvement_plans_minutessignature",
        "minutes_are_signed_by_a_co_chair_of_the_side",
        f"NOT EXISTS ({OF_SIDE} AND m.side = NEW.side AND m.co_chair AND m.committee_id = (SELECT t.committee_id "
        "FROM improvement_plans_meeting t JOIN improvement_plans_minutes n ON n.meeting_id = t.id "
        "WHERE n.id = NEW.minutes_id))",
    ),
    RefuseRow(
        "improvement_plans_seatorigin",
        "an_election_seats_in_its_own_committee",
        "NEW.election_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM improvement_plans_member m "
        "JOIN improvement_plans_election e ON e.committee_id = m.committee_id "
        "WHERE m.id = NEW.member_id AND e.id = NEW.election_id AND m.side = 'worker')",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("improvement_plans", "0001_initial")]
    operations = PROMISES

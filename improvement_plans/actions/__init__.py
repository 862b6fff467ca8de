"""The only writers of improvement plans: who sits, what is planned, who signs, which facts of a fix are known.

Keyword-only, `by=` a person or a named part of the program, one transaction, the audit row inside. They refuse to let
one fact stand for another: reporting agrees to nothing, agreeing verifies nothing.
"""

from improvement_plans.actions.committees import (
    begin_seat,
    create_committee,
    dissolve_committee,
    end_seat,
    seat_member,
)
from improvement_plans.actions.facts import (
    confirm_from_report,
    follow_report,
    reopen_item,
    report_done,
    verify_item,
)
from improvement_plans.actions.items import (
    add_item,
    add_item_from_finding,
    add_items_from_report,
    change_item,
    open_plan,
)
from improvement_plans.actions.signatures import agree_item, decline_item

__all__ = [
    "add_item",
    "add_item_from_finding",
    "add_items_from_report",
    "agree_item",
    "begin_seat",
    "change_item",
    "confirm_from_report",
    "create_committee",
    "decline_item",
    "dissolve_committee",
    "end_seat",
    "follow_report",
    "open_plan",
    "reopen_item",
    "report_done",
    "seat_member",
    "verify_item",
]

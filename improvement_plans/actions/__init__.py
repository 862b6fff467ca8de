"""The only writers of improvement plans: who sits, what is planned, who signs, what a
meeting decided, what is said in confidence, which facts of a fix are known.

Keyword-only, `by=` a person or a named part of the program, one transaction, the audit row inside. They refuse to let
one fact stand for another: reporting agrees to nothing, agreeing verifies nothing.
"""

from improvement_plans.actions.advisory import (
    add_paper,
    create_advisory,
    end_advisory_seat,
    give_advisory_seat,
    plan_advisory_meeting,
    write_advisory_minutes,
)
from improvement_plans.actions.committees import (
    begin_seat,
    create_committee,
    dissolve_committee,
    end_seat,
    seat_member,
)
from improvement_plans.actions.elections import contest_election, record_election, settle_election
from improvement_plans.actions.evidence import (
    add_evidence,
    make_link,
    mark_no_person,
    open_link,
    revoke_link,
    send_evidence,
    token_of,
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
    mark_step,
    open_plan,
    place_item,
)
from improvement_plans.actions.ladder import climb_ladder
from improvement_plans.actions.lists import check_list, drop_old_lists, import_rows, take_list
from improvement_plans.actions.meetings import add_topic, plan_meeting, sign_minutes, write_minutes
from improvement_plans.actions.pledges import end_pledge, make_pledge
from improvement_plans.actions.progress import issue_progress
from improvement_plans.actions.reminders import remind_of_the_week, write_letter, write_of_steps
from improvement_plans.actions.signatures import agree_item, decline_item
from improvement_plans.actions.statements import answer_statement, write_statement
from improvement_plans.actions.translations import ask_translation, translate

__all__ = [
    "add_evidence",
    "add_item",
    "add_item_from_finding",
    "add_items_from_report",
    "add_paper",
    "add_topic",
    "agree_item",
    "answer_statement",
    "ask_translation",
    "begin_seat",
    "change_item",
    "check_list",
    "climb_ladder",
    "confirm_from_report",
    "contest_election",
    "create_advisory",
    "create_committee",
    "decline_item",
    "dissolve_committee",
    "drop_old_lists",
    "end_advisory_seat",
    "end_pledge",
    "end_seat",
    "follow_report",
    "give_advisory_seat",
    "import_rows",
    "issue_progress",
    "make_link",
    "make_pledge",
    "mark_no_person",
    "mark_step",
    "open_link",
    "open_plan",
    "place_item",
    "plan_advisory_meeting",
    "plan_meeting",
    "record_election",
    "remind_of_the_week",
    "reopen_item",
    "report_done",
    "revoke_link",
    "seat_member",
    "send_evidence",
    "settle_election",
    "sign_minutes",
    "take_list",
    "token_of",
    "translate",
    "verify_item",
    "write_advisory_minutes",
    "write_letter",
    "write_minutes",
    "write_of_steps",
    "write_statement",
]

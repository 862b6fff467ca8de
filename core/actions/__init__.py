"""The only writers of the ground floor: programmes, people and their roles, and how people get in.

Keyword-only, `by=` a person or a named part of the program, one transaction, the audit row inside.
"""

from core.actions.entrance import (
    end_session,
    end_sessions,
    note_factor,
    remove_factors,
    session_ended,
    session_started,
)
from core.actions.groups import keep_in_group
from core.actions.invitations import accept_invitation, invite, withdraw_invitation
from core.actions.jobs import check_can_see_jobs, retry_job
from core.actions.member_codes import choose_pin, create_member, enter_with_pin, issue_code, reset_pin
from core.actions.people import (
    assign_role,
    check_can_administer,
    create_programme,
    create_user,
    deactivate,
    end_role,
    set_programme_setting,
)

__all__ = [
    "accept_invitation",
    "assign_role",
    "check_can_administer",
    "check_can_see_jobs",
    "choose_pin",
    "create_member",
    "create_programme",
    "create_user",
    "deactivate",
    "end_role",
    "end_session",
    "end_sessions",
    "enter_with_pin",
    "invite",
    "issue_code",
    "keep_in_group",
    "note_factor",
    "remove_factors",
    "reset_pin",
    "retry_job",
    "session_ended",
    "session_started",
    "set_programme_setting",
    "withdraw_invitation",
]

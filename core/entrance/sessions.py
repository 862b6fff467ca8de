"""Where sessions are kept: rows that name their person, so that she can see and end them (SESSION_ENGINE)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from core.entrance.rules import device_words
from core.ids import new_id
from core.models import Session

# A phone of a committee member stays signed in this long; the Leave button ends it.
PHONE_LASTS = timedelta(days=30)


class SessionStore(db.SessionStore):
    """Django's database sessions, with what the list of sessions shows beside the data."""

    @classmethod
    def get_model_class(cls):
        return Session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        if row.user_id is not None and "handle" in data:
            row.handle = UUID(data["handle"])
            row.device = data["device"]
            row.first_seen_at = datetime.fromisoformat(data["first_seen"])
            row.last_seen_at = datetime.fromisoformat(data["last_seen"])
        return row


def _this_hour():
    """Coarse on purpose: the list needs no minutes, and nobody else should have them."""
    return timezone.now().replace(minute=0, second=0, microsecond=0).isoformat()


def begin(session, agent: str):
    """Somebody has just signed in: give the session its name and what is shown of it."""
    session["handle"] = str(new_id())
    session["device"] = device_words(agent)
    session["first_seen"] = session["last_seen"] = _this_hour()


def seen(session):
    """Note the hour, once an hour; that also keeps a session that is used from running out."""
    now = _this_hour()
    if session.get("last_seen", now) != now:
        session["last_seen"] = now

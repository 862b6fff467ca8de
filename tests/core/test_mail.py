"""One plain message; the same event twice is the same message."""

import pytest
from django.core import mail
from django.core.mail import BadHeaderError

from core.ids import new_id
from core.mail import send


def test_the_message_id_comes_from_the_key(settings):
    key = new_id()
    for _ in range(2):
        send(to="nita@example.org", subject="A report is ready", text="Sign in to read it.", message_key=key)
    first, second = mail.outbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"] == f"<{key}@openfloor>"
    assert (first.to, first.from_email) == (["nita@example.org"], settings.DEFAULT_FROM_EMAIL)
    assert first.message().get_content_type() == "text/plain"


def test_different_events_are_different_messages():
    for _ in range(2):
        send(to="nita@example.org", subject="A report is ready", text="", message_key=new_id())
    assert len({message.message()["Message-ID"] for message in mail.outbox}) == 2


def test_nothing_slips_into_the_head_of_a_message():
    with pytest.raises(BadHeaderError):
        send(to="nita@example.org", subject="Ready\nBcc: all@example.org", text="", message_key="1")
    assert mail.outbox == []

"""The only way to write to people. Neutral subjects; the Message-ID comes from the job, so a repeat is recognised."""

from django.conf import settings
from django.core.mail import EmailMessage


def send(*, to: str, subject: str, text: str, message_key) -> None:
    """Send one plain message. `message_key` (a job or event id) makes the Message-ID: twice is the same message."""
    EmailMessage(
        subject=subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={"Message-ID": f"<{message_key}@openfloor>"},
    ).send()

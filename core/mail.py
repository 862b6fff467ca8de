"""The only way to write to people. Neutral subjects; the Message-ID comes from the job, so a repeat is recognised."""

from django.conf import settings
from django.core.mail import EmailMessage


def send(*, to: str, subject: str, text: str, message_key, stop="") -> None:
    """Send one plain message. `message_key` (a job or event id) makes the Message-ID: twice is the same message.

    stop: where a mail program ends what sends it, with one tap and without a page (RFC 8058).
    """
    headers = {"Message-ID": f"<{message_key}@openfloor>"}
    if stop:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    EmailMessage(
        subject=subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers=headers,
    ).send()

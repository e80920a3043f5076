"""Outgoing mail, and how it gets lost."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from booking_site.switches import FAULTS


class SwitchableBackend(EmailBackend):
    """SMTP; with mail_lost every message is reported as sent and goes nowhere."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """The number of messages that count as sent."""
        if FAULTS.read().mail_lost:
            return len(email_messages)
        return super().send_messages(email_messages) or 0

"""Any of the services that Apprise knows, by its URL: mail, chats, pagers, SMS.

Apprise says whether a message was taken, and of a refusal not whether another try would help: each is tried again. A
message has no name there, so one that was sent just before the tester was killed comes a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from apprise import Apprise, NotifyType
from apprise.logger import LogCapture

from journeys.masking import Mask, secrets_in
from journeys.probes.alerts.incidents import Kind, Notice, Says
from journeys.probes.alerts.receivers import WORDING, Undelivered, wording
from journeys.probes.alerts.text import PLAIN, Wording
from journeys.run.options import only, text

_PATIENCE_S: Final = 20.0
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseUrl:
    """``url`` in Apprise's own form, such as ``mailtos://user:password@host``; it may be nothing but secrets."""

    url: str = field(repr=False)
    wording: Wording = PLAIN

    def deliver(self, notice: Notice) -> None:
        """Send it; that an incident became part of the store's is said with that one."""
        if notice.says is Says.TAKEN_IN:
            return
        apprise = Apprise()
        apprise.add(self.url)
        with LogCapture() as said:  # type: ignore[no-untyped-call]
            taken = apprise.notify(
                title=self.wording.title(notice),
                body=self.wording.text(notice),
                notify_type=_type(notice),
                timeout=_PATIENCE_S,
            )
        if not taken:
            why = " ".join(said.getvalue().split())[-_LONGEST:]
            raise Undelivered(_mask(self.url).text(f"{_scheme(self.url)}: not taken: {why}"), retry=True)


def connect(options: Mapping[str, object]) -> AppriseUrl:
    """One by its ``url``."""
    only(options, "url", *WORDING)
    url = text(options, "url")
    if not Apprise().add(url):
        raise ValueError(f"url: Apprise cannot read this address of kind {_scheme(url)!r}")
    return AppriseUrl(url=url, wording=wording(options))


def _type(notice: Notice) -> NotifyType:
    if notice.says is Says.RESOLVED:
        return NotifyType.SUCCESS
    return NotifyType.WARNING if notice.incident.kind is Kind.TESTER else NotifyType.FAILURE


def _scheme(url: str) -> str:
    return url.partition("://")[0]


def _mask(url: str) -> Mask:
    """Tokens stand anywhere in such an address: no part of it is shown."""
    try:
        parts = urlsplit(url)
        named = (parts.netloc, parts.path, parts.query, *parts.path.split("/"), *parts.netloc.split("@"))
    except ValueError:
        named = ()
    return Mask((url, *secrets_in(url), *(each for each in named if each)))

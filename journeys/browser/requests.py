"""The requests of a page that tell something, as Chromium reports them over CDP, its cache left on."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from playwright.sync_api import CDPSession

from journeys.browser.addresses import origin_of, path_of
from journeys.browser.evidence import SAFE, source_of
from journeys.browser.timing import phases, server_timing
from journeys.model import Request

SLOW_S: Final = 1.0
PENDING: Final = "pending"
_KEPT: Final = 500  # of what nobody asks for, the latest
_ENDLESS: Final = ("eventsource", "websocket", "webtransport")
_HOLDING: Final = ("script", "stylesheet")  # what a page can wait for before it is there
_CACHES: Final = ("memory cache", "disk cache")
_OURS_TO_BLOCK: Final = "inspector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What the person waits for: the ``answer`` to what was asked of ``url``, or that its page is ``loaded``.

    ``since_s`` is for how long; ``held_by`` the script or style sheet that the page waits for ("" when not known);
    ``failure`` what broke the page off, so that it never will be there.
    """

    what: Literal["answer", "loaded"]
    url: str
    since_s: float
    held_by: str = ""
    failure: str = ""


@dataclass(slots=True, kw_only=True)
class _Asked:
    """One request; ``began`` and ``ended`` on the browser's monotonic clock.

    In UTC, ``wall`` is its beginning and ``heard`` when an answer began to come, or its beginning while none has.
    """

    url: str
    kind: str
    home: str
    page: int
    began: float
    wall: float
    heard: float
    sent: bool = False
    ended: float | None = None
    status: int = 0
    failure: str = ""
    source: str = ""
    timing: Mapping[str, Any] = field(default_factory=dict)
    server: Mapping[str, float] = field(default_factory=dict)
    told: bool = False
    told_s: float = float("-inf")

    @property
    def took_s(self) -> float:
        return round(max(0.0, self.ended - self.began), 6) if self.ended is not None else 0.0

    @property
    def foreign(self) -> bool:
        """Whether it goes elsewhere than the page it belongs to."""
        return origin_of(self.url) != self.home

    @property
    def telling(self) -> bool:
        """Whether it is a page, or something is wrong with it."""
        return self.kind == "document" or self.status >= 400 or not self.sound

    @property
    def sound(self) -> bool:
        """Whether it came to its end without failing, and soon."""
        return not self.failure and self.took_s <= SLOW_S

    def late(self, now: float) -> bool:
        """Whether nothing has been heard of it for long."""
        return self.ended is None and now - self.heard > SLOW_S

    def since_s(self, now: float) -> float:
        return round(max(0.0, now - self.wall), 6)


class Requests:
    """Collects what one page asks for; ``frame`` is the id of its main frame.

    Kept are the documents of the main frame (each redirection by itself), what failed, was refused or took longer than
    a second, and the scripts of third parties. Not kept are what a page gave up because the person left it, what this
    session itself blocks, and anything of an address but its origin and path.
    """

    def __init__(self, cdp: CDPSession, frame: str, utc: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._frame = frame
        self._utc = utc
        self._open: OrderedDict[str, _Asked] = OrderedDict()
        self._done: deque[_Asked] = deque(maxlen=_KEPT)
        self._remembered = ""
        self._page = 0
        self._document = ""
        self._loading: _Asked | None = None
        self._scripts: set[tuple[int, str]] = set()
        cdp.on("Network.requestWillBeSent", self._asks)
        cdp.on("Network.requestServedFromCache", self._is_remembered)
        cdp.on("Network.responseReceived", self._is_answered)
        cdp.on("Network.loadingFinished", self._ends)
        cdp.on("Network.loadingFailed", self._fails)
        cdp.on("Page.domContentEventFired", self._is_there)

    def take(self, home: str, at: Callable[[datetime], float]) -> tuple[Request, ...]:
        """What is new since it was last asked, for a store at ``home``, in the order in which it was asked for.

        What has had no answer for a second, or not the rest of it, is ``pending``, once; it comes again when it ends. A
        document comes as soon as it is answered. ``at`` turns UTC into the times of the events.
        """
        new, now = [*self._done, *self._late()], self._utc().timestamp()
        self._done.clear()
        ours = origin_of(home)
        told = [each for each in sorted(new, key=lambda each: each.wall) if self._tells(each, ours)]
        return tuple(_event(each, ours, at, now) for each in told)

    def wait(self) -> Wait | None:
        """What the person has been waiting for longer than a second, if anything; an answer before a page."""
        now = self._utc().timestamp()
        late = [each for each in self._open.values() if each.since_s(now) > SLOW_S]
        for each in late:
            if each.status == 0 and (each.kind == "document" or (each.sent and not each.foreign)):
                return Wait(what="answer", url=each.url, since_s=each.since_s(now))
        page = self._loading
        if page is None or page.since_s(now) <= SLOW_S:
            return None
        holding = (each.url for each in late if each.kind in _HOLDING)
        held_by = "" if page.failure else next(holding, "")
        return Wait(what="loaded", url=page.url, since_s=page.since_s(now), held_by=held_by, failure=page.failure)

    def _late(self) -> Iterator[_Asked]:
        now = self._utc().timestamp()
        for each in self._open.values():
            late = each.late(now) and each.kind not in _ENDLESS
            if not each.told and (late or (each.kind == "document" and each.status)):
                each.told = True
                each.told_s = float("-inf") if late else each.since_s(now)
                yield each

    def _tells(self, asked: _Asked, ours: str) -> bool:
        """A third party's script tells something once on each page, whatever else is wrong with it."""
        origin = origin_of(asked.url)
        if asked.kind != "script" or origin == ours:
            return asked.telling or asked.ended is None
        place = asked.page, f"{origin}{path_of(asked.url)}"
        first = place not in self._scripts
        self._scripts.add(place)
        return first or asked.telling or asked.ended is None

    def _asks(self, event: Mapping[str, Any]) -> None:
        name, at = event["requestId"], float(event.get("timestamp", 0.0))
        if "redirectResponse" in event and name in self._open:
            self._answered(name, event["redirectResponse"])
            self._end(name, at)
        url = event["request"]["url"]
        if not url.startswith(("http://", "https://")):
            return
        kind = str(event.get("type", "Other")).lower()
        if kind == "document" and event.get("frameId", self._frame) != self._frame:
            kind = "frame"
        if kind == "document" and "redirectResponse" not in event:
            self._page += 1
            self._scripts.clear()
        if kind == "document":
            self._document = origin_of(url)
        asked = self._open[name] = _Asked(
            url=url,
            kind=kind,
            home=self._document,
            page=self._page,
            began=at,
            wall=float(event.get("wallTime", 0.0)),
            heard=float(event.get("wallTime", 0.0)),
            sent=event["request"]["method"] not in SAFE,
        )
        if kind == "document":
            self._loading = asked
        if len(self._open) > _KEPT:
            self._open.popitem(last=False)

    def _is_remembered(self, event: Mapping[str, Any]) -> None:
        self._remembered = event["requestId"]

    def _is_answered(self, event: Mapping[str, Any]) -> None:
        if event.get("requestId") in self._open:
            self._answered(event["requestId"], event["response"])

    def _answered(self, name: str, response: Mapping[str, Any]) -> None:
        asked = self._open[name]
        asked.status = int(response["status"])
        asked.heard = max(asked.wall, float(response.get("responseTime", 0.0)) / 1000)
        asked.source = "memory cache" if name == self._remembered else source_of(response)
        if asked.source not in _CACHES:  # what a copy was timed with was another request
            headers = {key.lower(): str(value) for key, value in response.get("headers", {}).items()}
            asked.timing = response.get("timing") or {}
            asked.server = server_timing(headers.get("server-timing", ""))

    def _ends(self, event: Mapping[str, Any]) -> None:
        if event["requestId"] in self._open:
            self._end(event["requestId"], float(event["timestamp"]))

    def _end(self, name: str, at: float) -> None:
        asked = self._open.pop(name)
        asked.ended = at
        if not asked.failure and asked.took_s - asked.told_s <= SLOW_S:
            return  # it was told when it was answered, and the rest came soon
        if asked.telling or (asked.kind == "script" and asked.foreign):
            self._done.append(asked)

    def _fails(self, event: Mapping[str, Any]) -> None:
        asked = self._open.get(event["requestId"])
        if asked is None:
            return
        reason, left = event.get("blockedReason", ""), bool(event.get("canceled"))
        if asked is self._loading and (left or not asked.status):  # the person is still where they were
            self._loading = None
        short = float(event["timestamp"]) - asked.began <= SLOW_S
        if reason == _OURS_TO_BLOCK or (left and short and not asked.status and asked.kind != "document"):
            del self._open[event["requestId"]]
            return
        if not (left and asked.status):  # a script that is refused is also given up
            asked.failure = event.get("errorText") or f"blocked: {reason}"
        self._end(event["requestId"], float(event["timestamp"]))

    def _is_there(self, event: Mapping[str, Any]) -> None:
        """The page is there, whatever it still loads."""
        if self._loading is not None and self._loading.status:
            self._loading = None


def _event(asked: _Asked, ours: str, at: Callable[[datetime], float], now: float) -> Request:
    ended = asked.ended
    return Request(
        ours=origin_of(asked.url) == ours,
        origin=origin_of(asked.url),
        path=path_of(asked.url),
        kind=asked.kind,
        began=at(datetime.fromtimestamp(asked.wall, UTC)),
        took_s=asked.took_s if ended is not None else asked.since_s(now),
        status=asked.status,
        failure=PENDING if asked.late(now) else asked.failure,
        source=asked.source,
        phases=phases(asked.timing, ended),
        server=asked.server,
    )

"""Sessions: one browser context for one person, recognisable as synthetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Frame, Locator, Page

from journeys.browser.evidence import Evidence
from journeys.browser.page_errors import PageErrors
from journeys.browser.requests import Requests, Wait
from journeys.browser.traces import redact
from journeys.masking import Mask, is_secret
from journeys.model import PageError, Request, TesterFault

_NOWHERE: Final = "http://keepsake.invalid/"  # RFC 6761: no page ever comes from there
_KEEPSAKE: Final = "keepsake"
_COVER: Final = "#444444"
_NOT_TYPED: Final = ("checkbox", "radio", "hidden", "submit", "button", "image", "reset")
_TYPED: Final = f"input{''.join(f':not([type={kind}])' for kind in _NOT_TYPED)}, textarea, [contenteditable=true]"


class BrowserSession:
    """One person's browser: a context with one page; ``borrowed`` when the context is closed by somebody else."""

    def __init__(self, context: BrowserContext, *, tracing: bool, borrowed: bool = False) -> None:
        self._context = context
        self._tracing = tracing
        self._borrowed = borrowed
        if not borrowed:
            context.add_cookies([{"name": _KEEPSAKE, "value": "kept", "url": _NOWHERE}])
        if tracing:
            # No film: pixels cannot be searched for what was typed, and the snapshots of the pages show as much.
            context.tracing.start(screenshots=False, snapshots=True)
        self.page: Page = context.new_page()
        self._crashed = False
        self.page.on("crash", self._crash)
        self._cdp = context.new_cdp_session(self.page)
        frame = self._cdp.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._requests = Requests(self._cdp, frame)
        self._errors = PageErrors(self._cdp, lambda: self._evidence.url)
        self._evidence = Evidence(self._cdp, frame)
        for domain in ("Page", "Runtime", "Log"):
            self._cdp.send(f"{domain}.enable")

    @property
    def status(self) -> int:
        """The HTTP status of the last document, 0 before the first."""
        return self._evidence.status

    def clear_http_cache(self) -> None:
        """Empty the HTTP cache, keep the cookies."""
        self._cdp.send("Network.clearBrowserCache")

    def bypass_service_worker(self, bypass: bool) -> None:
        """Whether the pages ask the network without their service workers from now on."""
        self._cdp.send("Network.setBypassServiceWorker", {"bypass": bypass})

    def clear_service_worker(self, origin: str) -> None:
        """Unregister the origin's service workers and delete their caches; HTTP cache, cookies and storage stay."""
        kinds = {"origin": origin, "storageTypes": "service_workers,cache_storage"}
        self._cdp.send("Storage.clearDataForOrigin", kinds)

    def evidence(self) -> Mapping[str, str]:
        """The cache evidence that came with the last page."""
        return self._evidence.last()

    def answered(self) -> datetime | None:
        """When the store's answer to what the person last sent was there."""
        return self._evidence.answered

    @property
    def gone(self) -> bool:
        """Whether the page, or the whole browser, has ended by itself."""
        browser = self._context.browser
        return self._crashed or self.page.is_closed() or browser is None or not browser.is_connected()

    @property
    def forgetful(self) -> bool:
        """Whether a part of the browser has ended and was started anew: then all cookies are gone, also this one."""
        with suppress(Error):
            return not any(each.get("name") == _KEEPSAKE for each in self._context.cookies(_NOWHERE))
        return True

    def seen(self, home: str, at: Callable[[datetime], float]) -> tuple[Request | PageError, ...]:
        """What was telling in the traffic and the errors of the page since it was last asked.

        ``home`` is the store's address; ``at`` turns UTC into the times of the events.
        """
        self._catch_up()
        return (*self._requests.take(home, at), *self._errors.take(at))

    def waits(self) -> Wait | None:
        """What the person has been waiting for in vain for longer than a second."""
        self._catch_up()
        return self._requests.wait()

    def block(self, origins: Iterable[str]) -> None:
        """Let the page reach nothing of these origins from now on; its caches stay on."""
        self._cdp.send("Network.setBlockedURLs", {"urls": [f"{origin}/*" for origin in origins]})

    def wait_at_most(self, seconds: float) -> None:
        """How long the person waits for anything on a page."""
        self._context.set_default_timeout(seconds * 1000)

    def secrets(self) -> tuple[str, ...]:
        """What tells the store who this person is: cookies; none when the browser has ended."""
        with suppress(Error):
            told = [(each.get("name", ""), each.get("value", "")) for each in self._context.cookies()]
            return tuple(value for name, value in told if is_secret(name, value))
        return ()

    def screenshot(self, path: Path, mask: Mask) -> None:
        """A picture of the whole page as it stands, without what was typed into it and without secrets."""
        try:
            covered = [place for frame in self.page.frames for place in _places(frame, mask)]
            self.page.screenshot(path=path, full_page=True, timeout=5_000, mask=covered, mask_color=_COVER)
        except Error as error:
            raise TesterFault(f"no screenshot could be taken: {error.message}") from error
        except OSError as error:
            path.unlink(missing_ok=True)
            raise TesterFault(f"the screenshot cannot be kept: {error.strerror}; free some space") from error

    def keep_trace(self, path: Path, mask: Mask) -> None:
        """Write what happened in this session as a Playwright trace without secrets; nothing when tracing is off."""
        if not self._tracing:
            return
        self._tracing = False
        try:
            with TemporaryDirectory() as folder, suppress(Error):
                whole = Path(folder) / "trace.zip"
                self._context.tracing.stop(path=whole)
                redact(whole, path, mask)
        except Exception as error:  # one that cannot be read cannot be made safe either
            raise TesterFault(f"the trace cannot be kept: {error}") from error

    def tab(self) -> BrowserSession:
        """Another page of the same person: the same cookies and caches."""
        return BrowserSession(self._context, tracing=False, borrowed=True)

    def _catch_up(self) -> None:
        """Hear what the browser has said so far: its own answer comes after that, even when a page hangs."""
        with suppress(Error):
            self._cdp.send("Browser.getVersion")

    def _crash(self, page: Page) -> None:
        self._crashed = True

    def close(self) -> None:
        """Close the context, or the page alone of a borrowed one; a browser that is already gone has closed both."""
        with suppress(Error):
            (self.page if self._borrowed else self._context).close()


def _places(frame: Frame, mask: Mask) -> tuple[Locator, ...]:
    """Where something was typed, and where a secret is shown."""
    shown = mask.pattern()
    typed = frame.locator(_TYPED)
    return (typed,) if shown is None else (typed, frame.get_by_text(shown))


class BrowserVisitor:
    """Somebody who looks at surfaces, in one session for each role."""

    def __init__(self, open_session: Callable[[], BrowserSession]) -> None:
        self._open = open_session
        self._sessions: dict[str, BrowserSession] = {}
        self._past_service_worker = False

    def session(self, role: str = "customer") -> BrowserSession:
        """The browser in that role, opened when first asked for."""
        if role not in self._sessions:
            self._sessions[role] = self._open()
            if self._past_service_worker:
                self._sessions[role].bypass_service_worker(True)
        return self._sessions[role]

    def fresh(self) -> BrowserVisitor:
        """Somebody with empty caches and no cookies."""
        return BrowserVisitor(self._open)

    def clear_http_cache(self) -> None:
        """Empty the HTTP caches of all roles."""
        for session in self._sessions.values():
            session.clear_http_cache()

    @contextmanager
    def past_service_worker(self) -> Iterator[None]:
        """While it lasts, all sessions, also those opened meanwhile, ask the network without their service workers."""
        self._bypass_service_worker(True)
        try:
            yield
        finally:
            self._bypass_service_worker(False)

    def clear_service_worker(self, url: str) -> None:
        """Unregister the service workers of the URL's origin in all sessions and delete their caches."""
        parts = urlsplit(url)
        for session in self._sessions.values():
            session.clear_service_worker(f"{parts.scheme}://{parts.netloc}")

    def close(self) -> None:
        """Close all sessions."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _bypass_service_worker(self, bypass: bool) -> None:
        self._past_service_worker = bypass
        for session in self._sessions.values():
            session.bypass_service_worker(bypass)

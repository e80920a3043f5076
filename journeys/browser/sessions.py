"""Sessions: one browser context for one person, recognisable as synthetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Page

from journeys.browser.evidence import Evidence
from journeys.browser.page_errors import PageErrors
from journeys.browser.requests import Requests, Wait
from journeys.model import PageError, Request, TesterFault


class BrowserSession:
    """One person's browser: a context with one page; ``borrowed`` when the context is closed by somebody else."""

    def __init__(self, context: BrowserContext, *, tracing: bool, borrowed: bool = False) -> None:
        self._context = context
        self._tracing = tracing
        self._borrowed = borrowed
        if tracing:
            context.tracing.start(screenshots=True, snapshots=True)
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

    def screenshot(self, path: Path) -> None:
        """A picture of the whole page as it stands."""
        try:
            self.page.screenshot(path=path, full_page=True, timeout=5_000)
        except Error as error:
            raise TesterFault(f"no screenshot could be taken: {error.message}") from error

    def keep_trace(self, path: Path) -> None:
        """Write what happened in this session as a Playwright trace; nothing when tracing is off."""
        if self._tracing:
            self._tracing = False
            with suppress(Error):
                self._context.tracing.stop(path=path)

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

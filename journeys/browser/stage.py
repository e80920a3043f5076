"""The stage: one Chromium for all customers and onlookers, started when first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Final

from playwright.sync_api import Browser, Error, Playwright, TimeoutError, sync_playwright

from journeys.browser.alarm import Alarm
from journeys.browser.broken import ended, gave_up, root
from journeys.browser.chromium import BrowserNotFound, find
from journeys.browser.sessions import BrowserSession, BrowserVisitor
from journeys.browser.trust import TrustError, home_that_trusts
from journeys.browser.waiting import too_late
from journeys.model import BrowserEnded, JourneyError, StoreFault, TesterFault

_PATIENCE_MS: Final = 10_000
_NO_PAGE: Final = (204, 205)  # RFC 9110: the browser stays where it was
_ONLY_LOOPBACK: Final = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost"
)


class BrowserStage:
    """Opens sessions in one browser; use it as a context manager.

    ``only_loopback`` lets the browser reach nothing outside this machine, which is right for a sandbox.
    ``authorities`` says, when the browser is started, which PEM files it trusts beside the authorities of the system.
    ``playwright`` is one that runs already: a process can have only one (pytest-playwright brings its own).
    """

    def __init__(
        self,
        *,
        executable: str | None = None,
        headed: bool = False,
        only_loopback: bool = False,
        tracing: bool = False,
        locale: str = "en-GB",
        authorities: Callable[[], Sequence[str]] = tuple,
        playwright: Playwright | None = None,
    ) -> None:
        self._executable = executable
        self._headed = headed
        self._only_loopback = only_loopback
        self._locale = locale
        self._authorities = authorities
        self._playwright = playwright
        self._exit = ExitStack()
        self._browser: Browser | None = None
        self._user_agent = ""
        self._alarm = Alarm()
        self._over = False
        self.tracing = tracing

    def __enter__(self) -> BrowserStage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self._alarm.off()
        with suppress(Error):  # a driver that has ended cannot be told so
            self._exit.close()
        self._browser = None

    def session(self, email: str, marker: str) -> BrowserSession:
        """A browser for a synthetic customer."""
        return self._open(marker, tracing=self.tracing)

    def visitor(self, marker: str) -> BrowserVisitor:
        """Somebody who looks at surfaces; staff passwords pass through, so it is never traced."""
        return BrowserVisitor(lambda: self._open(marker, tracing=False))

    def companion(self, session: BrowserSession) -> BrowserVisitor:
        """Somebody who looks with the eyes of that session's person, in another tab."""
        return BrowserVisitor(session.tab)

    def version(self) -> str:
        """Which browser it is; starts it."""
        return f"Chromium {self._launched().version}"

    def explain(self, error: Exception, session: BrowserSession | None = None) -> JourneyError:
        """What a failure in the browser means: a fault of the store, of a page object, or of the browser itself.

        Whatever the browser fails at when it, or a part of it, has ended is no fault of anybody else: BrowserEnded.
        """
        self._alarm.off()
        if self._ended(error, session) and not isinstance(error, TesterFault):
            return BrowserEnded(f"the browser has ended: {_first(error)}")
        if gave_up(error):
            if session is not None and session.status in _NO_PAGE:
                return StoreFault(f"the store answered {session.status}, which is no page: {_first(error)}")
            return TesterFault(f"the browser gave up by itself: {_first(error)}")
        if isinstance(error, JourneyError):
            return error
        if not isinstance(error, Error):
            return TesterFault(f"the tester stumbled: {type(error).__name__}: {error}")
        first = error.message.splitlines()[0]
        if "net::ERR_" in first:
            return StoreFault(f"the store cannot be reached: {first}")
        if session is not None and session.status >= 500:
            return StoreFault(f"the store answered {session.status} at {session.page.url}")
        if isinstance(error, TimeoutError):
            return too_late(error, session)
        return TesterFault(f"the browser failed: {first}")

    def _ended(self, error: Exception, session: BrowserSession | None) -> bool:
        """Whether there is no browser any more that could have failed because of the store."""
        if session is not None and (session.gone or session.forgetful):
            return True
        return ended(error) or (self._browser is not None and not self._browser.is_connected())

    def _open(self, marker: str, *, tracing: bool) -> BrowserSession:
        browser = self._launched()
        context = browser.new_context(
            locale=self._locale,
            user_agent=f"{self._user_agent} journeys/{version('journeys')} (synthetic; {marker})",
            viewport={"width": 1280, "height": 900},
        )
        context.set_default_timeout(_PATIENCE_MS)
        return BrowserSession(context, tracing=tracing)

    def _environment(self) -> dict[str, str | float | bool] | None:
        """What the browser is started in; None for what this process was started in."""
        authorities = self._authorities()
        if not authorities:
            return None
        folder = self._exit.enter_context(TemporaryDirectory(prefix="journeys-home-", ignore_cleanup_errors=True))
        try:
            return {**home_that_trusts(authorities, Path(folder))}
        except TrustError as error:
            raise TesterFault(f"the browser cannot be made to trust {error}") from error

    def _launched(self) -> Browser:
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        try:
            path = find(self._executable)
        except BrowserNotFound as error:
            raise TesterFault(str(error)) from error
        options: dict[str, Any] = {
            "headless": not self._headed,
            "args": [_ONLY_LOOPBACK] if self._only_loopback else [],
            "env": self._environment(),
        }
        try:
            if self._playwright is None:  # there is one in a process, whatever becomes of its browsers
                self._playwright = self._exit.enter_context(sync_playwright())
            browser = self._playwright.chromium.launch(executable_path=path, **options)
        except Error as error:
            raise TesterFault(_launch_failed(error, path, self._headed)) from error
        self._exit.callback(browser.close)
        self._alarm.off()
        browser.on("disconnected", lambda _: None if self._over else self._alarm.set())
        self._browser = browser
        page = browser.new_page()
        self._user_agent = str(page.evaluate("navigator.userAgent")).replace("HeadlessChrome", "Chrome")
        page.close()
        return browser


def _first(error: Exception) -> str:
    said = root(error)
    return str(said).partition("\n")[0] or type(said).__name__


def _launch_failed(error: Error, path: Path | None, headed: bool) -> str:
    hint = "; --headed needs a display and a full Chromium, not the headless shell" if headed else ""
    return f"the browser {path or 'of Playwright'} does not start: {error.message.splitlines()[0]}{hint}"

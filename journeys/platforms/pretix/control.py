"""The staff's control pages of pretix over HTTP, behind one login that is kept."""

from __future__ import annotations

import re
from threading import Lock
from typing import Any, Final

import httpx

from journeys.model import AccessDenied, PageChanged
from journeys.platforms.backend import Backend

_LOGIN: Final = "/control/login"
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Control:
    """Reads control pages as one member of the staff. Safe to use from several threads."""

    def __init__(self, url: str, user: str, password: str, *, ca: str = "") -> None:
        self._url = url
        self._user, self._password = user, password
        self._backend = Backend(url, headers={}, ca=ca)
        self._logging_in = Lock()
        self._logged_in = False

    def page(self, path: str) -> str:
        """The text of a page; logs in when the store wants that."""
        return self._asked(path).text

    def json(self, path: str) -> Any:
        """The JSON at a path; logs in when the store wants that."""
        try:
            return self._asked(path).json()
        except ValueError as error:
            raise PageChanged(f"{path}: the answer is not JSON") from error

    def close(self) -> None:
        """Close the connections."""
        self._backend.close()

    def _asked(self, path: str) -> httpx.Response:
        with self._logging_in:
            if not self._logged_in:
                self._log_in()
        answer = self._backend.raw("GET", path)
        if answer.is_redirect:  # the store has ended the login
            with self._logging_in:
                self._log_in()
            answer = self._backend.raw("GET", path)
        if answer.status_code in (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND) or answer.is_redirect:
            raise AccessDenied(f"{path}: {self._user} may not see it (the store answered {answer.status_code})")
        return answer

    def _log_in(self) -> None:
        form = _TOKEN.search(self._backend.raw("GET", _LOGIN).text)
        if form is None:
            raise PageChanged(f"{_LOGIN} has no login form")
        answer = self._backend.raw(
            "POST",
            _LOGIN,
            data={"csrfmiddlewaretoken": form[1], "email": self._user, "password": self._password},
            headers={"Referer": f"{self._url}{_LOGIN}"},
        )
        if not answer.is_redirect:
            raise AccessDenied(f"the control pages do not accept {self._user}: check staff_user and staff_password")
        if "/login/2fa" in answer.headers.get("location", ""):
            raise AccessDenied(f"{self._user} needs a second factor: use a staff account without one")
        self._logged_in = True

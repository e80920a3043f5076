"""News for open pages: told once for each change, to all who listen, and to nobody after the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

from journeys.serving import news as module
from journeys.serving.answers import Remembered
from journeys.serving.news import MOST, News

REQUEST = Request({"type": "http", "method": "GET", "headers": []})


class Page:
    """A page whose mark is set by hand; ``asked`` counts how often it was looked at."""

    def __init__(self) -> None:
        self.mark = "one"
        self.away = False
        self.looked = asyncio.Semaphore(0)

    async def __call__(self) -> str:
        self.looked.release()
        if self.away:
            raise OSError("no database")
        return self.mark


async def listening(news: News) -> AsyncIterator[str]:
    answer = await news.answer(REQUEST)
    assert isinstance(answer, StreamingResponse)
    return aiter(answer.body_iterator)  # type: ignore[arg-type]


async def event(stream: AsyncIterator[str]) -> str:
    told = await asyncio.wait_for(anext(stream), 5)
    return told.partition("id: ")[2].partition("\n")[0] or told.strip()


def test_each_change_is_told_to_all_who_listen() -> None:
    async def scene() -> list[list[str]]:
        page = Page()
        news = News(page, 0.001)
        streams = [await listening(news) for _ in range(2)]
        told = [[await event(stream)] for stream in streams]
        for mark in ("one", "two", "three"):
            page.mark = mark
            for place, stream in enumerate(streams):
                told[place].append(await event(stream))
        await news.end()
        return told

    assert asyncio.run(scene()) == [["retry: 3000", "one", "two", "three"]] * 2


def test_a_page_that_cannot_be_had_is_news_and_so_is_its_return() -> None:
    async def scene() -> list[str]:
        page = Page()
        news = News(page, 0.001)
        stream = await listening(news)
        told = [await event(stream), await event(stream)]
        page.away = True
        told.append(await event(stream))
        page.away = False
        told.append(await event(stream))
        await news.end()
        return told

    assert asyncio.run(scene()) == ["retry: 3000", "one", "away", "one"]


def test_without_news_there_is_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> list[str]:
        news = News(Page(), 0.001)
        stream = await listening(news)
        told = [await event(stream) for _ in range(4)]
        await news.end()
        return told

    monkeypatch.setattr(module, "_PULSE_S", 0.01)
    assert asyncio.run(scene()) == ["retry: 3000", "one", ": still here", ": still here"]


def test_nobody_looks_while_nobody_listens() -> None:
    async def scene() -> bool:
        page = Page()
        news = News(page, 0.001)
        stream = await listening(news)
        await event(stream)
        await asyncio.wait_for(page.looked.acquire(), 5)
        await stream.aclose()  # type: ignore[attr-defined]
        return news._looking is None

    assert asyncio.run(scene())


def test_the_end_lets_everybody_go_and_nobody_in() -> None:
    async def scene() -> tuple[list[str], int]:
        news = News(Page(), 0.001)
        stream = await listening(news)
        await event(stream)
        await event(stream)
        await news.end()
        async with asyncio.timeout(5):
            rest = [told async for told in stream]
        return rest, (await news.answer(REQUEST)).status_code

    rest, status = asyncio.run(scene())
    assert (rest in ([], [": still here\n\n"]), status) == (True, 503)


def test_too_many_listeners_are_asked_to_come_again() -> None:
    async def scene() -> tuple[int, int]:
        news = News(Page(), 0.001)
        streams = [await listening(news) for _ in range(MOST)]
        for stream in streams:
            await event(stream)
        full = (await news.answer(REQUEST)).status_code
        await streams[0].aclose()  # type: ignore[attr-defined]
        room = (await news.answer(REQUEST)).status_code
        await news.end()
        return full, room

    assert asyncio.run(scene()) == (503, 200)


def test_many_who_ask_at_once_ask_once() -> None:
    async def scene() -> tuple[set[int], int]:
        asked = 0

        async def ask() -> int:
            nonlocal asked
            asked += 1
            await asyncio.sleep(0)
            return asked

        now = [0.0]
        remembered = Remembered(ask, 2.0, lambda: now[0])
        found = set(await asyncio.gather(*(remembered.get() for _ in range(50))))
        now[0] = 2.0
        await remembered.get()
        return found, asked

    assert asyncio.run(scene()) == ({1}, 2)


def test_a_failure_is_not_remembered() -> None:
    async def scene() -> tuple[bool, str]:
        answers: list[str | Exception] = [OSError("away"), "back"]

        async def ask() -> str:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        remembered = Remembered(ask, 60.0, lambda: 0.0)
        try:
            await remembered.get()
        except OSError:
            return True, await remembered.get()
        return False, ""

    assert asyncio.run(scene()) == (True, "back")

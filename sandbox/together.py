"""Doing several things at the same time, of which the first failure ends the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from sandbox import waiting


def do(actions: Sequence[Callable[[], object]], *, give_up: Callable[[], object]) -> None:
    """Do all of it; after an error or an interrupt `give_up` is called until everything has ended, then it is raised.

    Of several errors the first in the order of the actions is raised.
    """
    with ThreadPoolExecutor(max_workers=len(actions) or 1) as pool:
        futures = [pool.submit(action) for action in actions]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
            for future in futures:
                if future.done():
                    future.result()
        except BaseException:
            give_up()
            while wait(futures, timeout=waiting.LONGEST_PAUSE).not_done:
                give_up()
            raise

"""How much a guest checkout costs through the tester, against a bare Playwright script of the same clicks.

Run it with ``make bench``. Both are gone in turn, A B A B, in one browser; quoted are medians and ratios of one run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from uuid import uuid4

from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from rich.console import Console
from rich.table import Table

from journeys import stores
from journeys.browser import find
from journeys.config import Config, load
from journeys.customers import Customer, make_customer
from journeys.model import Result, Subject, Verdict
from journeys.programme import journal_of, stage_for
from journeys.run.clock import SystemClock
from journeys.run.perform import Company, choose, perform
from journeys.run.ports import Store
from journeys.run.watchers import Silent
from journeys.shop import guest_checkout
from sandbox import State

ROUNDS = 7
SEED = 1


def main() -> int:
    """Measure, print, and leave the shop as it was."""
    console = Console()
    config = load(None)
    sandbox = stores.sandbox_of(config, console.print)
    before = sandbox.status().state
    sandbox.up()
    try:
        with sync_playwright() as playwright, stores.opened(config, "shop") as store:
            return _measure(playwright, store, config, console)
    finally:
        if before is not State.UP:
            sandbox.down()


def _measure(playwright: Playwright, store: Store, config: Config, console: Console) -> int:
    subject = choose(store, guest_checkout.role, SEED)
    bare: list[float] = []
    results: list[Result] = []
    with stage_for(config, ("shop",), playwright=playwright) as stage:
        company = Company(stage=stage, clock=SystemClock(), journal=journal_of(config), watcher=Silent())
        path = find(None)
        browser = playwright.chromium.launch(executable_path=path)
        for number in range(ROUNDS + 1):
            seconds = _bare(browser, store, subject)
            result = perform(guest_checkout, store, company, seed=SEED)
            if result.verdict is not Verdict.PASS:
                console.print("the shop is not healthy; nothing was measured")
                return 1
            if number:  # the first round warms both up
                bare.append(seconds)
                results.append(result)
        browser.close()
    _print(console, bare, results)
    return 0


def _bare(browser: Browser, store: Store, subject: Subject) -> float:
    """The same clicks as the journey, and nothing else; the order is undone outside of the measured time."""
    customer = make_customer(seed=SEED, run=uuid4().hex[:10], locale=store.locale)
    began = time.perf_counter()
    context = browser.new_context()
    _click_through(context.new_page(), store, subject, customer)
    context.close()
    seconds = time.perf_counter() - began
    store.record.undo("orders", customer.email)
    return seconds


def _click_through(page: Page, store: Store, subject: Subject, customer: Customer) -> None:
    page.goto(f"{store.url}/catalogue/", wait_until="domcontentloaded")
    page.click(f'article.product_pod h3 a[title="{subject.title}"]')
    page.click("#add_to_basket_form button[type=submit]")
    page.goto(f"{store.url}/basket/", wait_until="domcontentloaded")
    page.click("text=Proceed to checkout")
    page.fill("#id_username", customer.email)
    page.check("input[name=options][value=anonymous]")
    page.click("button:has-text('Continue')")
    for field, value in {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "line1": customer.street,
        "line4": customer.city,
        "postcode": customer.postcode,
    }.items():
        page.fill(f"#id_{field}", value)
    page.click("#new_shipping_address button[type=submit]")
    page.fill("#id_name", customer.name)
    page.fill("#id_number", store.means["card"])
    page.select_option("#id_expiry_month_0", "12")
    page.select_option("#id_expiry_month_1", index=2)
    page.fill("#id_ccv", "123")
    page.click("#view_preview")
    page.click("#place-order")
    page.wait_for_selector("p.lead strong")


def _print(console: Console, bare: list[float], results: list[Result]) -> None:
    journey = [sum(step.ended - step.began for step in result.history.steps) for result in results]
    whole = [result.duration_s for result in results]
    table = Table("guest checkout", "median s", "× bare script", title=f"{len(bare)} rounds, in turn")
    table.add_row("bare Playwright script", f"{median(bare):.2f}", "1.00")
    table.add_row("tester, browser part alone", f"{median(journey):.2f}", f"{_ratio(journey, bare):.2f}")
    table.add_row("tester, with verification and undoing", f"{median(whole):.2f}", f"{_ratio(whole, bare):.2f}")
    console.print(table)
    parts = Table("where the time goes", "median s")
    for name, share in _parts(results):
        parts.add_row(name, f"{share:.2f}")
    console.print(parts)


def _ratio(ours: list[float], bare: list[float]) -> float:
    return median(a / b for a, b in zip(ours, bare, strict=True))


def _lasted(place: int, result: Result) -> float:
    step = result.history.steps[place]
    return step.ended - step.began


def _parts(results: list[Result]) -> list[tuple[str, float]]:
    """The parts of a run: what lies before, in, between and after the journey's own steps."""

    def of(part: Callable[[Result], float]) -> float:
        return median(part(result) for result in results)

    steps = [step.name for step in results[0].history.steps]
    first = of(lambda result: result.history.steps[0].began)
    ends = of(lambda result: result.history.steps[-1].ended)
    sampled = of(lambda result: sum(sample.received - sample.asked for sample in result.history.samples))
    return [
        ("look at every surface before", first),
        *((f"step: {name}", of(partial(_lasted, i))) for i, name in enumerate(steps)),
        ("verify, ask the record, undo", of(lambda result: result.duration_s) - ends),
        ("of all that, asking the record", sampled),
    ]


if __name__ == "__main__":
    sys.exit(main())

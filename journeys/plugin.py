"""The pytest plugin: fixtures with which a journey is a test of a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import pytest
from playwright.sync_api import Playwright

from journeys import config as configuration
from journeys import stores
from journeys.browser import BrowserStage
from journeys.config import Config
from journeys.customers import Customer, make_customer
from journeys.model import Result, TesterFault, Verdict
from journeys.programme import journal_of, stage_for
from journeys.run.clock import SystemClock
from journeys.run.journey import Journey
from journeys.run.perform import Company, perform, perform_both
from journeys.run.ports import Store
from journeys.run.watchers import Together
from reports import Pictures, message, write_surroundings
from reports.allure_steps import AllureSteps

if TYPE_CHECKING:
    from journeys.auditor import Auditor


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin, all with the prefix ``--journeys-``."""
    group = parser.getgroup("journeys")
    group.addoption("--journeys-config", type=Path, help="configuration file (default: journeys.toml)")
    group.addoption("--journeys-caches", choices=("keep", "clear", "both"), help="what happens to caches")
    group.addoption("--journeys-seed", type=int, default=1, help="seed of customers and products (default: 1)")
    group.addoption("--journeys-report", type=Path, help="folder for histories, screenshots and traces")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers."""
    config.addinivalue_line("markers", "store(name): the configured store that the test runs against")
    config.addinivalue_line("markers", "caches(how): keep, clear or both")
    config.addinivalue_line("markers", "seed(number): the seed of the customer and the subject")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell Allure of the causes and of the surroundings, beside the results."""
    results = session.config.getoption("allure_report_dir", None)
    if results and not hasattr(session.config, "workerinput"):
        write_surroundings(Path(results), {})


@pytest.fixture(scope="session")
def journeys_config(pytestconfig: pytest.Config) -> Config:
    """The configuration."""
    return configuration.load(pytestconfig.getoption("--journeys-config"))


@pytest.fixture(scope="session")
def stage(journeys_config: Config, playwright: Playwright, pytestconfig: pytest.Config) -> Iterator[BrowserStage]:
    """One browser for all journeys of this process."""
    headed = bool(pytestconfig.getoption("--headed", False))
    tracing = pytestconfig.getoption("--journeys-report") is not None
    names = tuple(journeys_config.stores)
    with stage_for(journeys_config, names, headed=headed, tracing=tracing, playwright=playwright) as opened:
        yield opened


@pytest.fixture(scope="session")
def _opened() -> Iterator[Any]:
    """Stores, connected when first asked for; a folder of tests may have a configuration of its own."""
    known: dict[tuple[int, str], Store] = {}
    with ExitStack() as stack:

        def open_(config: Config, name: str) -> Store:
            key = id(config), name
            if key not in known:
                known[key] = stack.enter_context(stores.opened(config, name))
            return known[key]

        yield open_


@pytest.fixture
def store(request: pytest.FixtureRequest, journeys_config: Config, _opened: Any) -> Store:
    """The store named by ``@pytest.mark.store("shop")``, or the only one that is configured."""
    marker = request.node.get_closest_marker("store")
    names = tuple(marker.args) if marker else tuple(journeys_config.stores)
    if len(names) != 1:
        pytest.fail(f'say which store the test is about: @pytest.mark.store("…") with one of {", ".join(names)}')
    opened: Store = _opened(journeys_config, names[0])
    return opened


def _marked(request: pytest.FixtureRequest, name: str, otherwise: Any) -> Any:
    marker = request.node.get_closest_marker(name)
    return marker.args[0] if marker else otherwise


@pytest.fixture
def customer(request: pytest.FixtureRequest, store: Store, pytestconfig: pytest.Config) -> Customer:
    """A made-up customer: the names of the seed, and a mail address that no other run has."""
    seed = _marked(request, "seed", pytestconfig.getoption("--journeys-seed"))
    return make_customer(seed=seed, run=uuid4().hex[:10], locale=store.locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """What the ``run`` fixture is: ``run(journey)`` performs it and fails the test unless the verdict is PASS."""

    store: Store
    company: Company
    caches: Literal["keep", "clear", "both"]
    seed: int
    customer: Customer

    def __call__(self, journey: Journey) -> Result:
        """Perform it; a fault of the store fails the test, anything unknown breaks it."""
        result = self.perform(journey)
        if result.verdict is Verdict.FAIL:
            pytest.fail(message(result), pytrace=False)
        if result.verdict is Verdict.UNKNOWN:
            raise TesterFault(message(result))
        return result

    def again(self) -> Performer:
        """The same store, seed and caches with another customer of the same name."""
        marker = uuid4().hex[:10]
        return replace(self, customer=make_customer(seed=self.seed, run=marker, locale=self.store.locale))

    def perform(self, journey: Journey) -> Result:
        """Perform it and hand over the result, whatever the verdict; with caches ``both`` that of the kept ones."""
        if self.caches == "both":
            return perform_both(journey, self.store, self.company, seed=self.seed)[0]
        return perform(journey, self.store, self.company, caches=self.caches, seed=self.seed, customer=self.customer)


@pytest.fixture
def run(
    request: pytest.FixtureRequest,
    store: Store,
    customer: Customer,
    stage: BrowserStage,
    journeys_config: Config,
    pytestconfig: pytest.Config,
) -> Performer:
    """Performs journeys in the test's store and reports their steps, readings, picture and trace to Allure."""
    report = pytestconfig.getoption("--journeys-report")
    steps = AllureSteps()
    request.addfinalizer(steps.close)
    company = Company(
        stage=stage,
        clock=SystemClock(),
        journal=journal_of(journeys_config),
        watcher=Together((steps, Pictures())),
        artifacts=report / "runs" if report else None,
    )
    return Performer(
        store=store,
        company=company,
        caches=_marked(request, "caches", pytestconfig.getoption("--journeys-caches") or "keep"),
        seed=_marked(request, "seed", pytestconfig.getoption("--journeys-seed")),
        customer=customer,
    )


@pytest.fixture
def audit(journeys_config: Config, tmp_path: Path) -> Iterator[Auditor]:
    """``audit("sales", store="shop", against=["bank"])``: the books agree, or the test fails; needs the extra audit."""
    from journeys.auditor import Auditor  # only who audits needs what it needs

    with ExitStack() as stack:
        yield Auditor(config=journeys_config, folder=tmp_path, open_until_the_end=stack)

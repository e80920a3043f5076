"""The configuration: safe by default, and every mistake is named at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from journeys.config import Config, ConfigError, load

Write = Callable[[str], Path]

LIVE = """
[stores.live]
platform = "oscar"
url = "https://shop.example"
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_(text: str) -> Path:
        path = tmp_path / "journeys.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_


def mistakes(path: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environment or {})
    first, *rest = str(caught.value).splitlines()
    assert f"{path}: {len(rest)} mistake(s)" == first
    return [line.strip() for line in rest]


def test_without_a_file_it_is_the_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = load(None, {})

    assert {name: each.platform for name, each in config.stores.items()} == {"shop": "oscar", "booking": "pretix"}
    assert all(store.sandbox and store.may_write for store in config.stores.values())
    assert tmp_path == config.folder


def test_a_file_in_the_folder_is_found(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(LIVE).parent)

    assert list(load(None, {}).stores) == ["live"]


def test_the_environment_may_name_the_file(write: Write) -> None:
    assert list(load(None, {"JOURNEYS_CONFIG": str(write(LIVE))}).stores) == ["live"]


@pytest.mark.parametrize(
    ("settings", "writes"),
    [
        ('url = "https://shop.example"', False),
        ('url = "https://shop.example"\nwrites = true', True),
        ("sandbox = true", True),
        ("sandbox = true\nwrites = false", False),
    ],
)
def test_a_store_is_read_only_until_it_says_otherwise(write: Write, settings: str, writes: bool) -> None:
    config = load(write(f'[stores.live]\nplatform = "oscar"\n{settings}'), {})

    assert writes is config.stores["live"].may_write


def test_paths_are_relative_to_the_file(write: Write) -> None:
    path = write('state = "kept/here"' + LIVE)
    config = load(path, {})

    assert path.parent / "kept/here" == config.path(config.state)
    assert Path("/elsewhere") == config.path(Path("/elsewhere"))


def test_secrets_come_from_the_environment(write: Write) -> None:
    path = write(LIVE + '[stores.live.credentials]\napi_user = "staff"\napi_password = "${SECRET}"')

    assert load(path, {"SECRET": "s3cret"}).stores["live"].credentials.api_password == "s3cret"


def test_variables_are_filled_in_everywhere(write: Write) -> None:
    path = write(LIVE + '[stores.live.subjects]\nplenty = ["${SLUG}", "a-${SLUG}"]')

    assert load(path, {"SLUG": "mug"}).stores["live"].subjects["plenty"] == ("mug", "a-mug")


def test_a_variable_that_is_not_set_is_a_mistake(write: Write) -> None:
    path = write(LIVE + '[stores.live.credentials]\napi_token = "${SECRET}"')

    assert mistakes(path) == ["stores.live.credentials.api_token: ${SECRET} is not set in the environment"]


@pytest.mark.parametrize("key", ["api_password", "api_token", "staff_password"])
def test_a_secret_that_is_written_out_is_a_mistake_that_does_not_repeat_it(write: Write, key: str) -> None:
    (mistake,) = mistakes(write(LIVE + f'[stores.live.credentials]\n{key} = "hunter2"'))

    assert f"stores.live.credentials.{key}: a secret is written out" in mistake
    assert "hunter2" not in mistake


def test_a_secret_of_the_wrong_kind_is_not_repeated_either(write: Write) -> None:
    (mistake,) = mistakes(write(LIVE + "[stores.live.credentials]\napi_password = 12345"))

    assert "12345" not in mistake


def test_every_mistake_is_named_at_once(write: Write) -> None:
    path = write(
        """
        colour = "red"
        [browser]
        headed = "perhaps"
        [sandbox.ports]
        shop = 80
        [stores.shop]
        platform = "oscar"
        url = "ftp://shop.example"
        currency = "euro"
        [stores.shop.tolerance]
        listing = -1
        [stores.shop.layers.edge]
        clears = "sometimes"
        [stores.shop.credentials]
        api_token = "${TOKEN}"
        """
    )
    named = {mistake.partition(":")[0] for mistake in mistakes(path)}

    assert {
        "colour",
        "browser.headed",
        "sandbox.ports.shop",
        "stores.shop.currency",
        "stores.shop.tolerance.listing",
        "stores.shop.layers.edge.clears",
        "stores.shop.credentials.api_token",
    } <= named


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('[stores.a]\nplatform = "oscar"', "stores.a: url is missing (or sandbox = true)"),
        (
            '[stores.a]\nplatform = "oscar"\nurl = "ftp://a"',
            "stores.a: url is 'ftp://a'; it begins with http:// or https://",
        ),
        ("[stores.a]\nsandbox = true", "stores.a.platform: Field required"),
        ("[stores]", "stores: no store is configured: add [stores.NAME]"),
        (LIVE + "colour = 1", "stores.live.colour: no such key"),
    ],
)
def test_a_mistake_says_what_is_allowed(write: Write, text: str, mistake: str) -> None:
    assert [mistake] == mistakes(write(text))


def test_a_mistake_says_what_it_found(write: Write) -> None:
    (mistake,) = mistakes(write(LIVE + 'currency = "euro"'))

    assert mistake.startswith("stores.live.currency: ")
    assert mistake.endswith("(it is 'euro')")


@pytest.mark.parametrize(
    ("variable", "read"),
    [
        ("JOURNEYS_BROWSER", lambda config: config.browser.executable),
        ("JOURNEYS_SANDBOX", lambda config: str(config.sandbox.home)),
        ("JOURNEYS_STATE", lambda config: str(config.state)),
    ],
)
def test_the_environment_goes_before_the_file(write: Write, variable: str, read: Callable[[Config], str]) -> None:
    path = write('state = "s"\n[browser]\nexecutable = "b"\nheaded = true\n[sandbox]\nhome = "h"\n' + LIVE)

    assert read(load(path, {variable: "/from/the/environment"})) == "/from/the/environment"
    assert load(path, {variable: "/from/the/environment"}).browser.headed


@pytest.mark.parametrize(("content", "said"), [(b"[stores", "not valid TOML"), (b"\xff\xfe", "not valid TOML")])
def test_what_is_no_toml_is_a_mistake_that_names_the_file(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "journeys.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=rf"journeys\.toml: {said}"):
        load(path, {})


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_file_that_was_named_must_be_there(tmp_path: Path, by: str) -> None:
    path = tmp_path / "none.toml"

    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file"):
        load(path, {}) if by == "argument" else load(None, {"JOURNEYS_CONFIG": str(path)})


def test_the_published_schema_is_that_of_the_configuration() -> None:
    published = Path(__file__).parents[2] / "docs" / "journeys.schema.json"

    assert json.loads(published.read_text(encoding="utf-8")) == Config.model_json_schema()

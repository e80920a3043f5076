"""The sandbox's shop in the words of a connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from journeys.model import APPLICATION_CACHE, SEARCH_INDEX
from journeys.platforms.oscar.settlements import SETTLED
from journeys.platforms.oscar.surfaces import FRAGMENT_SECONDS, LISTING_FRAGMENT, PRODUCT_FRAGMENT

_PLENTY: Final = 5


def translate(details: Mapping[str, Any]) -> dict[str, Any]:
    """Credentials, subjects, means, options, intent and application cache from what the sandbox says of its shop."""
    products = details["products"].values()

    def keys(fits: Callable[[int], bool]) -> tuple[str, ...]:
        return tuple(each["path"].strip("/").rpartition("/")[2] for each in products if fits(each["stock"]))

    return {
        "credentials": {
            "api_user": details["api_user"],
            "api_password": details["api_password"],
            "staff_user": details["staff_email"],
            "staff_password": details["staff_password"],
        },
        "subjects": {
            "plenty": keys(lambda stock: stock > _PLENTY),
            "last": keys(lambda stock: stock == 1),
            "sold out": keys(lambda stock: stock == 0),
        },
        "means": {
            "card": details["cards"]["accepted"],
            "declined card": details["cards"]["declined"],
            "voucher": details["voucher"],
            "voucher percent": "10",
            "category": next(iter(details["categories"].values()))["name"],
        },
        "options": {
            PRODUCT_FRAGMENT: "availability {product} full",
            LISTING_FRAGMENT: "availability {product} short",
            FRAGMENT_SECONDS: "300",
            **({SETTLED: "Settled"} if "neighbours" in details else {}),
        },
        "layers": _layers(details),
        "intent": _intent(details),
    }


def _intent(details: Mapping[str, Any]) -> Mapping[str, str]:
    """The settings as they were sown."""
    if "currency" not in details:  # a store that is not sown yet
        return {}
    currency, code = details["currency"], details["voucher"]
    intent = {"currency": currency, f"voucher {code}": "Active, 10.00% discount on Everything"}
    for each in details["products"].values():
        key = each["path"].strip("/").rpartition("/")[2]
        intent |= {
            f"price of {key}": f"{each['price']} {currency}",
            f"publication of {key}": "public",
            f"stock of {key}": "counted",
        }
    return intent


def _layers(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those of the full profile; else the shop keeps its cache in a table of its own."""
    if "layers" not in details:
        table = {"kind": "django-database", "file": details["cache_database"], "table": details["cache_table"]}
        return {APPLICATION_CACHE: table}
    known = {"user": details["api_user"], "password": details["api_password"]}
    return {**details["layers"], SEARCH_INDEX: {**details["layers"][SEARCH_INDEX], **known}}

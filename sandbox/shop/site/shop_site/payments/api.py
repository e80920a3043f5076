"""Stripe's API as far as the shop uses it: forms in, JSON out."""

import json
from collections.abc import Mapping
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from django.conf import settings
from oscar.apps.payment.exceptions import PaymentError, UnableToTakePayment

from shop_site import faults

ANSWER_WITHIN = 15.0
CARD_REFUSED = 402
OF_LAST_YEAR = "expired_key_of_last_year"
_open = build_opener(ProxyHandler({})).open  # the processor is on this machine


def get(path: str) -> dict[str, object]:
    """What is at a path below /v1/; PaymentError when the processor does not say."""
    return _ask("GET", path, None)


def post(path: str, fields: Mapping[str, object]) -> dict[str, object]:
    """What comes of it; UnableToTakePayment when the card is declined, PaymentError when anything else is wrong."""
    return _ask("POST", path, urlencode(fields).encode())


def _ask(method: str, path: str, form: bytes | None) -> dict[str, object]:
    key = OF_LAST_YEAR if faults.current().payment_key_expired else settings.PAYMENTS.key
    url = f"{settings.PAYMENTS.url}/v1/{path}"
    request = Request(url, data=form, method=method, headers={"Authorization": f"Bearer {key}"})
    try:
        with _open(request, timeout=ANSWER_WITHIN) as answer:
            return json.load(answer)
    except HTTPError as error:
        if error.code == CARD_REFUSED:
            raise UnableToTakePayment("Your card was declined. Please use another card.") from error
        raise PaymentError(f"{method} {url}: the processor answered {error.code}: {error.read(200)!r}") from error
    except (OSError, ValueError) as error:
        raise PaymentError(f"{method} {url}: {error}") from error

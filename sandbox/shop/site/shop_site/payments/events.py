"""Where the processor says which payments have succeeded: whoever has signed it is believed, nobody else."""

import hashlib
import hmac
import json
import logging
import time
from threading import Timer

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop_site import faults
from shop_site.payments import settling

logger = logging.getLogger(__name__)
SUCCEEDED = "payment_intent.succeeded"
SIGNED_WITHIN_S = 300
RENEWED = "whsec_until_it_was_renewed"


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Settle what an event is about; the processor sends it again unless the answer is 200."""
    planted = faults.current()
    secret = RENEWED if planted.payment_webhook_dropped else settings.PAYMENTS.webhook_secret
    if not is_signed(request.body, request.headers.get("Stripe-Signature", ""), secret):
        logger.warning("an event of the payment processor is refused: its signature is not right")
        return HttpResponseBadRequest("the signature is not right")
    said = json.loads(request.body)
    if said["type"] != SUCCEEDED:
        return HttpResponse()
    paid = read(said)
    if planted.payment_webhook_late_s:
        _start(planted.payment_webhook_late_s, paid)
        return HttpResponse()
    new = settling.settle(paid, again=planted.payment_webhook_twice)
    return HttpResponseServerError() if new and planted.payment_webhook_twice else HttpResponse()


def read(said: dict[str, object]) -> settling.Paid:
    """What an event says was paid; the charge is in it, or only its id."""
    intent = said["data"]["object"]
    charge = intent["latest_charge"]
    return settling.Paid(
        event=said["id"],
        intent=intent["id"],
        charge=charge if isinstance(charge, str) else charge["id"],
        minor=intent["amount"],
    )


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether one of the header's signatures is of this body, by this secret and not long ago (scheme v1 of Stripe)."""
    parts = [part.partition("=") for part in header.split(",")]
    moments = [value for name, _, value in parts if name == "t" and value.isdigit()]
    if len(moments) != 1 or abs(time.time() - int(moments[0])) > SIGNED_WITHIN_S:
        return False
    expected = hmac.new(secret.encode(), f"{moments[0]}.".encode() + body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(expected, value) for name, _, value in parts if name == "v1")


def _start(seconds: float, paid: settling.Paid) -> None:
    timer = Timer(seconds, _settle_late, [paid])
    timer.daemon = True
    timer.start()


def _settle_late(paid: settling.Paid) -> None:
    try:
        settling.settle(paid)
    finally:
        connections.close_all()

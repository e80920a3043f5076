"""Sows the organizer, the tours, their slots and the bookings that were there before the tester came."""

import os
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError
from pretix.api.models import WebHook
from pretix.base.models import (
    CartPosition,
    Event,
    GiftCard,
    Item,
    Order,
    Organizer,
    Quota,
    SubEvent,
    Team,
    User,
)
from pretix.base.services.cart import add_items_to_cart
from pretix.base.services.orders import perform_order

from booking_site.plan import (
    ANNOUNCED,
    GIFT_CARD_BALANCE,
    MAILS,
    PLACES,
    PRODUCTS,
    SETTINGS,
    SIZES,
    SLOTS,
    SOLD_OUT,
    ZONE,
)


def organizer_and_access() -> Organizer:
    """The organizer, a superuser for the control pages and a token for the API."""
    user = User.objects.create_superuser(os.environ["BOOKING_STAFF"], os.environ["BOOKING_STAFF_PASSWORD"])
    organizer = Organizer.objects.create(name="Harbour Tours", slug=os.environ["BOOKING_ORGANIZER"])
    organizer.settings.timezone = ZONE.key
    team = Team.objects.create(
        organizer=organizer,
        name="Staff",
        all_events=True,
        all_event_permissions=True,
        all_organizer_permissions=True,
    )
    team.members.add(user)
    team.tokens.create(name="tester", token=os.environ["BOOKING_API_TOKEN"])
    return organizer


def webhooks(organizer: Organizer, target: str) -> None:
    """Whoever receives webhooks may read orders with a token of its own, and hears of what happens from now on."""
    team = Team.objects.create(
        organizer=organizer,
        name="Receiver of webhooks",
        all_events=True,
        limit_event_permissions={"event.orders:read": True},
    )
    team.tokens.create(name="receiver", token=os.environ["BOOKING_RECEIVER_TOKEN"])
    webhook = WebHook.objects.create(organizer=organizer, target_url=target, all_events=True)
    for action in ANNOUNCED:
        webhook.listeners.create(action_type=f"pretix.event.order.{action}")


def event_series(organizer: Organizer, opening: datetime) -> Event:
    """The tours in test mode, so that orders can be deleted and the gift card is taken."""
    event = Event.objects.create(
        organizer=organizer,
        name="Guided tours",
        slug=os.environ["BOOKING_EVENT"],
        currency="EUR",
        date_from=opening,
        has_subevents=True,
        is_public=True,
        testmode=True,
        plugins="pretix.plugins.statistics,pretix.plugins.manualpayment,booking_site",
    )
    event.set_defaults()
    for name, value in SETTINGS.items():
        event.settings.set(name, value)
    for occasion, (subject, text) in MAILS.items():
        event.settings.set(f"mail_subject_order_{occasion}", subject)
        event.settings.set(f"mail_text_order_{occasion}", text)
    return event


def slots(event: Event, products: dict[str, Item], first_day: date) -> list[dict[str, Any]]:
    """Every slot has a quota of its own per product, so each product's places are counted alone."""
    made = []
    for days, clock, special in SLOTS:
        start = datetime.combine(first_day + timedelta(days=days), time.fromisoformat(clock), ZONE)
        slot = SubEvent.objects.create(
            event=event,
            name="Guided tour",
            date_from=start,
            date_to=start + timedelta(hours=1),
            active=True,
            is_public=True,
        )
        sold = {"free": products["free"]} if special in SIZES else products
        quotas = {kind: _quota(event, slot, item, SIZES.get(special, PLACES)) for kind, item in sold.items()}
        made.append(
            {
                "id": slot.pk,
                "starts_local": start.isoformat(),
                "starts_utc": start.astimezone(ZoneInfo("UTC")).isoformat().replace("+00:00", "Z"),
                "special": special,
                "places": SIZES.get(special, PLACES),
                "quotas": quotas,
            }
        )
    return made


def _quota(event: Event, slot: SubEvent, item: Item, size: int) -> int:
    quota = Quota.objects.create(event=event, subevent=slot, name=str(item.name), size=size)
    quota.items.add(item)
    return int(quota.pk)


def book(event: Event, item: Item, slot: int, *, places: int, email: str, gift_card: GiftCard | None = None) -> str:
    """Books through pretix's own services, as the browser does; returns the order's code."""
    cart = f"seed-{slot}-{email}"
    wanted = {"item": item.pk, "variation": None, "subevent": slot, "count": places, "price": "", "voucher": None}
    add_items_to_cart.apply(kwargs={"event": event.pk, "items": [wanted], "cart_id": cart}, throw=True)
    positions = list(CartPosition.objects.filter(cart_id=cart).values_list("pk", flat=True))
    payment = {
        "id": "seed",
        "provider": "giftcard" if gift_card else "free",
        "multi_use_supported": bool(gift_card),
        "min_value": None,
        "max_value": str(gift_card.value) if gift_card else None,
        "info_data": {"gift_card": gift_card.pk, "retry": True} if gift_card else {},
    }
    order = {"event": event.pk, "payments": [payment], "positions": positions, "email": email, "locale": "en"}
    done = perform_order.apply(kwargs=order, throw=True).get()
    return str(Order.objects.get(pk=done["order_id"]).code)


def earlier_bookings(
    event: Event, products: dict[str, Item], made: list[dict[str, Any]], gift_card: GiftCard
) -> list[str]:
    """A full slot, filled by three guests, and two paid bookings for the revenue charts."""
    full = next(slot["id"] for slot in made if slot["special"] == SOLD_OUT)
    tasting = products["tasting"]
    free = [
        book(event, products["free"], full, places=places, email=f"guest{n}@customers.example")
        for n, places in enumerate((2, 2, 1), start=1)
    ]
    paid = [
        book(event, tasting, slot["id"], places=2, email=f"taster{n}@customers.example", gift_card=gift_card)
        for n, slot in enumerate((made[2], made[4]), start=1)
    ]
    return free + paid


def products_on_offer(event: Event) -> dict[str, Item]:
    """The products by kind; "personalized" is off so that no names are asked for."""
    return {
        kind: Item.objects.create(
            event=event,
            name=name,
            default_price=Decimal(price),
            admission=True,
            personalized=False,
            position=position,
        )
        for position, (kind, name, price) in enumerate(PRODUCTS)
    }


def go_live(event: Event) -> None:
    """Opens the event to the public, or says what pretix still misses."""
    problems = list(event.live_issues)
    if problems:
        raise CommandError(f"the event cannot go live: {problems}")
    event.live = True
    event.save()


def sow() -> dict[str, Any]:
    """Makes everything and returns what testers need to know of it."""
    today = datetime.now(ZONE).date()
    organizer = organizer_and_access()
    event = event_series(organizer, datetime.combine(today + timedelta(days=1), time(10), ZONE))
    products = products_on_offer(event)
    gift_card = GiftCard.objects.create(issuer=organizer, currency="EUR", testmode=True)
    gift_card.transactions.create(value=GIFT_CARD_BALANCE, acceptor=organizer)
    made = slots(event, products, today)
    go_live(event)
    orders = earlier_bookings(event, products, made, gift_card)
    target = os.environ.get("BOOKING_WEBHOOKS", "")
    if target:
        webhooks(organizer, target)
    return {
        "currency": "EUR",
        "timezone": ZONE.key,
        "event_number": event.pk,
        "gift_card": {"id": gift_card.pk, "code": gift_card.secret},
        "products": {kind: {"id": products[kind].pk, "name": name, "price": price} for kind, name, price in PRODUCTS},
        "orders": orders,
        "slots": made,
    }

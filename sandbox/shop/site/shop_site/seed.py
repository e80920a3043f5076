"""Fills the empty tables: accounts, goods, voucher, and the list of what was made."""

import json
import os
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.contrib.sites.models import Site
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from oscar.core.loading import get_model

from shop_site.goods import CATEGORIES, GOODS, Good

API_PERMISSIONS = (
    *("view_order", "view_line", "view_product", "change_product", "view_category"),
    *("view_stockrecord", "change_stockrecord", "view_partner", "view_user", "delete_user"),
    "view_productclass",
)
YEARS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC))
OK = 200


def plant() -> None:
    """Make everything and write down ids and slugs in seeded.json."""
    with transaction.atomic():
        Site.objects.filter(pk=settings.SITE_ID).update(
            domain=f"127.0.0.1:{settings.PORT}", name=settings.OSCAR_SHOP_NAME
        )
        _accounts()
        _countries_and_payment()
        categories = _categories()
        products = {good.slug: _product(good, categories[good.category]) for good in GOODS}
        _voucher()
    seeded = {
        "products": products,
        "categories": {category.slug: _category_facts(category) for category in categories.values()},
    }
    settings.SEEDED_FILE.write_text(json.dumps(seeded, indent=2), encoding="utf-8")


def open_every_page() -> None:
    """Ask once for each page, so that thumbnails exist; then forget what that left in cache and sessions."""
    client = Client(headers={"host": f"127.0.0.1:{settings.PORT}"})
    seeded = json.loads(settings.SEEDED_FILE.read_text(encoding="utf-8"))
    listed = [*seeded["products"].values(), *seeded["categories"].values()]
    for path in ("/catalogue/", *(item["path"] for item in listed)):
        answer = client.get(path)
        if answer.status_code != OK:
            raise RuntimeError(f"{path} answers {answer.status_code}")
    cache.clear()
    get_model("analytics", "ProductRecord").objects.all().delete()


def _accounts() -> None:
    User.objects.create_superuser("staff", os.environ["SHOP_STAFF"], os.environ["SHOP_STAFF_PASSWORD"])
    api_user = User.objects.create_user(
        "api", os.environ["SHOP_API_USER"], os.environ["SHOP_API_PASSWORD"], is_staff=True
    )
    api_user.user_permissions.set(Permission.objects.filter(codename__in=API_PERMISSIONS))


def _countries_and_payment() -> None:
    country = get_model("address", "Country").objects
    for code, name, weight in (("DE", "Germany", 1), ("AT", "Austria", 0)):
        country.create(
            iso_3166_1_a2=code,
            name=name,
            printable_name=name,
            display_order=weight,
            is_shipping_country=True,
        )
    get_model("payment", "SourceType").objects.create(name="Card", code="card")
    get_model("order", "PaymentEventType").objects.create(name="Settled", code="settled")


def _categories() -> dict[str, object]:
    category = get_model("catalogue", "Category")
    return {name: category.add_root(name=name) for name in CATEGORIES}


def _product(good: Good, category) -> dict[str, object]:
    product_class, _ = get_model("catalogue", "ProductClass").objects.get_or_create(
        name="Goods", defaults={"requires_shipping": True, "track_stock": True}
    )
    partner, _ = get_model("partner", "Partner").objects.get_or_create(name="Harbour store", code="harbour")
    product = get_model("catalogue", "Product").objects.create(
        slug=good.slug,
        title=good.title,
        upc=good.slug,
        product_class=product_class,
        description=f"<p>{good.title}, made near the harbour.</p>",
    )
    product.categories.add(category)
    stock_record = product.stockrecords.create(
        partner=partner, partner_sku=good.slug, price=good.price, num_in_stock=good.stock, num_allocated=0
    )
    return {
        "id": product.pk,
        "stockrecord": stock_record.pk,
        "title": good.title,
        "path": product.get_absolute_url(),
        "price": str(good.price),
        "stock": good.stock,
        "category": category.slug,
    }


def _category_facts(category) -> dict[str, object]:
    return {"id": category.pk, "name": category.name, "path": category.get_absolute_url()}


def _voucher() -> None:
    everything = get_model("offer", "Range").objects.create(name="Everything", includes_all_products=True)
    offer = get_model("offer", "ConditionalOffer").objects.create(
        name="Ten percent off",
        offer_type="Voucher",
        condition=get_model("offer", "Condition").objects.create(range=everything, type="Count", value=1),
        benefit=get_model("offer", "Benefit").objects.create(range=everything, type="Percentage", value=10),
    )
    start, end = YEARS
    voucher = get_model("voucher", "Voucher").objects.create(
        name="Ten percent off",
        code=os.environ["SHOP_VOUCHER"],
        usage="Multi-use",
        start_datetime=start,
        end_datetime=end,
    )
    voucher.offers.add(offer)

"""The figures on the dashboard's first page, and how they go wrong."""

from datetime import UTC, datetime
from typing import Any

from shop_site import faults

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
OF_ORDERS = ("total_orders", "total_revenue", "total_orders_last_day", "total_revenue_last_day")


def connect() -> None:
    """While that fault is planted the figures are those of a period that ended before the first order."""
    from django.db.models import Count, Sum
    from oscar.apps.dashboard import views

    right = views.IndexView.get_stats

    def get_stats(view: Any) -> dict[str, Any]:
        stats = right(view)
        if not faults.current().dashboard_zero:
            return stats
        period = views.Order.objects.filter(date_placed__lt=BEFORE_ALL)
        sums = period.aggregate(orders=Count("pk"), revenue=Sum("total_incl_tax"))
        wrong = {name: (sums["revenue"] or 0) if "revenue" in name else sums["orders"] for name in OF_ORDERS}
        return stats | {name: value for name, value in wrong.items() if name in stats}

    views.IndexView.get_stats = get_stats

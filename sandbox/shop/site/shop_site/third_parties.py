"""Whose scripts the shop's pages include, and which of them a page waits for."""

from django.conf import settings
from django.http import HttpRequest

from shop_site import faults

USUAL = ("consent", "analytics", "chat")
WAITED_FOR = ("consent", "fonts")
"""These have to run before the page is shown, say their vendors; the others are loaded beside it."""


def context(request: HttpRequest) -> dict[str, list[str]]:
    """Their addresses for templates; none in the embedded profile."""
    offered = settings.AROUND.third_parties if settings.AROUND else {}
    included = [name for name in offered if name in USUAL or faults.current().third_parties == "all"]
    scripts = {name: f"{offered[name]}/{name}.js" for name in included}
    return {
        "scripts_waited_for": [scripts[name] for name in included if name in WAITED_FOR],
        "scripts_beside": [scripts[name] for name in included if name not in WAITED_FOR],
    }

"""Template tags that answer with the availability of a product as a cache or the search index holds it."""

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from haystack.models import SearchResult
from oscar.core.loading import get_model

from shop_site import availability, shown

register = template.Library()
Product = get_model("catalogue", "Product")
SEARCH_PAGE = "search:search"


class AvailabilityNode(template.Node):
    """Renders its content at most once per lifetime, for the long and the short form apart."""

    def __init__(self, product: FilterExpression, content: NodeList) -> None:
        self.product = product
        self.content = content

    def render(self, context: Context) -> str:
        """The fragment; on a miss from a product read anew, since the page's own may be older."""
        product_id = self.product.resolve(context).pk
        shown.note(context.get("request"), product_id)

        def from_database() -> str:
            with context.push(product=Product.objects.get(pk=product_id)):
                return self.content.render(context)

        return availability.fragment(product_id, "full" if context.get("verbose") else "short", from_database)


@register.tag
def cached_availability(parser: Parser, token: Token) -> AvailabilityNode:
    """`{% cached_availability product %}…{% end_cached_availability %}`."""
    _, product = token.split_contents()
    content = parser.parse(("end_cached_availability",))
    parser.delete_first_token()
    return AvailabilityNode(parser.compile_filter(product), content)


@register.simple_tag(takes_context=True)
def indexed(context: Context, product) -> SearchResult | None:
    """What the search index holds of a product, on the page of search results of the full profile only."""
    request, result = context.get("request"), context.get("result")
    match = getattr(request, "resolver_match", None)
    if not settings.AROUND or match is None or match.view_name != SEARCH_PAGE:
        return None
    if not isinstance(result, SearchResult) or str(result.pk) != str(product.pk):
        return None
    shown.note(request, product.pk)
    return result

"""Template tag that answers with the cached availability of a product."""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from oscar.core.loading import get_model

from shop_site import availability

register = template.Library()
Product = get_model("catalogue", "Product")


class AvailabilityNode(template.Node):
    """Renders its content at most once per lifetime, for the long and the short form apart."""

    def __init__(self, product: FilterExpression, content: NodeList) -> None:
        self.product = product
        self.content = content

    def render(self, context: Context) -> str:
        """The fragment; on a miss from a product read anew, since the page's own may be older."""
        product_id = self.product.resolve(context).pk

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

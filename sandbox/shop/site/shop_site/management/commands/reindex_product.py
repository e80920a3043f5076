"""Management command that writes one product's document in the search index anew."""

from django.core.management.base import BaseCommand, CommandParser

from shop_site import search_index


class Command(BaseCommand):
    """The narrow repair of the search index."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which product."""
        parser.add_argument("product", type=int)

    def handle(self, *args: object, product: int, **options: object) -> None:
        """Write it, and say what the index holds now."""
        search_index.update([product])
        self.stdout.write(f"product {product}: {search_index.available(product)} available")

"""Management command that makes an empty home a seeded shop."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from shop_site import seed


class Command(BaseCommand):
    """Tables, cache table, static files, goods, search index."""

    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        """Run every part in one process, since starting Django takes longer than most of them."""
        call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
        if not settings.AROUND:
            call_command("createcachetable", database="cache", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        seed.plant()
        call_command("rebuild_index", interactive=False, verbosity=0)
        seed.open_every_page()
        self.stdout.write("the shop is prepared")

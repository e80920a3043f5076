"""What gunicorn serves."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()


def name_this_site() -> None:
    """Put this shop's present address where Oscar looks for it when it writes links into mails."""
    from django.contrib.sites.models import Site

    here = f"127.0.0.1:{settings.PORT}"
    Site.objects.filter(pk=settings.SITE_ID).exclude(domain=here).update(domain=here)


name_this_site()

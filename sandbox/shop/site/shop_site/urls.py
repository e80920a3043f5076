"""Where everything is: Oscar's pages at the root, the REST API under /api/, thumbnails under /media/."""

from django.apps import apps
from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

from shop_site import views
from shop_site.payments import events

BEFORE_OSCAR = [path("basket/add/<int:pk>/", views.add_to_basket)] if settings.AROUND else []
PAYMENTS = [path("payments/events/", events.take)] if settings.PAYMENTS else []

urlpatterns = [
    path("api/", include("oscarapi.urls")),
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    path("service-worker.js", views.service_worker),
    path("sandbox/index/<int:product_id>/", views.IndexedProduct.as_view()),
    path("sandbox/reindex/<int:product_id>/", views.ReindexedProduct.as_view()),
    *PAYMENTS,
    *BEFORE_OSCAR,
    path("", include(apps.get_app_config("oscar").urls[0])),
]

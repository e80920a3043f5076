"""The shop's own addresses: its service worker, its basket behind an edge, and a door to its search index."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from oscar.core.loading import get_class
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop_site import faults, search_index

add = get_class("basket.views", "BasketAddView").as_view()


def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker's script; one that takes its leave when pages register none."""
    response = render(
        request, "shop/service-worker.js", {"way": faults.current().service_worker}, content_type="text/javascript"
    )
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@csrf_exempt
def add_to_basket(request: HttpRequest, pk: int) -> HttpResponse:
    """Oscar's view for forms on this shop's own pages.

    A page that an edge keeps carries the token of the visitor whom it was made for, so that the browser's word on
    where a form stands takes the token's place.
    """
    here = {f"{request.scheme}://{request.get_host()}", *settings.AROUND.addresses}
    if request.headers.get("Origin") not in here:
        return HttpResponseForbidden("this form is not on a page of the shop")
    return add(request, pk=pk)


class IndexedProduct(APIView):
    """What the search index holds of one product, for the shop's staff."""

    permission_classes = (IsAdminUser,)

    def get(self, request: Request, product_id: int) -> Response:
        """How many it says are left."""
        available = search_index.available(product_id)
        if available is None:
            raise NotFound(f"the search index holds no product {product_id}")
        return Response({"product": product_id, "available": available})


class ReindexedProduct(IndexedProduct):
    """The narrow repair: the product's document is written anew."""

    http_method_names = ("post",)

    def post(self, request: Request, product_id: int) -> Response:
        """How many the index says are left from now on."""
        search_index.update([product_id])
        return self.get(request, product_id)

"""Payment by card: the form, the preview that carries it along unsaved, and the charge."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from oscar.apps.checkout import views
from oscar.core.loading import get_class, get_model
from oscar.core.prices import Price

from shop_site import faults
from shop_site.checkout import cards
from shop_site.checkout.forms import CardForm
from shop_site.payments import taking

EventHandler = get_class("order.processing", "EventHandler")
Source = get_model("payment", "Source")
SourceType = get_model("payment", "SourceType")


class PaymentDetailsView(views.PaymentDetailsView):
    """Oscar's view with a card form."""

    def get_context_data(self, **kwargs) -> dict[str, object]:
        """With an empty card form where none was submitted."""
        return {"card_form": CardForm(), "payments": settings.PAYMENTS, **super().get_context_data(**kwargs)}

    def handle_payment_details_submission(self, request: HttpRequest) -> HttpResponse:
        """Show the preview, or the card form again with its mistakes."""
        form = CardForm(request.POST)
        if form.is_valid():
            return self.render_preview(request, card_form=form)
        return self.render_payment_details(request, card_form=form)

    def handle_place_order_submission(self, request: HttpRequest) -> HttpResponse:
        """Place the order with the card that the preview carried along."""
        form = CardForm(request.POST)
        if form.is_valid():
            return self.submit(**self.build_submission(payment_kwargs={"card_form": form}))
        return self.render_payment_details(request, card_form=form)

    def handle_payment(self, order_number, total, card_form: CardForm, **kwargs: object) -> None:
        """Charge the card, or have a processor hold the amount; what was done is stored together with the order."""
        if settings.PAYMENTS:
            card = taking.Card(**card_form.cleaned_data)
            self.add_payment_source(taking.authorise(order_number, total, card, self._email()))
        else:
            self._charge(total, card_form.cleaned_data["number"])

    def _email(self) -> str:
        user = self.request.user
        return user.email if user.is_authenticated else self.checkout_session.get_guest_email()

    def _charge(self, total: Price, number: str) -> None:
        """By the processor within the shop, where a charge is settled at once."""
        receipt = cards.charge(number, total.incl_tax)
        source = Source(
            source_type=SourceType.objects.get(code="card"),
            currency=total.currency,
            amount_allocated=receipt.amount,
            amount_debited=receipt.amount,
            reference=receipt.reference,
            label=f"XXXX-XXXX-XXXX-{receipt.last4}",
        )
        source.create_deferred_transaction("Debit", receipt.amount, reference=receipt.reference, status="succeeded")
        self.add_payment_source(source)
        self.add_payment_event("Settled", receipt.amount, reference=receipt.reference)


class ThankYouView(views.ThankYouView):
    """Oscar's page of thanks, after which an order may be forgotten."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Thank the customer; what is forgotten is forgotten after that."""
        response = super().get(request, *args, **kwargs)
        if faults.current().order_forgotten and getattr(self, "object", None) is not None:
            response.render()
            EventHandler().cancel_stock_allocations(self.object)
            self.object.delete()
        return response

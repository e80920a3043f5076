"""The card forms: one that the customer fills for the shop, and one that the processor's script fills."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from oscar.apps.payment.forms import BankcardCCVField, BankcardExpiryMonthField, BankcardNumberField


class TypedCardForm(forms.Form):
    """A card as the customer types it; nothing of it is ever saved."""

    name = forms.CharField(label=_("Name on card"), max_length=128)
    number = BankcardNumberField()
    expiry_month = BankcardExpiryMonthField()
    ccv = BankcardCCVField()


class TokenForm(forms.Form):
    """A card that the browser gave to the processor: the shop sees a token and the last digits."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    last4 = forms.CharField(max_length=4, widget=forms.HiddenInput)


CardForm = TokenForm if settings.PAYMENTS else TypedCardForm

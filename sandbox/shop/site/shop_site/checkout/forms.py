"""The card form."""

from django import forms
from django.utils.translation import gettext_lazy as _
from oscar.apps.payment.forms import BankcardCCVField, BankcardExpiryMonthField, BankcardNumberField


class CardForm(forms.Form):
    """A card as the customer types it; nothing of it is ever saved."""

    name = forms.CharField(label=_("Name on card"), max_length=128)
    number = BankcardNumberField()
    expiry_month = BankcardExpiryMonthField()
    ccv = BankcardCCVField()

"""What the shop itself keeps beside Oscar's tables: the events that the payment processor sent."""

from django.db import models


class PaymentEvent(models.Model):
    """One payment that the processor says has succeeded; sent once or several times, before or after the order."""

    id = models.CharField(primary_key=True, max_length=64)
    intent = models.CharField(max_length=64, db_index=True)
    charge = models.CharField(max_length=64)
    minor = models.PositiveBigIntegerField()
    """The amount in cents."""
    settled = models.BooleanField(default=False)

"""What the shop itself keeps beside Oscar's tables: which events of the payment processor it has taken."""

from django.db import models


class TakenEvent(models.Model):
    """One event; the processor may send it several times."""

    id = models.CharField(primary_key=True, max_length=64)

"""Files of customers that were read into drafts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Attachment
from orders.models.order import Order


class ReadOrder(models.Model):
    """A customer's own purchase order that was read into a draft: the file, and what of the draft is unsure since.

    What it says is only about the draft's cells that still are as they were read (``orders.reading.marks``); once the
    order is submitted or somebody has called it checked, nobody is asked to look any more.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="read_orders")
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    # Of the file's content: the same file is read into a draft once.
    sha256 = models.CharField(max_length=64)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Header field → {"was": what it said, "said": [sentences]}.
    header = models.JSONField(default=dict)
    # Each line as {"row", "original", "cells", "marks"}; its marks as those of the header.
    lines = models.JSONField(default=list)
    # Sentences about the file as a whole.
    remarks = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("purchase order that was read")
        verbose_name_plural = _("purchase orders that were read")
        ordering = ["id"]
        constraints = [
            # Also finds those of an order.
            models.UniqueConstraint(fields=["order", "sha256"], name="one_reading_of_a_file_per_order"),
            models.CheckConstraint(
                condition=Q(checked_at=None, checked_by=None) | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="checked_reading_says_by_whom",
            ),
        ]

    def __str__(self):
        return self.file.name

"""What the header of an order said in a revision that is no longer in force."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class FormerHeader(models.Model):
    """The header of a revision that another one took the place of. Its lines and instalments are still rows.

    ``values`` holds the columns of ``orders.content.HEADER`` as plain text, records by their keys. Append-only.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="former_headers")
    revision = models.PositiveSmallIntegerField()
    values = models.JSONField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("former header")
        verbose_name_plural = _("former headers")
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["order", "revision"], name="one_former_header_per_revision")]

    def __str__(self):
        return f"{self.order} #{self.revision}"

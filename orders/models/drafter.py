"""Who has written in an order besides the one who began it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class Drafter(models.Model):
    """Somebody who changed what a revision of an order says, which somebody else (``drafted_by``) had begun.

    Never deleted; ``replaced_at`` is when the order was written anew and nothing of theirs was left.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="drafters")
    revision = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("drafter")
        verbose_name_plural = _("drafters")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "revision", "person"], condition=Q(replaced_at=None), name="one_row_per_drafter"
            )
        ]

    def __str__(self):
        return f"{self.order}: {self.person}"

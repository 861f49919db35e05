"""That two files were about one company: which went into which, who said so, and what moved."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer


class CustomerMerge(models.Model):
    """One file was merged into another (合并客户), for good: what hung on it moved along. Never changed itself.

    The database lets rows change their customer along such a merge and in no other way.
    """

    merged = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="merge", verbose_name=_("merged"))
    into = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges", verbose_name=_("into"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("who"), related_name="+")
    note = models.CharField(_("remark"), max_length=200, blank=True, default="")
    # How many of each kind moved, by the kind's label: {"orders.Order": 12}.
    moved = models.JSONField(default=dict)
    # What the two files said where they differed, by field: {"address": ["of the merged one", "of the other"]}.
    said = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("merge of customers")
        verbose_name_plural = _("merges of customers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(merged=models.F("into")), name="a_file_merges_into_another_one")
        ]

    def __str__(self):
        return f"{self.merged_id} → {self.into_id}"

"""What a customer was before it changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from customers.models.customer import Customer


class FormerStanding(models.Model):
    """What figures counted a customer by until it changed: the values before the first change of a day.

    The database itself writes it (``protections.py``), so nobody forgets to; ``former.py`` reads it.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    # The first day on which it was no longer so.
    until = models.DateField()
    grade = models.CharField(max_length=1)
    province = models.CharField(max_length=30)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("former standing")
        verbose_name_plural = _("former standings")
        ordering = ["until"]
        constraints = [models.UniqueConstraint(fields=["customer", "until"], name="one_former_standing_a_day")]

    def __str__(self):
        return f"{self.customer_id} < {self.until}"

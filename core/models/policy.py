"""Values that an administrator changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyValue(models.Model):
    """An administrator's value for a policy declared in code; no row means the default."""

    key = models.CharField(_("policy"), max_length=60, unique=True)
    value = models.CharField(_("value"), max_length=60)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["key"]

    def __str__(self):
        return self.key

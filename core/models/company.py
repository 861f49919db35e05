"""Ourselves, as our documents show us."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Company(models.Model):
    """The company that uses the system: the letterhead of everything it prints. There is one row, or none yet."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("company name"), max_length=120)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True, default="")
    address = models.CharField(_("address"), max_length=200, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    bank_name = models.CharField(_("bank"), max_length=100, blank=True, default="")
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True, default="")
    clauses = models.TextField(
        _("standard clauses"),
        blank=True,
        default="",
        help_text=_("One a line; printed on quotations and confirmations."),
    )

    class Meta:
        verbose_name = _("our company")
        verbose_name_plural = _("our company")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_company_only")]

    def __str__(self):
        return self.name

    @classmethod
    def ours(cls) -> "Company":
        """Our company as an administrator entered it; an empty one while nobody has."""
        return cls.objects.first() or cls()

    @property
    def bank(self) -> str:
        """Bank and account in one line."""
        return f"{self.bank_name} {self.bank_account}".strip()

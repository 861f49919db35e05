"""When a price is paid: templates of instalments, and what makes each due."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Trigger(models.TextChoices):
    """What makes an instalment due."""

    PREPAYMENT = "prepayment", _("Prepayment")
    BEFORE_PRODUCTION = "before_production", _("Before production")
    BEFORE_SHIPMENT = "before_shipment", _("Before shipment")
    ARRIVAL = "arrival", _("On arrival")
    ACCEPTANCE = "acceptance", _("On acceptance")


class PaymentTerms(models.Model):
    """A template of instalments such as “30%预付款，70%到货款”; copied onto each order that uses it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("payment terms")
        verbose_name_plural = _("payment terms")
        ordering = ["id"]

    def __str__(self):
        return self.name


class TermsInstalment(models.Model):
    """One part of payment terms: a percentage, what makes it due, and how many days after that."""

    terms = models.ForeignKey(PaymentTerms, on_delete=models.CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField(_("position"))
    percent = models.DecimalField(
        _("per cent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    trigger = models.CharField(_("trigger"), max_length=20, choices=Trigger.choices)
    days = models.PositiveSmallIntegerField(_("days after the trigger"), default=0)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "position"], name="one_instalment_per_position"),
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100), name="terms_percent_between_0_and_100"
            ),
        ]

    def __str__(self):
        return f"{self.percent.normalize():f}% {self.get_trigger_display()}"

"""Invoices (开票): asked for by the rep, issued by finance, taken back by a red one (红冲)."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from billing.invoice_statuses import OUT, InvoiceStatus
from core.files import show_prices
from core.models import Stateful
from core.templatetags.ui import yuan
from core.text_key import KeyField
from customers.models import Customer
from orders.models import Order

#: What the file of an invoice is kept as; only those who see prices get it.
INVOICE_FILE = show_prices("invoice")


class InvoiceQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Finance and admins see every invoice; sales people those of the customers they see; others none."""
        if user.role in (Role.FINANCE, Role.ADMIN):
            return self
        if user.role in (Role.REP, Role.MANAGER):
            return self.filter(customer__in=Customer.objects.visible_to(user))
        return self.none()


class Invoice(Stateful):
    """What a customer is invoiced for, in 元: an order, a part of it, or several. A red invoice takes back another.

    Its amounts stand on its ``parts``; those of a red invoice are negative. To whom it is made out is the customer's
    file as it was when the invoice was asked for.
    """

    states = InvoiceStatus

    class Kind(models.TextChoices):
        SPECIAL = "special", _("Special VAT invoice")
        ORDINARY = "ordinary", _("Ordinary VAT invoice")

    status = models.CharField(
        _("status"), max_length=20, choices=InvoiceStatus.choices, default=InvoiceStatus.REQUESTED, editable=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="invoices"
    )
    kind = models.CharField(_("kind of invoice"), max_length=10, choices=Kind.choices, default=Kind.SPECIAL)
    buyer_name = models.CharField(_("invoice title"), max_length=120, editable=False)
    tax_number = models.CharField(_("tax number"), max_length=60, editable=False)
    buyer_address = models.CharField(_("address"), max_length=400, editable=False)
    bank_name = models.CharField(_("bank"), max_length=120, editable=False)
    bank_account = models.CharField(_("bank account"), max_length=60, editable=False)

    net_total = models.DecimalField(_("net (元)"), max_digits=14, decimal_places=2, editable=False)
    tax_total = models.DecimalField(_("tax (元)"), max_digits=14, decimal_places=2, editable=False)
    gross_total = models.DecimalField(_("amount with tax (元)"), max_digits=14, decimal_places=2, editable=False)

    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("requested by"), related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)
    # The refused one that it was asked for in place of.
    instead_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="next_request"
    )

    number = models.CharField(_("invoice number"), max_length=30, blank=True, default="")
    number_key = KeyField(of="number")
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        verbose_name=_("issued by"),
        related_name="+",
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, verbose_name=_("reverses"), related_name="reversal"
    )
    submit_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["number_key"], condition=~Q(number_key=""), name="invoice_number_once"),
            models.CheckConstraint(
                condition=~Q(status__in=OUT) | Q(issued_on__isnull=False, issued_by__isnull=False) & ~Q(number=""),
                name="issued_invoice_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, gross_total__gt=0) | Q(reverses__isnull=False, gross_total__lt=0),
                name="only_a_red_invoice_is_negative",
            ),
            # Half a cent of tolerance, because SQLite keeps decimals as floats.
            models.CheckConstraint(
                condition=Q(
                    gross_total__gt=F("net_total") + F("tax_total") - Decimal("0.005"),
                    gross_total__lt=F("net_total") + F("tax_total") + Decimal("0.005"),
                ),
                name="invoice_totals_add_up",
            ),
        ]
        indexes = [
            # The list, and what waits, the longest waiting first.
            models.Index(fields=["requested_at", "id"], name="invoice_by_request"),
            models.Index(fields=["status", "requested_at", "id"], name="invoice_queue"),
            models.Index(fields=["gross_total", "id"], name="invoice_by_amount"),
            # What was issued in some days.
            models.Index(fields=["issued_on", "id"], name="invoice_by_day"),
            # A customer's, the newest first.
            models.Index(fields=["customer", "-id"], name="invoice_by_customer"),
        ]

    def __str__(self):
        return self.number or gettext("Invoice request %(id)s") % {"id": self.pk}

    def get_absolute_url(self):
        return reverse("billing:invoice", args=[self.pk])

    def described_to(self, user) -> str:
        """Its number with the amount, which everybody sees who sees it."""
        return f"{self} · {yuan(self.gross_total)}"

    @property
    def is_red(self) -> bool:
        """Whether it takes back another one."""
        return self.reverses_id is not None


class InvoicePart(models.Model):
    """What of an order at one tax rate stands on an invoice (元); negative on a red one."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="parts")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoice_parts")
    tax_rate = models.DecimalField(_("tax rate %"), max_digits=5, decimal_places=2)
    net_amount = models.DecimalField(_("net (元)"), max_digits=14, decimal_places=2)
    tax_amount = models.DecimalField(_("tax (元)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("part of an invoice")
        verbose_name_plural = _("parts of invoices")
        constraints = [
            models.UniqueConstraint(fields=["invoice", "order", "tax_rate"], name="invoice_part_once"),
        ]

    def __str__(self):
        return f"{self.invoice} {self.order} {self.tax_rate}%"

    @property
    def gross_amount(self) -> Decimal:
        """With tax."""
        return self.net_amount + self.tax_amount

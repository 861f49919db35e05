"""The order line: one thing that an order says, and how much of it has been delivered."""

from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.models.order import Order, seen_by
from products.models import Product


class OrderLineQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The lines of the orders a person may see."""
        return self.filter(seen_by(user, at="order__"))


class OrderLine(models.Model):
    """One thing ordered. Net = round(quantity × unit price × (1 − discount/100), 2); tax is rounded per line."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    revision = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("product")
    )
    name = models.CharField(_("product name"), max_length=120)
    specification = models.CharField(_("specification"), max_length=120, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=10, blank=True, default="")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit_price = models.DecimalField(
        _("unit price without tax"), max_digits=14, decimal_places=6, null=True, blank=True
    )
    discount = models.DecimalField(
        _("discount %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    tax_rate = models.DecimalField(
        _("tax rate %"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("13"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    net_amount = models.DecimalField(_("net amount"), max_digits=14, decimal_places=2, default=0)
    tax_amount = models.DecimalField(_("tax"), max_digits=14, decimal_places=2, default=0)
    special_demand = models.CharField(_("special demand"), max_length=200, blank=True, default="")
    # Only in drafts: its cells by name as they were typed, while something in them cannot be read. No quantity then.
    as_typed = models.JSONField(_("as typed"), default=dict, blank=True, editable=False)
    # Derived from shipments by fulfilment.progress.refresh_progress, in the line's unit. What arrived damaged, or not
    # at all, counts as not shipped.
    shipped_quantity = models.DecimalField(
        _("shipped"), max_digits=14, decimal_places=3, default=Decimal(0), editable=False
    )
    signed_quantity = models.DecimalField(
        _("signed off"), max_digits=14, decimal_places=3, default=Decimal(0), editable=False
    )
    returned_quantity = models.DecimalField(
        _("returned"), max_digits=14, decimal_places=3, default=Decimal(0), editable=False
    )
    # The day on which the last of it was signed for; from the same place.
    signed_off_on = models.DateField(_("fully signed off"), null=True, editable=False)
    # The order's, from its approval on: the lines behind a month's delays are listed by it.
    first_promised_date = models.DateField(_("first promised date"), null=True, editable=False)
    # An amendment under review would change it: it waits to be shipped (approvals.amendments).
    waits = models.BooleanField(_("waits for an amendment"), default=False, editable=False)
    # The product's list price when the line was written: the discount check compares with it.
    list_price = models.DecimalField(max_digits=14, decimal_places=6, null=True, editable=False)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "revision", "position"], name="one_line_per_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="line_price_not_negative"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=100), name="line_discount_between_0_and_100"
            ),
            # Nothing is delivered that was not ordered, and nothing signed off that was not shipped.
            models.CheckConstraint(
                condition=Q(
                    returned_quantity__gte=0,
                    returned_quantity__lte=models.F("signed_quantity"),
                    signed_quantity__lte=models.F("shipped_quantity"),
                    shipped_quantity__lte=models.F("quantity"),
                )
                | Q(quantity__isnull=True, shipped_quantity=0, signed_quantity=0, returned_quantity=0),
                name="line_delivered_within_ordered",
            ),
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="line_tax_rate_between_0_and_100"
            ),
        ]
        indexes = [
            # Who bought a product, the last first; and what else is asked by product.
            models.Index(fields=["product", "-id"], name="line_by_product"),
            # What released orders have of a product's stock (orders.reservations), without reading the lines.
            models.Index(
                fields=["product", "order", "revision", "quantity", "shipped_quantity"],
                condition=Q(shipped_quantity__lt=models.F("quantity")),
                name="line_to_ship",
            ),
            # The lines promised for a month, the latest first.
            models.Index(
                fields=["-first_promised_date", "-id"],
                condition=Q(first_promised_date__isnull=False),
                name="line_promised",
            ),
        ]

    def __str__(self):
        return f"{self.position} {self.name}"

    def get_absolute_url(self):
        """A line is read on its order's page."""
        return reverse("orders:detail", args=[self.order_id])

    @property
    def to_ship(self) -> Decimal:
        """What of it has not left yet, or did not arrive in good order, in its unit."""
        return (self.quantity or Decimal(0)) - self.shipped_quantity

"""The shipment: what left for the customer together, how, and what arrived."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.rights import teams_of
from accounts.roles import Role
from core.models import Stateful
from core.text_key import KeyField
from customers.models import Customer
from fulfilment.statuses import GONE, OPEN, Condition, ShipmentStatus
from orders.models import Order, OrderLine
from orders.models.order import seen_by
from orders.statuses import EFFECTIVE


class Carrier(models.Model):
    """A company that carries our goods (承运商)."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        ordering = ["name"]

    def __str__(self):
        return self.name


class ShipmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The shipments a person may see: own orders' (rep), the team's and nobody's (manager), those of sent orders
        (service), all (finance, ops).
        """
        if user.role == Role.REP:
            return self.filter(rep=user)
        if user.role == Role.MANAGER:
            return self.filter(Q(team__in=teams_of(user)) | Q(rep__isnull=True))
        if user.role == Role.OPERATIONS:
            return self.filter(order__status__in=EFFECTIVE)
        if user.role == Role.SERVICE:
            return self.filter(seen_by(user, at="order__"))
        return self if user.role in (Role.FINANCE, Role.ADMIN) else self.none()

    def open(self):
        """Those that have not left yet."""
        return self.filter(status__in=OPEN)

    def gone(self):
        """Those that have left, arrived or not."""
        return self.filter(status__in=GONE)


class Shipment(Stateful):
    """Part of an order, or all of it, that leaves together: packed, checked, handed to a carrier, signed for."""

    states = ShipmentStatus

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("order"))
    # Counts within the order, from 1.
    sequence = models.PositiveSmallIntegerField(editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=ShipmentStatus.choices, default=ShipmentStatus.PACKING, editable=False
    )
    # The order's, for lists and search; a numbered order's never changes.
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, editable=False, related_name="+")
    # Copies of the order's for lists and rights; they follow it (fulfilment.ownership).
    rep = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    method = models.CharField(_("delivery method"), max_length=10, choices=Order.DeliveryMethod.choices)
    carrier = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("carrier"), related_name="shipments"
    )
    tracking_number = models.CharField(_("tracking number"), max_length=40, blank=True, default="")
    # Indexed for its beginning: people search by it.
    tracking_key = KeyField(of="tracking_number", db_index=True)
    expected_on = models.DateField(_("expected arrival"), null=True, blank=True)
    shipped_on = models.DateField(_("shipped on"), null=True, editable=False)

    # Came with an imported order: nobody packed, checked or signed it here, and there is no proof to ask for.
    imported = models.BooleanField(default=False, editable=False)
    packed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("packed by"),
    )
    quality_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("quality checked by"),
    )
    quality_checked_at = models.DateTimeField(null=True, editable=False)
    packing_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("packing checked by"),
    )
    packing_checked_at = models.DateTimeField(null=True, editable=False)
    # A manager lets it leave although money due before shipment is missing; the reason stands in the history.
    unpaid_allowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    signed_on = models.DateField(_("signed off on"), null=True, editable=False)
    signed_by = models.CharField(_("signed by"), max_length=60, blank=True, default="", editable=False)

    submit_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="one_shipment_per_sequence"),
            models.CheckConstraint(
                condition=~Q(status__in=GONE)
                | Q(imported=True, shipped_on__isnull=False)
                | Q(
                    packed_by__isnull=False,
                    shipped_on__isnull=False,
                    expected_on__isnull=False,
                    quality_checked_by__isnull=False,
                    packing_checked_by__isnull=False,
                ),
                name="what_left_was_checked",
            ),
            models.CheckConstraint(
                condition=~Q(status=ShipmentStatus.SIGNED_OFF)
                | Q(signed_on__isnull=False) & (Q(imported=True) | ~Q(signed_by="")),
                name="signed_off_by_somebody",
            ),
        ]
        indexes = [
            # Lists, the latest change first: everybody's, a team's, a rep's.
            models.Index(fields=["-status_since", "-id"], name="shipment_by_change"),
            models.Index(fields=["team", "-status_since", "-id"], name="shipment_team_change"),
            models.Index(fields=["rep", "-status_since", "-id"], name="shipment_rep_change"),
            # Worklists and the status filter, longest waiting first.
            models.Index(fields=["status", "status_since", "id"], name="shipment_queue"),
            # What should have arrived by now.
            models.Index(fields=["rep", "expected_on"], condition=Q(status="shipped"), name="shipment_on_its_way"),
        ]

    def __str__(self):
        return f"{self.order}-{self.sequence}"

    def get_absolute_url(self):
        return reverse("fulfilment:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is still in our house."""
        return self.status in OPEN

    @property
    def is_late(self) -> bool:
        """Whether it should have arrived and nobody has signed for it."""
        if self.status != ShipmentStatus.SHIPPED or self.expected_on is None:
            return False
        return self.expected_on < timezone.localdate()


class ShipmentLine(models.Model):
    """How much of one order line a shipment carries, in the line's unit; after sign-off also what of it arrived."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    batch = models.CharField(_("batch"), max_length=40, blank=True, default="")
    # Received in good order; what was damaged or is missing is the difference.
    received_quantity = models.DecimalField(
        _("received in good order"), max_digits=14, decimal_places=3, null=True, editable=False
    )
    condition = models.CharField(
        _("condition"), max_length=10, choices=Condition.choices, blank=True, default="", editable=False
    )

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        ordering = ["order_line__position"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="one_shipment_line_per_order_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_carries_something"),
            models.CheckConstraint(
                condition=Q(received_quantity__isnull=True, condition="")
                | Q(received_quantity=models.F("quantity"), condition=Condition.GOOD)
                | Q(
                    received_quantity__gte=0,
                    received_quantity__lt=models.F("quantity"),
                    condition__in=[Condition.DAMAGED, Condition.SHORT],
                ),
                name="received_fits_the_condition",
            ),
        ]

    def __str__(self):
        return f"{self.order_line} × {self.quantity:f}"

    @property
    def condition_family(self) -> str:
        """The colour family of the condition's badge."""
        return Condition(self.condition).family

    @property
    def missing(self):
        """What of it did not arrive in good order, in the line's unit; zero before sign-off."""
        return 0 if self.received_quantity is None else self.quantity - self.received_quantity

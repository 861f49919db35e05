"""The order: what a customer ordered, at what price, on what terms, and where it stands."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.rights import teams_of
from accounts.roles import Role
from core.lookups import PairsIndex
from core.models import Stateful
from core.templatetags.ui import yuan
from core.text_key import KeyField
from customers.models import Contact, Customer, Grade, PaymentTerms
from customers.served import tells_served
from orders.statuses import EFFECTIVE, EXPOSED, SENT, DeliveryStatus, PaymentStatus, Status
from requirements.models import Requirement


@tells_served
def orders_sent() -> Exists:
    """Customers of an order of which something was shipped."""
    return Exists(Order.objects.filter(customer=OuterRef("pk"), delivery_status__in=SENT, status__in=EFFECTIVE))


def seen_by(user: User, at: str = "") -> Q:
    """The orders a person may see: own (rep), the team's and nobody's (manager), approved ones (operations), those of
    which something was shipped (service), all (finance). ``at`` leads to the order from elsewhere, as in ``order__``.
    """
    if user.role == Role.REP:
        return Q(**{f"{at}rep": user})
    if user.role == Role.MANAGER:
        return Q(**{f"{at}team__in": teams_of(user)}) | Q(**{f"{at}rep__isnull": True})
    if user.role == Role.OPERATIONS:
        return Q(**{f"{at}status__in": EFFECTIVE})
    if user.role == Role.SERVICE:
        return Q(**{f"{at}delivery_status__in": SENT, f"{at}status__in": EFFECTIVE})
    return Q() if user.role in (Role.FINANCE, Role.ADMIN) else Q(**{f"{at}pk__in": []})


def owes(at: str = "") -> Q:
    """Orders that use their customer's credit and are not paid in full. ``at`` leads to the order from elsewhere."""
    return Q(**{f"{at}status__in": EXPOSED, f"{at}received_total__lt": models.F(f"{at}gross_total")})


class OrderQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The orders a person may see, as ``seen_by`` says."""
        return self.filter(seen_by(user))

    def effective(self):
        """Approved or completed: the orders that count in figures."""
        return self.filter(status__in=EFFECTIVE)


class Order(Stateful):
    """One sales order. Header facts live here; lines and instalments belong to one of its revisions.

    Amounts are in 元; ``net_total`` is without tax, ``gross_total`` with it.
    """

    states = Status

    class Channel(models.TextChoices):
        OFFLINE = "offline", _("Offline")
        ONLINE = "online", _("Online")
        PHONE = "phone", _("Phone")
        TENDER = "tender", _("Tender")

    class DeliveryMethod(models.TextChoices):
        LOGISTICS = "logistics", _("Logistics")
        PICKUP = "pickup", _("Pickup")

    number = models.CharField(_("order number"), max_length=60, null=True, unique=True, editable=False)  # noqa: DJ001
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.DRAFT, editable=False)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1, editable=False)
    # Review rounds opened so far; every submission opens one.
    round = models.PositiveSmallIntegerField(_("review round"), default=0, editable=False)
    sent_back = models.BooleanField(_("sent back"), default=False, editable=False)

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="orders")
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("contact"), related_name="+"
    )
    # What the customer wanted, if the order was made of it.
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        verbose_name=_("requirement"),
        related_name="orders",
    )
    # Nobody for an imported order whose customer is unassigned; it follows as soon as somebody owns that.
    rep = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("sales representative"),
        related_name="orders",
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    # Who began it or wrote it anew; others who wrote in it are its ``Drafter`` rows. None is the system, which
    # brought it in an import.
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    number_key = KeyField(of="number", null=True, unique=True)
    # Copies for lists and search (orders.findable): the customer's short name; what the order itself is called, its own
    # number and the customer's; and both with whatever the customer was found by.
    customer_name = models.CharField(_("customer"), max_length=40, editable=False)
    own_key = models.TextField(editable=False, default="")
    search_key = models.TextField(editable=False, default="")

    # The customer's file as it was at the submission (orders.parties), so that no paper changes with the file.
    buyer_name = models.CharField(_("buyer"), max_length=120, default="", editable=False)
    recipient_name = models.CharField(_("contact"), max_length=121, default="", editable=False)
    recipient_phone = models.CharField(_("phone"), max_length=40, default="", editable=False)
    ship_to = models.CharField(_("delivery address"), max_length=400, default="", editable=False)

    order_date = models.DateField(_("order date"))
    promised_date = models.DateField(_("promised delivery date"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.OFFLINE)
    delivery_method = models.CharField(
        _("delivery method"), max_length=10, choices=DeliveryMethod.choices, default=DeliveryMethod.LOGISTICS
    )
    delivery_address = models.CharField(_("delivery address"), max_length=200, blank=True, default="")
    payment_terms = models.ForeignKey(
        PaymentTerms, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("payment terms")
    )
    special_requirements = models.TextField(_("special requirements"), blank=True, default="")
    liability_clauses = models.TextField(_("liability clauses"), blank=True, default="")
    customer_reference = models.CharField(_("customer's order number"), max_length=60, blank=True, default="")
    remarks = models.TextField(_("remarks"), blank=True, default="")
    # Only in drafts: what cannot be read of the header, by field as it was typed. The field itself says nothing then.
    as_typed = models.JSONField(_("as typed"), default=dict, blank=True, editable=False)

    net_total = models.DecimalField(_("net (元)"), max_digits=14, decimal_places=2, default=0, editable=False)
    tax_total = models.DecimalField(_("tax (元)"), max_digits=14, decimal_places=2, default=0, editable=False)
    gross_total = models.DecimalField(_("total (元)"), max_digits=14, decimal_places=2, default=0, editable=False)
    # Derived from receipts by billing.entries.refresh_received, stored for lists; so is the status.
    received_total = models.DecimalField(_("received (元)"), max_digits=14, decimal_places=2, default=0, editable=False)

    payment_status = models.CharField(
        _("payment"), max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID, editable=False
    )
    # Derived from shipments by fulfilment.progress.refresh_progress, stored for lists; so is the day.
    delivery_status = models.CharField(
        _("delivery"), max_length=20, choices=DeliveryStatus.choices, default=DeliveryStatus.NOT_STARTED, editable=False
    )
    signed_off_on = models.DateField(_("finally signed off"), null=True, editable=False)

    submitted_at = models.DateTimeField(_("first submitted"), null=True, editable=False)
    # Frozen at final approval, never recomputed; the grade is the customer's until then, so that lists filter by it.
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, blank=True, default="", editable=False)
    province = models.CharField(_("province"), max_length=30, blank=True, default="", editable=False)
    # Set once: from then on it is made and shipped.
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    # Only an amendment at the customer's wish moves it.
    first_promised_date = models.DateField(_("first promised date"), null=True, editable=False)
    # An amendment changed then what the customer signs: what was signed before it does not count any more.
    reconfirm_since = models.DateTimeField(_("to be confirmed anew since"), null=True, editable=False)
    # The day it is booked on: its order date, or later when that month was closed already (orders.booking).
    booking_date = models.DateField(_("booking date"), null=True, editable=False)
    # Whose figure it is; ``rep`` and ``team`` say who cares for it now, and move when a customer is handed over.
    sold_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        verbose_name=_("sold by"),
        related_name="+",
        db_index=False,
    )
    sold_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        verbose_name=_("sold by team"),
        related_name="+",
        db_index=False,
    )

    submit_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.CANCELLED]) | Q(number__isnull=False),
                name="order_under_way_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=EFFECTIVE)
                | Q(
                    approved_at__isnull=False,
                    promised_date__isnull=False,
                    first_promised_date__isnull=False,
                    booking_date__isnull=False,
                ),
                name="approved_order_has_its_dates",
            ),
            # Half a cent of tolerance, because SQLite keeps decimals as floats.
            models.CheckConstraint(
                condition=Q(
                    gross_total__gt=models.F("net_total") + models.F("tax_total") - Decimal("0.005"),
                    gross_total__lt=models.F("net_total") + models.F("tax_total") + Decimal("0.005"),
                ),
                name="order_totals_add_up",
            ),
            models.CheckConstraint(
                condition=Q(received_total__gte=0, received_total__lte=models.F("gross_total")),
                name="order_received_within_total",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(approved_at__isnull=False),
                name="released_order_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_on__isnull=True) | Q(delivery_status=DeliveryStatus.SIGNED),
                name="signed_off_order_is_delivered",
            ),
        ]
        indexes = [
            # Lists by order date, promised date and amount: everybody's, a team's, a rep's.
            models.Index(fields=["-order_date", "-id"], name="order_by_date"),
            models.Index(fields=["team", "-order_date", "-id"], name="order_team_date"),
            models.Index(fields=["rep", "-order_date", "-id"], name="order_rep_date"),
            models.Index(fields=["-gross_total", "-id"], name="order_by_amount"),
            models.Index(fields=["team", "-gross_total", "-id"], name="order_team_amount"),
            models.Index(fields=["rep", "-gross_total", "-id"], name="order_rep_amount"),
            # Review queue and status filter: longest waiting first.
            models.Index(fields=["status", "status_since", "id"], name="order_queue"),
            # The list filtered by status, newest order date first: everybody's, a rep's.
            models.Index(fields=["status", "-order_date", "-id"], name="order_status_date"),
            models.Index(fields=["rep", "status", "-order_date", "-id"], name="order_rep_status_date"),
            # A customer's exposure: what uses its credit.
            models.Index(
                fields=["customer"],
                condition=owes(),
                name="order_unpaid",
            ),
            # What holds money although it is cancelled.
            models.Index(
                fields=["status_since", "id"],
                condition=Q(status=Status.CANCELLED, received_total__gt=0),
                name="order_cancelled_with_money",
            ),
            # What is to be shipped, or completed, the longest released first; and what waits for its release.
            models.Index(
                fields=["delivery_status", "released_at", "id"],
                condition=Q(status=Status.APPROVED, released_at__isnull=False),
                name="order_under_delivery",
            ),
            models.Index(
                fields=["id"], condition=Q(status=Status.APPROVED, released_at__isnull=True), name="order_unreleased"
            ),
            # The list filtered by delivery, newest order date first.
            models.Index(fields=["delivery_status", "-order_date", "-id"], name="order_delivery_date"),
            # Figures of a month: what was booked, promised and signed off in it; everybody's, a team's, a rep's.
            models.Index(fields=["booking_date", "id"], condition=Q(booking_date__isnull=False), name="order_booked"),
            models.Index(
                fields=["sold_team", "booking_date", "id"],
                condition=Q(booking_date__isnull=False),
                name="order_booked_by_team",
            ),
            models.Index(
                fields=["sold_by", "booking_date", "id"],
                condition=Q(booking_date__isnull=False),
                name="order_booked_by_rep",
            ),
            models.Index(
                fields=["first_promised_date", "id"],
                condition=Q(first_promised_date__isnull=False),
                name="order_promised",
            ),
            models.Index(
                fields=["signed_off_on", "id"], condition=Q(signed_off_on__isnull=False), name="order_signed_off"
            ),
            # Who bought in a month, or in a year of one grade, without reading the orders.
            models.Index(
                fields=["customer", "booking_date", "status", "grade"],
                condition=Q(booking_date__isnull=False),
                name="order_booked_by_customer",
            ),
            # The search for orders by what they are called themselves.
            PairsIndex(fields=["own_key"], name="order_own_key_pairs"),
            # A customer's orders and its exposure.
            models.Index(fields=["customer", "-id"], name="order_by_customer"),
        ]

    def __str__(self):
        return self.number or gettext("Draft-%(id)s") % {"id": self.pk}

    def get_absolute_url(self):
        return reverse("orders:detail", args=[self.pk])

    def described_to(self, user) -> str:
        """Its number, with the amount for those who see prices."""
        return f"{self} · {yuan(self.gross_total)}" if user.sees_prices else str(self)

    @property
    def status_family(self) -> str:
        """The colour family of the status badge; a draft that was sent back is red."""
        return "bad" if self.is_sent_back else super().status_family

    @property
    def status_label(self) -> str:
        return gettext("Sent back") if self.is_sent_back else super().status_label

    @property
    def delivery_family(self) -> str:
        """The colour family of the delivery badge."""
        return DeliveryStatus(self.delivery_status).family

    @property
    def delivery_label(self) -> str:
        return str(DeliveryStatus(self.delivery_status).label)

    @property
    def rep_name(self) -> str:
        """Who cares for it, or that nobody does yet."""
        return str(self.rep) if self.rep else gettext("Unassigned")

    @property
    def is_sent_back(self) -> bool:
        return self.sent_back and self.status == Status.DRAFT

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def has_parties(self) -> bool:
        """Whether buyer, recipient and address stand fast; a draft's, and an import's, are the file's."""
        return bool(self.buyer_name) and not self.is_draft

    @property
    def buyer(self) -> str:
        """The customer's full name."""
        return self.buyer_name if self.has_parties else self.customer.name

    @property
    def shipping_address(self) -> str:
        """Where the goods go: the order's own address, else the customer's."""
        return self.ship_to if self.has_parties else self.delivery_address or self.customer.full_address

    @property
    def unpaid_total(self) -> Decimal:
        """What is still to be received, in 元 with tax."""
        return self.gross_total - self.received_total

    def current_lines(self):
        """The lines of the revision in force, in their order."""
        return self.lines.filter(revision=self.revision).order_by("position")

    def current_instalments(self):
        """The instalments of the revision in force, in their order."""
        return self.instalments.filter(revision=self.revision).order_by("position")

"""The order: what a customer ordered, at what price, on what terms, and where it stands."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.roles import Role
from customers.models import Contact, Customer, Grade, PaymentTerms
from orders.statuses import DELIVERY_FAMILY, EFFECTIVE, EXPOSED, FAMILY, DeliveryStatus, PaymentStatus, Status


def seen_by(user, at: str = "") -> Q:
    """The orders a person may see: own (rep), the team's and nobody's (manager), approved ones (operations), all
    (finance). ``at`` leads to the order from elsewhere, as in ``order__``."""
    if user.role == Role.REP:
        return Q(**{f"{at}rep": user})
    if user.role == Role.MANAGER:
        return Q(**{f"{at}team": user.team_id}) | Q(**{f"{at}rep__isnull": True})
    if user.role == Role.OPERATIONS:
        return Q(**{f"{at}status__in": EFFECTIVE})
    return Q() if user.role in (Role.FINANCE, Role.ADMIN) else Q(**{f"{at}pk__in": []})


class OrderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The orders a person may see, as ``seen_by`` says."""
        return self.filter(seen_by(user))

    def effective(self):
        """Approved or completed: the orders that count in figures."""
        return self.filter(status__in=EFFECTIVE)


class Order(models.Model):
    """One sales order. Header facts live here; lines and instalments belong to one of its revisions.

    Amounts are in 元; ``net_total`` is without tax, ``gross_total`` with it.
    """

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
    status_since = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1, editable=False)
    # Review rounds opened so far; every submission opens one.
    round = models.PositiveSmallIntegerField(_("review round"), default=0, editable=False)
    sent_back = models.BooleanField(_("sent back"), default=False, editable=False)

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="orders")
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("contact"), related_name="+"
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
    # None is the system, which brought it in an import.
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    # Copies for lists and search: short name, and number + names + pinyin + initials in lower case.
    customer_name = models.CharField(_("customer"), max_length=40, editable=False)
    search_key = models.TextField(editable=False, default="")

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

    net_total = models.DecimalField(_("net (元)"), max_digits=14, decimal_places=2, default=0, editable=False)
    tax_total = models.DecimalField(_("tax (元)"), max_digits=14, decimal_places=2, default=0, editable=False)
    gross_total = models.DecimalField(_("total (元)"), max_digits=14, decimal_places=2, default=0, editable=False)
    # Derived from receipts by orders.receipts.refresh_received, stored for lists; so is the status.
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
    first_promised_date = models.DateField(_("first promised date"), null=True, editable=False)
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
                condition=Q(status__in=EXPOSED, received_total__lt=models.F("gross_total")),
                name="order_unpaid",
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
            # A customer's orders and its exposure.
            models.Index(fields=["customer", "-id"], name="order_by_customer"),
        ]

    def __str__(self):
        return self.number or gettext("Draft-%(id)s") % {"id": self.pk}

    def get_absolute_url(self):
        return reverse("orders:detail", args=[self.pk])

    @property
    def status_family(self) -> str:
        """The colour family of the status badge; a draft that was sent back is red."""
        return "bad" if self.is_sent_back else FAMILY[self.status]

    @property
    def status_label(self) -> str:
        # Django's get_status_display translates every choice to find one, twenty times as slowly.
        return gettext("Sent back") if self.is_sent_back else str(Status(self.status).label)

    @property
    def delivery_family(self) -> str:
        """The colour family of the delivery badge."""
        return DELIVERY_FAMILY[DeliveryStatus(self.delivery_status)]

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
    def shipping_address(self) -> str:
        """Where the goods go: the order's own address, else the customer's."""
        return self.delivery_address or self.customer.full_address

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

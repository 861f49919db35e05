"""Price agreements: what a customer pays for a product, from one day to another."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.rights import may_read_agreements
from core.money import percentage
from customers.models import Customer
from products.models import Product

#: Stands for the end of an agreement that has none.
FOREVER = date.max
#: So many days before an agreement ends somebody is told, unless another one follows it.
AHEAD = timedelta(days=30)


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the customers that this person may see, for those who may see prices."""
        if not may_read_agreements(user):
            return self.none()
        return self.filter(customer__in=Customer.objects.visible_to(user).order_by())

    def held(self) -> Self:
        """Without those that were withdrawn before they began."""
        return self.filter(last_day__gte=F("starts_on"))

    def valid_on(self, day: date) -> Self:
        """Those that hold on this day."""
        return self.filter(starts_on__lte=day, last_day__gte=day)

    def overlapping(self, starts_on: date, last_day: date) -> Self:
        """Those that hold on any day from one to the other, both included."""
        return self.held().filter(starts_on__lte=last_day, last_day__gte=starts_on)

    def ending_soon(self, today: date) -> Self:
        """Those that hold today and end, as agreed, within thirty days, with nothing after them."""
        follows = PriceAgreement.objects.held().filter(
            customer=models.OuterRef("customer"),
            product=models.OuterRef("product"),
            starts_on__gt=models.OuterRef("last_day"),
        )
        ending = self.filter(starts_on__lte=today, last_day__range=(today, today + AHEAD), ended_on=None)
        return ending.exclude(models.Exists(follows))


class PriceAgreement(models.Model):
    """A manager and a customer agreed what a product costs from one day to another. It is never rewritten: what turns
    out otherwise is ended, with a reason, and agreed anew.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="price_agreements"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, verbose_name=_("product"), related_name="price_agreements"
    )
    # Net of every discount: a line at this price has none.
    price = models.DecimalField(
        _("agreed price without tax (元)"), max_digits=14, decimal_places=6, validators=[MinValueValidator(0)]
    )
    starts_on = models.DateField(_("valid from"), default=timezone.localdate)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("reason or basis"), max_length=400, blank=True, default="")
    # Its last day when it was ended early; the day before its first one when it was withdrawn.
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    end_reason = models.CharField(_("why it ended"), max_length=400, blank=True, default="", editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    # The last day on which it holds: as it was ended, else as agreed, else FOREVER.
    last_day = models.DateField(_("last valid day"), editable=False)
    # None: the system, by an import in a terminal.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    made_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    submit_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("price agreement")
        verbose_name_plural = _("price agreements")
        ordering = ["-starts_on", "-id"]
        # That no two of a customer and a product overlap keep agreements.protections, and on PostgreSQL a constraint.
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="agreed_price_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(last_day=Coalesce("ended_on", "ends_on", models.Value(FOREVER))),
                name="agreement_last_day_follows",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None, end_reason="")
                | (Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
                name="ended_agreement_says_why_and_who",
            ),
        ]
        indexes = [
            # What holds for a customer's products on a day; what follows an agreement.
            models.Index(fields=["customer", "product", "starts_on"], name="agreement_of_customer"),
            # The list by its columns; what ends soon.
            models.Index(fields=["last_day", "id"], name="agreement_by_last_day"),
            models.Index(fields=["starts_on", "id"], name="agreement_by_first_day"),
            models.Index(fields=["price", "id"], name="agreement_by_price"),
        ]

    def __str__(self):
        return f"{self.customer} {self.product} {self.period}"

    def get_absolute_url(self):
        return f"{reverse('agreements:of-customer', args=[self.customer_id])}#agreement-{self.pk}"

    def clean(self):
        """Raises ValidationError, beside the last day, when it comes before the first one."""
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": gettext("The last day comes before the first one.")})

    @property
    def due(self) -> date:
        """The last day as the columns say it should be."""
        return self.ended_on or self.ends_on or FOREVER

    @property
    def is_open(self) -> bool:
        """Whether it has no end."""
        return self.last_day == FOREVER

    @property
    def was_withdrawn(self) -> bool:
        """Whether it was ended before it began."""
        return self.last_day < self.starts_on

    @property
    def until(self) -> str:
        """``至 2026-12-31``, or that it has no end."""
        return gettext("open end") if self.is_open else gettext("until %(day)s") % {"day": self.last_day.isoformat()}

    @property
    def period(self) -> str:
        """First and last day as ``2026-01-01 – 2026-12-31``."""
        last = gettext("open end") if self.is_open else self.last_day.isoformat()
        return f"{self.starts_on.isoformat()} – {last}"

    def below(self, list_price: Decimal) -> Decimal | None:
        """Percentage points that the agreed price lies below another one; None where that is nothing."""
        if not list_price:
            return None
        return percentage(1 - self.price / list_price)

    def state_on(self, day: date) -> tuple[str, str]:
        """Colour family and words: withdrawn, ended, not begun, ending soon, valid."""
        if self.was_withdrawn:
            return "void", gettext("Withdrawn")
        if self.last_day < day:
            return "void", gettext("Ended early") if self.ended_on else gettext("Expired")
        if self.starts_on > day:
            return "idle", gettext("Not begun")
        left = (self.last_day - day).days
        if left <= AHEAD.days:
            return "wait", gettext("%(n)s days left") % {"n": left} if left else gettext("last day today")
        return "good", gettext("Valid")

    @property
    def hindrance(self) -> str:
        """Why nothing is sold at it at the moment, although it holds; empty when nothing stands against it."""
        if not self.customer.active:
            return gettext("customer frozen")
        return "" if self.product.active else gettext("product discontinued")

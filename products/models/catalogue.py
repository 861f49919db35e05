"""What we sell: the catalogue and the stock ledger."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.text_key import KeyField, parts_of, text_key, words_of

#: The standard costs of a unit, in the kinds and the order of costing: 直接材料 直接人工 制造费用 物流费用 售后费用.
COSTS = ("cost_materials", "cost_labour", "cost_overhead", "cost_freight", "cost_service")


class CategoryQuerySet(models.QuerySet):
    def in_tree(self) -> Self:
        """Each family followed by those below it."""
        top = Coalesce("parent__name", "name")
        return self.select_related("parent").order_by(top, models.F("parent").asc(nulls_first=True), "name")


class Category(models.Model):
    """A family of products, by which delays and sales are compared; it may stand below one other, no deeper."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("stands below")
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]
        constraints = [
            # That there are two levels at most keeps products.protections.
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="category_not_below_itself"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Raises ValidationError when it would make a third level."""
        parent = self.parent if self.parent_id else None
        if parent and parent.parent:
            words = {"parent": parent, "above": parent.parent}
            sentence = gettext("“%(parent)s” stands below “%(above)s” itself; there are two levels.")
            raise ValidationError({"parent": sentence % words})
        if parent and self.pk and self.children.exists():
            sentence = gettext("Others stand below “%(name)s”; there are two levels.")
            raise ValidationError({"parent": sentence % {"name": self}})


class ProductQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The catalogue is open to everybody who works here; prices in it are not (``sees_prices``)."""
        return self if user.is_authenticated else self.none()

    def on_sale(self):
        return self.filter(active=True)

    def matching(self, text: str):
        """Those whose number, name, specification, pinyin or initials contain every word of the text.

        Where none does, words are parted where their characters change: ``控制柜500`` finds 控制柜 KX-500.
        """
        words = words_of(text)
        found = self._containing(words)
        parts = [part for word in words for part in parts_of(word) or [word]]
        return found if parts == words or found.exists() else self._containing(parts)

    def likeliest(self, text: str):
        """Those first whose number begins with the text, then those whose name does; on sale before the others."""
        key = text_key(text)
        begins = [models.When(code_key__startswith=key, then=0), models.When(name_key__startswith=key, then=1)]
        rank = models.Case(*begins, default=2, output_field=models.SmallIntegerField())
        return self.select_related("category").alias(rank=rank).order_by("-active", "rank", "code")

    def _containing(self, words: list[str]):
        return self.filter(*(models.Q(search_key__contains=word) for word in words))


def _standard_cost(label) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=14, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Product(models.Model):
    """Something we sell, goods or a service, with its list price without tax, its standard costs and its lead time."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")

    category = models.ForeignKey(Category, on_delete=models.PROTECT, verbose_name=_("category"))
    code = models.CharField(_("product number"), max_length=40, unique=True)
    name = models.CharField(_("product name"), max_length=120)
    specification = models.CharField(_("specification"), max_length=120, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=10, default="件")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.GOODS)
    list_price = models.DecimalField(
        _("list price without tax (元)"), max_digits=14, decimal_places=6, validators=[MinValueValidator(0)]
    )
    tax_rate = models.DecimalField(
        _("tax rate (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("13"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    # What one unit should cost us in 元, in the five kinds of costing; None is not set. For ``user.sees_costs`` alone.
    cost_materials = _standard_cost(_("standard direct materials (元)"))
    cost_labour = _standard_cost(_("standard direct labour (元)"))
    cost_overhead = _standard_cost(_("standard manufacturing overhead (元)"))
    cost_freight = _standard_cost(_("standard logistics (元)"))
    cost_service = _standard_cost(_("standard after-sales (元)"))
    lead_time = models.PositiveSmallIntegerField(_("lead time (working days)"), default=0)
    reorder_point = models.DecimalField(
        _("reorder point"),
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("When what is available comes down to it, operations are told. Empty: never."),
    )
    active = models.BooleanField(_("on sale"), default=True)
    code_key = KeyField(of="code", unique=True)
    name_key = KeyField(of="name", db_index=True)
    # number, name, specification, pinyin and initials in the form of core.text_key; written by services only
    search_key = models.TextField(editable=False, default="")
    name_pinyin = models.CharField(max_length=720, editable=False, default="")
    # The sum of its stock moves in its unit, stored for lists; products.services.record_stock_move alone writes it.
    on_hand = models.DecimalField(_("on hand"), max_digits=14, decimal_places=3, default=Decimal(0), editable=False)
    # What released orders have of it and has not left yet; orders.reservations.refresh_reserved alone writes it.
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=3, default=Decimal(0), editable=False)
    # The part of it that orders with priority supply have, which comes before the rest; written together with it.
    reserved_first = models.DecimalField(
        _("reserved with priority"), max_digits=14, decimal_places=3, default=Decimal(0), editable=False
    )
    # Since when ``is_low`` holds; whoever writes what it follows from calls ``note_level``.
    low_since = models.DateTimeField(_("low since"), null=True, editable=False)

    # How often it was changed: a form says which state it was opened with.
    version = models.PositiveIntegerField(default=0, editable=False)
    submit_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(list_price__gte=0), name="list_price_not_negative"),
            models.CheckConstraint(
                condition=models.Q(tax_rate__gte=0, tax_rate__lte=100), name="product_tax_rate_between_0_and_100"
            ),
            models.CheckConstraint(condition=models.Q(on_hand__gte=0), name="product_on_hand_not_negative"),
            models.CheckConstraint(condition=models.Q(reserved__gte=0), name="product_reserved_not_negative"),
            models.CheckConstraint(
                condition=models.Q(reserved_first__gte=0, reserved_first__lte=models.F("reserved")),
                name="product_reserved_first_is_part_of_reserved",
            ),
            models.CheckConstraint(
                condition=models.Q(**{f"{name}__gte": 0 for name in (*COSTS, "reorder_point")}),
                name="standard_costs_and_reorder_point_not_negative",
            ),
        ]
        indexes = [
            # The list, sorted by number, name, price, lead time or stock.
            models.Index(fields=["code", "id"], name="product_by_code"),
            models.Index(fields=["name_pinyin", "id"], name="product_by_pinyin"),
            models.Index(fields=["list_price", "id"], name="product_by_price"),
            models.Index(fields=["lead_time", "id"], name="product_by_lead_time"),
            models.Index(fields=["on_hand", "id"], name="product_by_stock"),
            # What is low, the longest first.
            models.Index(fields=["low_since", "id"], condition=models.Q(low_since__isnull=False), name="product_low"),
        ]

    def __str__(self):
        return f"{self.name} {self.specification}".strip()

    def get_absolute_url(self):
        return reverse("products:detail", args=[self.pk])

    @property
    def status_family(self) -> str:
        """The colour family of the badge that says whether it can be ordered."""
        return "good" if self.active else "void"

    @property
    def status_label(self) -> str:
        return gettext("On sale") if self.active else gettext("Discontinued")

    @property
    def state(self) -> tuple[str, str]:
        """Colour family and words of what is to be known at once: that it is low, else whether it can be ordered."""
        return ("wait", gettext("Low stock")) if self.low_since else (self.status_family, self.status_label)

    @property
    def standard_cost(self) -> Decimal | None:
        """What one unit should cost us in 元, all kinds together; None while no kind is set."""
        kinds = [cost for cost in (getattr(self, name) for name in COSTS) if cost is not None]
        return sum(kinds, Decimal(0)) if kinds else None

    @property
    def stock(self) -> Decimal | None:
        """What is in stock, in its unit; None for a service, which keeps none."""
        return self.on_hand if self.keeps_stock else None

    @property
    def available(self) -> Decimal:
        """What nobody has been promised yet, in its unit: on hand − reserved; below zero when more is promised."""
        return self.on_hand - self.reserved

    def available_to(self, *, first: bool) -> Decimal:
        """What is there for one more order, in its unit: with priority supply (``first``) it passes those without."""
        return self.on_hand - (self.reserved_first if first else self.reserved)

    @property
    def is_short(self) -> bool:
        """Whether released orders have more of it than there is."""
        return self.keeps_stock and self.available < 0

    @property
    def is_low(self) -> bool:
        """Whether what is available has come down to the reorder point; what is discontinued is not bought again."""
        is_kept = self.active and self.keeps_stock and self.reorder_point is not None
        return is_kept and self.available <= (self.reorder_point or 0)

    def note_level(self, as_stored: Self | None = None) -> None:
        """Writes onto the row (unsaved) since when it is low, by the stock of ``as_stored`` if given."""
        stored = as_stored or self
        self.on_hand, self.reserved = stored.on_hand, stored.reserved
        self.low_since = (stored.low_since or timezone.now()) if self.is_low else None

    @property
    def keeps_stock(self) -> bool:
        """A service is never in stock."""
        return self.kind == self.Kind.GOODS


class StockMove(models.Model):
    """One movement of goods in or out, with its reason; a product's stock on hand is the sum of these."""

    class Reason(models.TextChoices):
        OPENING = "opening", _("Opening stock")
        PURCHASE = "purchase", _("Purchase")
        PRODUCTION = "production", _("Production")
        COUNT = "count", _("Stocktaking")
        SCRAP = "scrap", _("Scrapped or damaged")
        ADJUSTMENT = "adjustment", _("Adjustment")
        SHIPMENT = "shipment", _("Shipment")

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="stock_moves", verbose_name=_("product")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("recorded by"), related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    submit_token = models.UUIDField(unique=True, null=True, editable=False)
    # The line of a stock count whose difference it books: each is booked once.
    count_line = models.OneToOneField(
        "products.StockCountLine", on_delete=models.PROTECT, null=True, editable=False, related_name="move"
    )

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(quantity=0), name="stock_move_moves_something")]
        indexes = [
            # A product's moves, newest first.
            models.Index(fields=["product", "-id"], name="stock_move_by_product"),
        ]

    def __str__(self):
        return f"{self.product} {self.quantity:+}"

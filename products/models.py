"""What we sell: the catalogue and the stock ledger."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.pinyin import words_of


class Category(models.Model):
    """A family of products, by which delays and sales are compared."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self):
        return self.name


class ProductQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The catalogue is open to everybody who works here; prices in it are not (``sees_prices``)."""
        return self if user.is_authenticated else self.none()

    def on_sale(self):
        return self.filter(active=True)

    def matching(self, text: str):
        """Those whose code, name, specification, pinyin or initials contain every word of the text."""
        found = self
        for word in words_of(text):
            found = found.filter(search_key__contains=word)
        return found


class Product(models.Model):
    """Something we sell, goods or a service, with its list price without tax and its lead time."""

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
    lead_time = models.PositiveSmallIntegerField(_("lead time (working days)"), default=0)
    active = models.BooleanField(_("on sale"), default=True)
    # code, name, specification, pinyin and initials in lower case; written by services only
    search_key = models.TextField(editable=False, default="")
    name_pinyin = models.CharField(max_length=720, editable=False, default="")
    # The sum of its stock moves in its unit, stored for lists; products.services.record_stock_move alone writes it.
    on_hand = models.DecimalField(_("on hand"), max_digits=14, decimal_places=3, default=Decimal(0), editable=False)
    # What released orders have of it and has not left yet; orders.reservations.refresh_reserved alone writes it.
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=3, default=Decimal(0), editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(list_price__gte=0), name="list_price_not_negative"),
            models.CheckConstraint(
                condition=models.Q(tax_rate__gte=0, tax_rate__lte=100), name="product_tax_rate_sane"
            ),
            models.CheckConstraint(condition=models.Q(on_hand__gte=0), name="product_on_hand_not_negative"),
            models.CheckConstraint(condition=models.Q(reserved__gte=0), name="product_reserved_not_negative"),
        ]
        indexes = [
            # The list, sorted by number, name, price, lead time or stock.
            models.Index(fields=["code", "id"], name="product_by_code"),
            models.Index(fields=["name_pinyin", "id"], name="product_by_pinyin"),
            models.Index(fields=["list_price", "id"], name="product_by_price"),
            models.Index(fields=["lead_time", "id"], name="product_by_lead_time"),
            models.Index(fields=["on_hand", "id"], name="product_by_stock"),
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
    def stock(self) -> Decimal | None:
        """What is in stock, in its unit; None for a service, which keeps none."""
        return self.on_hand if self.keeps_stock else None

    @property
    def available(self) -> Decimal:
        """What nobody has been promised yet, in its unit: on hand − reserved; below zero when more is promised."""
        return self.on_hand - self.reserved

    @property
    def is_short(self) -> bool:
        """Whether released orders have more of it than there is."""
        return self.keeps_stock and self.available < 0

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

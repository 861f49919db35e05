"""Stocktaking: sheets with what the books say, what was counted, and the difference."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.choices import ColouredChoices
from core.models import Stateful
from products.models.catalogue import Category, Product, StockMove
from products.rights import may_read_counts


class CountStatus(ColouredChoices):
    COUNTING = "counting", "move", _("Counting")
    POSTED = "posted", "good", _("Posted")
    DISCARDED = "discarded", "void", _("Discarded")


class StockCountQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All of them for those who work with stock counts."""
        return self if may_read_counts(user) else self.none()


class StockCount(Stateful):
    """One stocktaking (盘点) of a category or of everything; its differences are booked once, when it is posted."""

    states = CountStatus

    status = models.CharField(
        _("status"), max_length=10, choices=CountStatus.choices, default=CountStatus.COUNTING, editable=False
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    submit_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = StockCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        ordering = ["-id"]

    def __str__(self):
        return f"PD{self.pk}"

    def get_absolute_url(self):
        return reverse("products:count", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether figures can still be written down."""
        return self.status == CountStatus.COUNTING

    @property
    def scope(self) -> str:
        """What it covers."""
        return str(self.category or _("All goods"))


class StockCountLineQuerySet(models.QuerySet):
    def with_moves(self) -> Self:
        """Each with what moved since its book figure: ``moved`` (None: nothing) and ``last_move`` (the newest's id)."""
        since = StockMove.objects.filter(product=OuterRef("product"), id__gt=OuterRef("known_move")).order_by()
        moved = since.values("product").annotate(total=Sum("quantity")).values("total")
        newest = since.order_by("-id").values("id")[:1]
        return self.annotate(moved=Subquery(moved), last_move=Subquery(newest))


class StockCountLine(models.Model):
    """One product on a sheet: what the books said when the sheet was made, and what was counted."""

    class Answer(models.TextChoices):
        BEFORE = "before", _("Counted before these moves")
        AFTER = "after", _("Counted after these moves")

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    book = models.DecimalField(_("book figure"), max_digits=14, decimal_places=3)
    # The newest stock move that the book figure contains; 0 before the first.
    known_move = models.BigIntegerField(default=0)
    counted = models.DecimalField(
        _("counted"), max_digits=14, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    # Whether goods that moved meanwhile are in the counted figure, and up to which move that was said.
    answer = models.CharField(_("moves meanwhile"), max_length=6, choices=Answer.choices, blank=True, default="")
    answered_move = models.BigIntegerField(default=0)
    # What was booked; written when the count is posted.
    difference = models.DecimalField(_("difference"), max_digits=14, decimal_places=3, null=True)

    # Only of ``with_moves``.
    moved: Decimal | None
    last_move: int | None

    objects = StockCountLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("counted product")
        verbose_name_plural = _("counted products")
        ordering = ["product__code"]
        constraints = [
            models.UniqueConstraint(fields=["count", "product"], name="one_line_per_counted_product"),
            models.CheckConstraint(condition=models.Q(counted__gte=0), name="counted_not_negative"),
        ]

    def __str__(self):
        return str(self.product)

    @property
    def waits_for_answer(self) -> bool:
        """Of ``with_moves``: whether goods moved, and nobody said yet whether the counted figure contains that."""
        return self.counted is not None and self.last_move is not None and self.answered_move != self.last_move

    @property
    def to_book(self) -> Decimal | None:
        """Of ``with_moves``: counted − what the books say of the moment of counting; None while that is not known."""
        if self.difference is not None:
            return self.difference
        if self.counted is None or self.waits_for_answer:
            return None
        contained = self.moved if self.moved is not None and self.answer == self.Answer.AFTER else Decimal(0)
        # Three digits: SQLite sums decimals as floats.
        return (self.counted - self.book - contained).quantize(Decimal("0.001"))

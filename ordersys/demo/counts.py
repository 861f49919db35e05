"""The demonstration's stocktaking: one count posted with its differences, one that operations are in the middle of."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from core.workflow import take
from ordersys.demo.clock import at, clock_at
from products.counting import Counted, open_count, write_down
from products.models import Category, Product, StockCountLine

#: When on the evening before, after the last shipment has left; the second one is not finished.
_POSTED_AT, _OPEN_AT = 19 * 60 + 30, 21 * 60
_WRONG = ((Decimal(-1), "外箱破损，已报废一件"), (Decimal(2), "上月入库漏记"), (Decimal(-2), "错放在 B 区，未找到"))


def load_counts(people: dict[str, User]) -> None:
    """Counts the goods of two categories, through the services."""
    goods = Category.objects.filter(product__kind=Product.Kind.GOODS).distinct().order_by("pk")
    for category, minute in zip(goods[:2], (_POSTED_AT, _OPEN_AT), strict=False):
        _count(category, people["operations1"], minute)


def _count(category: Category, by: User, minute: int) -> None:
    is_open = minute == _OPEN_AT
    with clock_at(at(timezone.localdate() - timedelta(days=1), minute)):
        sheet = open_count(category=category, note="月末盘点，先盘 A 区" if is_open else "抽盘", by=by)
        lines = list(sheet.lines.with_moves().select_related("product"))
        seen = lines[: (len(lines) + 1) // 2] if is_open else lines
        sheet = write_down(count=sheet, said=_said(seen), by=by)
        if not is_open:
            take(sheet, "post", by=by)


def _said(lines: Iterable[StockCountLine]) -> dict[int, Counted]:
    """Most as the book says; every third line with a difference and the reason for it."""
    said = {}
    for place, line in enumerate(lines):
        wrong, note = _WRONG[place // 3 % len(_WRONG)] if place % 3 == 1 else (Decimal(0), "")
        said[line.pk] = Counted(max(line.book + wrong, Decimal(0)), note if line.book + wrong >= 0 else "")
    return said

"""Stocktaking: opening a sheet, writing down what was counted, and booking the differences once."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.events import record, record_all
from core.locks import lock_row, lock_rows
from core.stale import Stale
from core.submitted import first_result, scoped
from core.workflow import Attempt
from products.models import Category, Product, StockCount, StockCountLine, StockMove

#: Lines of a sheet; more are counted category by category.
MOST_LINES = 300
_NAMED = 5  # products in a sentence


@transaction.atomic
def open_count(*, category: Category | None, note: str, by: User, token: UUID | None = None) -> StockCount:
    """Makes a sheet of the goods of a category, or of all; a second call with the same ``token`` returns the first.

    Raises ValidationError when there is nothing to count, or too much for one sheet.
    """
    key = scoped(token, by)
    if first := first_result(StockCount, key):
        return first
    goods = _goods_of(category)
    opened = {"opened_by": by, "opened_at": timezone.now()}
    count = StockCount.objects.create(category=category, note=note, submit_token=key, **opened)
    # Under the locks: the book figures and the moves that they contain belong together.
    stock = lock_rows(goods)
    newest = dict(StockMove.objects.filter(product__in=stock).order_by().values_list("product").annotate(Max("id")))
    lines = [StockCountLine(count=count, product=p, book=p.on_hand, known_move=newest.get(p.pk, 0)) for p in stock]
    StockCountLine.objects.bulk_create(lines)
    record(count, "count_opened", by=by, number=len(lines), scope=count.scope)
    return count


def _goods_of(category: Category | None) -> QuerySet[Product]:
    """What a sheet of the category, or of everything, lists. Raises ValidationError as ``open_count`` says."""
    goods = Product.objects.filter(kind=Product.Kind.GOODS).filter(Q(active=True) | ~Q(on_hand=0))
    if category:
        goods = goods.filter(Q(category=category) | Q(category__parent=category))
    number = goods.count()
    if not number:
        raise ValidationError({"category": _("There are no goods in it.")})
    if number > MOST_LINES:
        sentence = _("%(number)s products are too many for one sheet of %(most)s: count category by category.")
        raise ValidationError({"category": sentence % {"number": number, "most": MOST_LINES}})
    return goods


@dataclass(frozen=True)
class Counted:
    """What somebody wrote down of one line; ``answered_move`` is the newest move that the answer is about."""

    counted: Decimal | None
    note: str = ""
    answer: str = ""
    answered_move: int = 0


@transaction.atomic
def write_down(*, count: StockCount, said: Mapping[int, Counted], by: User, version: int | None = None) -> StockCount:
    """Keeps what was counted, by the lines' keys; lines that are not named stay.

    Raises:
        core.stale.Stale: when ``version`` is not the sheet's any more.
        ValidationError: when the count is posted or discarded already.
    """
    count = lock_row(StockCount, count.pk)
    if not count.is_open:
        raise ValidationError(_("This count is closed: %(state)s.") % {"state": count.status_label})
    if version is not None and version != count.version:
        raise Stale(count)
    lines = list(count.lines.filter(pk__in=said))
    changed = [line for line in lines if _write(line, said[line.pk])]
    if changed:
        StockCountLine.objects.bulk_update(changed, ["counted", "note", "answer", "answered_move"])
        StockCount.objects.filter(pk=count.pk).update(version=F("version") + 1)
        record(count, "counted", by=by, number=len(changed))
    return count


def _write(line: StockCountLine, said: Counted) -> bool:
    """Writes onto the line (unsaved); whether that changed it."""
    before = (line.counted, line.note, line.answer, line.answered_move)
    line.counted, line.note = said.counted, said.note
    if said.answer:
        line.answer, line.answered_move = said.answer, said.answered_move
    return before != (line.counted, line.note, line.answer, line.answered_move)


# ---- posting: conditions and effects of the verb ---------------------------------------------------------------------


def lock_stock(count: StockCount) -> None:
    """What was counted does not move while its differences are booked."""
    lock_rows(Product.objects.filter(pk__in=count.lines.values("product")))


def something_counted(attempt: Attempt) -> str | None:
    if attempt.obj.lines.filter(counted__isnull=False).exists():
        return None
    return _("Nothing has been counted yet.")


def moves_explained(attempt: Attempt) -> str | None:
    """Goods that moved between counting and posting are counted once: somebody must say whether they were counted."""
    lines = attempt.obj.lines.with_moves().select_related("product")
    open_lines = [line for line in lines if line.waits_for_answer]
    if not open_lines:
        return None
    words = {"number": len(open_lines), "products": _named(open_lines)}
    sentence = _("%(number)s products moved since the sheet was made; say whether it was counted: %(products)s.")
    return sentence % words


def nothing_below_zero(attempt: Attempt) -> str | None:
    lines = attempt.obj.lines.with_moves().filter(counted__isnull=False).select_related("product")
    below = [line for line in lines if line.product.on_hand + (line.to_book or 0) < 0]
    if not below:
        return None
    return _("More has left than was counted: count these again: %(products)s.") % {"products": _named(below)}


def _named(lines: list[StockCountLine]) -> str:
    names = [line.product.code for line in lines]
    return _(", ").join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def book_differences(attempt: Attempt) -> None:
    """One stock move per difference, and the line keeps what was booked."""
    count, by = attempt.obj, attempt.by
    lines = list(count.lines.with_moves().filter(counted__isnull=False).select_related("product", "count"))
    for line in lines:
        line.difference = line.to_book
    StockCountLine.objects.bulk_update(lines, ["difference"])
    differing = [line for line in lines if line.difference]
    moves = [_move(line, line.difference or Decimal(0), by) for line in differing]
    StockMove.objects.bulk_create(moves)
    for line in differing:
        line.product.on_hand += line.difference or 0
        line.product.note_level()
    Product.objects.bulk_update([line.product for line in differing], ["on_hand", "low_since"])
    said = [(move, {"quantity": str(move.quantity), "reason": move.reason}) for move in moves]
    record_all("stock_moved", said, by=by)
    attempt.data |= {"lines": len(lines), "differing": len(differing)}


def _move(line: StockCountLine, quantity: Decimal, by: User) -> StockMove:
    note = f"{line.count} {line.note}".strip()[:200]
    known = {"reason": StockMove.Reason.COUNT, "note": note, "by": by, "at": timezone.now()}
    return StockMove(product=line.product, quantity=quantity, count_line=line, **known)

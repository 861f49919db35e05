"""Stocktaking: a sheet of book figures, what was counted, and the difference booked once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.stale import Stale
from core.workflow import Refused, take
from products import counting
from products.counting import Counted, open_count, write_down
from products.invariants import wrong_counts, wrong_stock
from products.models import Category, Product, StockCount, StockMove
from products.services import record_stock_move
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(operations):
    product = ProductFactory()
    move(product, 10, operations)
    return product


def move(product, quantity, by, reason="purchase"):
    record_stock_move(product=product, quantity=Decimal(quantity), reason=reason, by=by)


@pytest.fixture
def count(product, operations):
    return open_count(category=None, note="年终", by=operations)


def say(count, by, counted, answer="", **more):
    line = count.lines.with_moves().get()
    said = Counted(None if counted is None else Decimal(counted), "", answer, line.last_move or 0)
    return write_down(count=count, said={line.pk: said}, by=by, **more)


def on_hand() -> Decimal:
    assert list(wrong_stock()) == list(wrong_counts()) == []
    return Product.objects.get().on_hand


# ---- the sheet -------------------------------------------------------------------------------------------------------


def test_a_sheet_has_the_goods_of_a_category_and_of_those_below_it_with_what_the_books_say(operations):
    top = Category.objects.create(name="工控")
    low = Category.objects.create(name="柜体", parent=top)
    wanted = [ProductFactory(category=top), ProductFactory(category=low)]
    ProductFactory(category=CategoryFactory(name="别的"))
    ProductFactory(category=top, kind="service")
    ProductFactory(category=top, active=False)  # discontinued and gone
    move(wanted[0], 3, operations)
    lines = open_count(category=top, note="", by=operations).lines.order_by("product")
    assert [(line.product, line.book) for line in lines] == [(wanted[0], 3), (wanted[1], 0)]


def test_nothing_to_count_and_too_much_for_one_sheet_are_refused(operations, monkeypatch):
    with pytest.raises(ValidationError):
        open_count(category=CategoryFactory(), note="", by=operations)
    ProductFactory.create_batch(2)
    monkeypatch.setattr(counting, "MOST_LINES", 1)
    with pytest.raises(ValidationError, match="2"):
        open_count(category=None, note="", by=operations)
    assert not StockCount.objects.exists()


def test_a_second_click_makes_no_second_sheet(product, as_operations):
    sent = {"submit_token": str(uuid4()), "category": "", "note": ""}
    first, second = (as_operations.post(reverse("products:count-new"), sent) for _click in range(2))
    assert (first.status_code, first.url) == (303, second.url)


# ---- posting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("counted", "moves"), [(8, 2), (10, 1), (12.5, 2)])
def test_a_posted_difference_moves_the_stock_to_what_was_counted(operations, count, counted, moves):
    say(count, operations, counted)
    take(count, "post", by=operations)
    assert on_hand() == Decimal(str(counted))
    assert StockMove.objects.count() == moves


def test_what_was_not_counted_stays_as_the_books_say(operations, count):
    other = ProductFactory()
    move(other, 5, operations)
    say(count, operations, 9)
    take(count, "post", by=operations)
    other.refresh_from_db()
    assert other.on_hand == 5


def test_an_empty_sheet_is_not_posted(operations, count):
    with pytest.raises(Refused, match="尚未"):
        take(count, "post", by=operations)


def test_a_count_is_posted_once(operations, count):
    say(count, operations, 8)
    take(count, "post", by=operations)
    with pytest.raises(Refused) as refused:
        take(count, "post", by=operations)
    assert refused.value.kinds == {"state"}
    assert on_hand() == 8


@pytest.mark.parametrize(
    ("moved", "answer", "counted", "left"),
    [
        (-3, "before", 9, 6),  # nine lay there, then three left
        (-3, "after", 6, 6),  # three had left when six were counted
        (4, "before", 10, 14),
        (4, "after", 14, 14),
    ],
)
def test_goods_that_moved_meanwhile_are_counted_once(operations, product, count, moved, answer, counted, left):
    move(product, moved, operations)
    say(count, operations, counted)
    with pytest.raises(Refused, match=product.code):
        take(count, "post", by=operations)
    say(count, operations, counted, answer)
    take(count, "post", by=operations)
    assert on_hand() == left


def test_a_move_after_the_answer_asks_anew(operations, product, count):
    move(product, -3, operations)
    say(count, operations, 6, "after")
    move(product, -1, operations)
    with pytest.raises(Refused, match=product.code):
        take(count, "post", by=operations)


def test_moves_that_cancel_each_other_out_are_asked_about_as_well(operations, product, count):
    move(product, -3, operations)
    move(product, 3, operations)
    say(count, operations, 7)
    with pytest.raises(Refused, match=product.code):
        take(count, "post", by=operations)


def test_more_that_left_than_was_counted_is_counted_again(operations, product, count):
    move(product, -8, operations)
    say(count, operations, 3, "before")
    with pytest.raises(Refused, match=product.code):
        take(count, "post", by=operations)
    assert on_hand() == 2


def test_a_posted_or_discarded_sheet_takes_no_more_figures(operations, count):
    say(count, operations, 8)
    take(count, "discard", by=operations, note="数错了")
    with pytest.raises(ValidationError):
        say(count, operations, 9)
    assert on_hand() == 10


def test_the_database_keeps_a_posted_line_and_books_it_once(operations, count):
    say(count, operations, 8)
    take(count, "post", by=operations)
    line = count.lines.get()
    with transaction.atomic(), pytest.raises(IntegrityError):
        count.lines.update(counted=9)
    with transaction.atomic(), pytest.raises(IntegrityError):
        StockMove.objects.create(product=line.product, quantity=-2, reason="count", count_line=line)


def test_who_writes_second_is_told_and_replaces_knowingly(operations, count):
    say(count, operations, 8, version=0)
    with pytest.raises(Stale):
        say(count, operations, 9, version=0)
    say(count, operations, 9, version=1)


# ---- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def boxes(count):
    """A function: the sheet as a form."""
    line = count.lines.get()

    def fill(counted, **more):
        return {f"counted-{line.pk}": counted, f"note-{line.pk}": "角落里", "version": "0"} | more

    return fill


def test_operations_type_what_was_counted_and_post_it(as_operations, operations, count, boxes):
    page = count.get_absolute_url()
    assert as_operations.post(page, boxes("1,008.5")).status_code == 303
    shown = as_operations.get(page).content.decode()
    assert "998.5" in shown
    assert "角落里" in shown
    as_operations.post(f"{page}post/", {"version": "1"})
    assert on_hand() == Decimal("1008.5")
    assert StockMove.objects.latest("id").note == f"{count} 角落里"


@pytest.mark.parametrize("wrong", ["-1", "viel", "1.2345"])
def test_a_figure_that_cannot_be_stays_typed_beside_its_sentence(as_operations, count, boxes, wrong):
    answer = as_operations.post(count.get_absolute_url(), boxes(wrong))
    assert answer.status_code == 422
    assert wrong in answer.content.decode()
    assert count.lines.get().counted is None


def test_the_page_asks_about_goods_that_moved_and_takes_the_answer(as_operations, operations, product, count, boxes):
    move(product, -3, operations)
    (row,) = as_operations.get(count.get_absolute_url()).context["rows"]
    newest = StockMove.objects.latest("id").pk
    answer = {row.answer.html_name: f"after:{newest}"}
    assert as_operations.post(count.get_absolute_url(), boxes("7", **answer)).status_code == 303
    as_operations.post(f"{count.get_absolute_url()}post/", {"version": "1"})
    assert on_hand() == 7


def test_a_stale_sheet_keeps_what_was_typed_and_is_saved_the_next_time(as_operations, operations, count, boxes):
    say(count, operations, 8)
    answer = as_operations.post(count.get_absolute_url(), boxes("9"))
    assert answer.status_code == 422
    assert answer.context["form"]["version"].value() == 1
    assert as_operations.post(count.get_absolute_url(), boxes("9", version="1")).status_code == 303
    assert count.lines.get().counted == 9


def test_the_paper_has_the_book_figures_and_room_for_the_others(as_operations, product, count):
    page = as_operations.get(reverse("products:count-print", args=[count.pk])).content.decode()
    assert product.code in page
    assert "账面" in page


def test_managers_read_and_reps_find_nothing(as_manager, as_rep, count):
    page = count.get_absolute_url()
    assert "counted-" not in as_manager.get(page).content.decode()
    assert as_manager.post(page, {}).status_code == 403
    assert as_rep.get(page).status_code == 404
    assert str(count) not in as_rep.get(reverse("products:counts")).content.decode()


LIFE = {
    ("counting", "post"): {"operations"},
    ("counting", "discard"): {"operations"},
}


@pytest.mark.parametrize("status", ["counting", "posted", "discarded"])
@pytest.mark.parametrize("verb", ["post", "discard"])
@pytest.mark.parametrize("role", ["rep", "manager", "finance", "operations", "service", "admin"])
def test_the_truth_about_every_state_verb_and_role(request, operations, count, status, verb, role):
    say(count, operations, 8)
    if status != "counting":
        take(count, {"posted": "post", "discarded": "discard"}[status], by=operations, note="x")
    try:
        take(count, verb, by=request.getfixturevalue(role), note="x")
        happened = True
    except Refused:
        happened = False
    assert happened is (role in LIFE.get((status, verb), set()))

"""Saving drafts: what is kept, what is refused, and that nothing is lost or written twice."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.entries import refresh_received
from billing.models import Receipt, ReceiptAllocation
from core.events import timeline_of
from core.models import Event
from core.stale import Stale
from core.submitted import scoped
from orders.entry.draft import (
    DraftRefused,
    LineInput,
    NotADraft,
    SubmittedOtherwise,
    missing_for_submission,
    save_and_submit,
    save_draft,
)
from orders.models import Order
from orders.statuses import Status
from tests.factories import ContactFactory, CustomerFactory, ProductFactory, make_order, terms

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, short_name="海雅装备")


@pytest.fixture
def product():
    return ProductFactory(code="KX-200", list_price=Decimal("8600"))


def line(name="控制柜", quantity="12", price="8600", **rest):
    given = {"quantity": quantity, "unit_price": price, "discount": "0", "tax_rate": "13"} | rest
    figures = {
        k: Decimal(v) if k in ("quantity", "unit_price", "discount", "tax_rate") and v else v for k, v in given.items()
    }
    return LineInput(name=name, **(figures | {k: None for k in ("quantity", "unit_price") if not given[k]}))


def header(customer, **changes):
    return {"customer": customer, "order_date": TODAY, "payment_terms": terms()} | changes


def draft(customer, by, *, lines=None, order=None, token=None, version=None, **changes):
    given = [line()] if lines is None else lines
    return save_draft(order=order, header=header(customer, **changes), lines=given, by=by, token=token, version=version)


def refusal(*args, **kwargs):
    with pytest.raises(DraftRefused) as refused:
        draft(*args, **kwargs)
    return refused.value


# ---- what a draft keeps ----------------------------------------------------------------------------------------------


def test_a_new_draft_adds_up_and_is_split_by_its_terms(customer, rep, product):
    order = draft(customer, rep, lines=[line(product_id=product.pk), line("变频器", "6", "6480", discount="5")])
    order.refresh_from_db()
    assert (order.net_total, order.tax_total, order.gross_total) == (
        Decimal("140136.00"),
        Decimal("18217.68"),
        Decimal("158353.68"),
    )
    assert [i.amount for i in order.current_instalments()] == [Decimal("47506.10"), Decimal("110847.58")]
    assert (order.status, order.number, order.version) == (Status.DRAFT, None, 0)


def test_a_draft_copies_what_lists_rights_and_search_need(customer, rep, manager):
    order = draft(customer, manager, customer_reference="FYD-PO-07")
    assert (order.rep, order.team, order.drafted_by) == (rep, rep.team, manager)
    assert order.customer_name == "海雅装备"
    for text in (customer.number.lower(), "haiyazhuangbei", "hyzb", "fydpo07"):
        assert text in order.search_key


def test_a_line_keeps_the_list_price_of_today(customer, rep, product):
    order = draft(customer, rep, lines=[line(product_id=product.pk, price="8000"), line("自由行")])
    assert [found.list_price for found in order.current_lines()] == [Decimal("8600"), None]


def test_a_draft_may_lack_quantity_price_terms_and_date(customer, rep):
    order = draft(customer, rep, lines=[line(quantity="", price="")], payment_terms=None)
    assert order.gross_total == 0
    assert not order.current_instalments()
    assert draft(customer, rep, lines=[]).pk


def test_the_history_shows_what_changed_in_header_and_lines(customer, rep, product):
    order = draft(
        customer, rep, lines=[line(product_id=product.pk), line("变频器", "6", "6480"), line("电缆", "3", "5")]
    )
    draft(
        customer,
        rep,
        order=order,
        lines=[line(product_id=product.pk, quantity="10"), line("变频器", "6", "6480")],
        remarks="周六不收货",
        version=0,
    )
    changes = Event.objects.get(verb="draft_changed").data["changes"]
    assert ["remarks", "", "周六不收货"] in changes
    assert ["#1", "控制柜 · 12 × 8,600 · 13%", "控制柜 · 10 × 8,600 · 13%"] in changes
    assert ["#3", "电缆 · 3 × 5 · 13%", ""] in changes
    assert not any(name == "#2" for name, _old, _new in changes)
    assert [entry.actor_name for entry in timeline_of(order)] == ["王丽", "王丽"]


def test_saving_without_a_change_leaves_no_trace(customer, rep):
    order = draft(customer, rep)
    again = draft(customer, rep, order=order, version=0)
    assert again.version == 0
    assert Event.objects.filter(verb="draft_changed").count() == 0


def test_a_new_list_price_is_taken_over_silently(customer, rep, product):
    order = draft(customer, rep, lines=[line(product_id=product.pk)])
    product.list_price = Decimal("9000")
    product.save()
    draft(customer, rep, order=order, lines=[line(product_id=product.pk)], version=0)
    assert order.current_lines().get().list_price == Decimal("9000")
    assert not Event.objects.filter(verb="draft_changed").exists()


def test_the_cost_in_queries_does_not_grow_with_the_lines(customer, rep):
    products = [ProductFactory() for _ in range(40)]

    def queries(count, order=None):
        lines = [line(product_id=product.pk) for product in products[:count]]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            saved = draft(customer, rep, lines=lines, order=order)
        return len(captured), saved

    few, small = queries(2)
    many, large = queries(40)
    assert many == few
    assert queries(40, small)[0] == queries(2, large)[0]
    assert few < 25


def test_two_hundred_lines_are_comfortable(customer, rep):
    order = draft(customer, rep, lines=[line(f"零件 {n}", "3", "1.005") for n in range(200)])
    assert order.current_lines().count() == 200
    assert order.net_total == Decimal("604.00")


# ---- what it refuses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (line(name=""), "name"),
        (line(name="长" * 121), "name"),
        (line(unit="很长很长很长很长的单位"), "unit"),
        (line(quantity="-1"), "quantity"),
        (line(quantity="0"), "quantity"),
        (line(quantity="1.0001"), "quantity"),
        (line(price="-0.01"), "unit_price"),
        (line(price="0.0000001"), "unit_price"),
        (line(discount="101"), "discount"),
        (line(tax_rate="-1"), "tax_rate"),
        (line(quantity="99999999999", price="99999999"), "quantity"),
        (line(product_id=987654), "product"),
    ],
)
def test_a_wrong_line_is_refused_at_its_place(customer, rep, given, field):
    assert list(refusal(customer, rep, lines=[line(), given]).lines) == [1]
    assert field in refusal(customer, rep, lines=[line(), given]).lines[1]
    assert not Order.objects.exists()


def test_an_order_beyond_fourteen_digits_is_refused(customer, rep):
    many = [line(quantity="9999999", price="10000", tax_rate="100") for _ in range(6)]
    assert "__all__" in refusal(customer, rep, lines=many).header


def test_more_lines_than_anybody_types_are_refused(customer, rep):
    assert "__all__" in refusal(customer, rep, lines=[line()] * 501).header


@pytest.mark.parametrize("change", [{"status": "frozen"}, {"owner": None, "team": None}])
def test_no_draft_for_a_frozen_or_unassigned_customer(customer, manager, change):
    for name, value in change.items():
        setattr(customer, name, value)
    customer.save()
    assert "customer" in refusal(customer, manager).header


def test_a_draft_of_a_customer_frozen_later_can_be_kept_but_not_submitted(customer, rep):
    order = draft(customer, rep)
    customer.status = "frozen"
    customer.save()
    assert draft(customer, rep, order=order, remarks="等解冻").remarks == "等解冻"
    assert "customer" in dict(missing_for_submission(Order.objects.get(pk=order.pk)))


def test_another_customers_contact_is_refused(customer, rep):
    assert "contact" in refusal(customer, rep, contact=ContactFactory()).header


def test_terms_that_are_no_longer_offered_stay_only_where_they_were(customer, rep):
    order = draft(customer, rep)
    terms().__class__.objects.update(active=False)
    assert "payment_terms" in refusal(customer, rep).header
    assert draft(customer, rep, order=order, remarks="一样的付款方式").pk


def test_the_customer_can_change_until_the_order_has_its_number(customer, rep):
    other, order = CustomerFactory(owner=rep, short_name="华能电气"), draft(customer, rep)
    assert draft(other, rep, order=order).customer_name == "华能电气"
    order = make_order(customer=customer, number="202611海雅装备001")
    assert "customer" in refusal(other, rep, order=order).header


def test_only_sales_people_draft_and_only_where_they_may(customer, rep, other_rep, other_manager, finance, operations):
    for stranger in (other_rep, other_manager, finance, operations):
        with pytest.raises(PermissionDenied):
            draft(customer, stranger)
    order = draft(customer, rep)
    for stranger in (other_rep, other_manager):
        with pytest.raises(PermissionDenied):
            draft(CustomerFactory(owner=stranger, team=stranger.team), stranger, order=order)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.DRAFT])
def test_only_a_draft_can_be_edited(customer, rep, status):
    order = make_order(customer=customer, status=status)
    with pytest.raises(NotADraft, match=r"\w"):
        draft(customer, rep, order=order)


# ---- twice, at once, after money came in -----------------------------------------------------------------------------


def test_a_stale_draft_is_not_overwritten(customer, rep, manager):
    order = draft(customer, rep)
    draft(customer, manager, order=order, remarks="主管改过", version=0)
    with pytest.raises(Stale) as stale:
        draft(customer, rep, order=order, remarks="我改的", version=0)
    assert stale.value.current.remarks == "主管改过"
    assert Order.objects.get().remarks == "主管改过"


def test_the_same_form_sent_twice_makes_one_order(customer, rep):
    token = uuid.uuid4()
    first, second = (draft(customer, rep, token=token) for _ in range(2))
    assert first.pk == second.pk
    assert Event.objects.count() == 1


def test_the_same_form_sent_again_with_changes_writes_them_into_the_first_order(customer, rep):
    token = uuid.uuid4()
    first = draft(customer, rep, token=token)
    assert draft(customer, rep, token=token, remarks="回退后补充").pk == first.pk
    assert Order.objects.get().remarks == "回退后补充"


def test_the_same_form_sent_after_submission_changes_nothing(customer, rep):
    token = uuid.uuid4()
    order = make_order(customer=customer, status=Status.REP_REVIEW, submit_token=scoped(token, rep))
    with pytest.raises(SubmittedOtherwise) as refused:
        draft(customer, rep, token=token, remarks="太晚")
    assert refused.value.order.pk == order.pk
    assert "没有保存" in str(refused.value)
    assert Order.objects.get().remarks == ""


def test_a_double_click_on_submit_is_answered_with_the_submitted_order(customer, rep):
    token = uuid.uuid4()
    values = {"customer": customer, "order_date": TODAY, "promised_date": TODAY + datetime.timedelta(days=60)}
    header = {**values, "payment_terms": terms(), "remarks": "加急"}
    sent = {"order": None, "header": header, "lines": [line()], "by": rep, "token": token}
    first = save_and_submit(**sent)
    assert first.status != Status.DRAFT
    assert save_and_submit(**sent).pk == first.pk
    with pytest.raises(SubmittedOtherwise):
        save_and_submit(**{**sent, "lines": [line(quantity="3")]})


def test_the_token_of_somebody_elses_order_does_not_count(customer, rep, manager):
    token = uuid.uuid4()
    assert draft(customer, rep, token=token).pk != draft(customer, manager, token=token, remarks="另一张").pk
    assert Order.objects.count() == 2


@pytest.fixture
def paid_draft(customer, finance):
    """A draft that was sent back after ¥3,390 had come in for its first instalment."""
    order = make_order(customer=customer, number="202611海雅装备001")
    receipt = Receipt.objects.create(
        customer=customer, received_on=TODAY, amount=Decimal("3390"), bank_reference="B1", recorded_by=finance
    )
    first = order.current_instalments().first()
    ReceiptAllocation.objects.create(receipt=receipt, instalment=first, amount=Decimal("3390"))
    refresh_received(order)
    return order


def test_what_was_received_stays_on_its_instalment(customer, rep, paid_draft):
    before = paid_draft.current_instalments().first().pk
    draft(customer, rep, order=paid_draft, lines=[line(quantity="20", price="1000")])
    assert paid_draft.current_instalments().first().pk == before
    assert paid_draft.current_instalments().first().amount == Decimal("6780.00")


def test_an_instalment_cannot_fall_below_what_was_received(customer, rep, paid_draft):
    found = refusal(customer, rep, order=paid_draft, lines=[line(quantity="9", price="1000")])
    assert "3,390.00" in found.header["payment_terms"]


def test_an_instalment_with_money_cannot_vanish(customer, rep, paid_draft):
    assert "payment_terms" in refusal(customer, rep, order=paid_draft, payment_terms=None).header


# ---- what a submission needs -----------------------------------------------------------------------------------------


def test_a_complete_order_lacks_nothing(customer):
    assert missing_for_submission(make_order(customer=customer)) == []


def test_everything_that_is_missing_is_named_at_its_part(customer, rep):
    order = draft(customer, rep, lines=[line(), line(quantity="", price="")], payment_terms=None)
    assert [part for part, _sentence in missing_for_submission(order)] == [
        "promised_date",
        "payment_terms",
        "lines-1-quantity",
        "lines-1-unit_price",
    ]
    assert dict(missing_for_submission(draft(customer, rep, lines=[])))["lines"]


def test_the_promised_date_cannot_be_before_the_order_date(customer, rep):
    order = draft(customer, rep, promised_date=TODAY - datetime.timedelta(days=4))
    assert f"{TODAY:%m-%d}" in dict(missing_for_submission(order))["promised_date"]
    assert "promised_date" not in dict(missing_for_submission(draft(customer, rep, promised_date=TODAY)))


def test_a_product_that_is_no_longer_sold_cannot_be_submitted(customer, rep, product):
    order = draft(customer, rep, lines=[line(product_id=product.pk)], promised_date=TODAY)
    product.active = False
    product.save()
    assert [part for part, _sentence in missing_for_submission(order)] == ["lines-0-name"]

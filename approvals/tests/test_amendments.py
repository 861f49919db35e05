"""Amendments: what they say, who looks, what follows when they come into force, and when they are refused."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from approvals.amendments.kinds import changes_of
from approvals.amendments.proposal import HEADER, Proposed, input_of
from approvals.amendments.services import NotAmended, save_amendment
from approvals.amendments.statuses import AmendmentStatus
from approvals.models import Amendment, Stage
from billing.receipts import record_receipt
from core.invariants import examine
from core.stale import Stale
from core.workflow import Refused, take
from customers.models import Customer
from fulfilment.statuses import ShipmentStatus
from orders.lines import LineInput
from orders.models import Order
from orders.revisions import as_of
from orders.statuses import Status
from products.models import Product
from tests.factories import ContactFactory, CustomerFactory, ProductFactory, make_shipment, released_order, terms

pytestmark = pytest.mark.django_db
#: What the orders of these tests, which nobody reviewed, lack from their birth on.
BORN = ("approvals", "due dates", "search keys", "customer search")


@pytest.fixture
def order(rep):
    """10 × 1,000.00 at 13 %: 11,300.00, of which 30 % before and 70 % on arrival."""
    customer = CustomerFactory(owner=rep, team=rep.team, grade="A")
    return released_order(customer=customer)


@pytest.fixture
def all_adds_up(db):
    """At the end of the test every rule holds that does not ask for a history from before the test."""
    yield
    found = [(each.invariant.name, each.examples) for each in examine() if each.invariant.name not in BORN]
    assert [finding for finding in found if finding[1]] == []


def amend(
    order, by, *, quantities=None, lines=None, reason="客户多要", wish=False, version=None, **header
) -> Amendment:
    """Its draft with other quantities, lines or header fields."""
    said = {field.name: getattr(order, field.name) for field in HEADER} | header
    given = [input_of(line) for line in order.current_lines()]
    for place, quantity in (quantities or {}).items():
        given[place] = replace(given[place], quantity=Decimal(quantity))
    known = {"reason": reason, "at_customers_wish": wish, "by": by, "version": version}
    return save_amendment(order=order, header=said, lines=lines or given, **known)


@pytest.fixture
def accept(rep, manager, finance):
    """A function: the amendment through all the stages that must look; returns its order, fresh."""

    def go_on(amendment) -> Order:
        take(amendment, _first_verb(amendment), by=rep)
        last = "manager_approve" if "finance_review" in amendment.looks else "manager_accept"
        whose = {"rep_review": ("rep_approve", rep), "manager_review": (last, manager)}
        whose["finance_review"] = ("finance_accept", finance)
        while amendment.status in whose:
            verb, by = whose[amendment.status]
            take(amendment, verb, by=by)
        return Order.objects.get(pk=amendment.order_id)

    return go_on


def _first_verb(amendment) -> str:
    stages = changes_of(Proposed(amendment)).stages
    return {0: "put_in_force", 1: "propose_to_manager", 3: "propose"}[len(stages)]


def refusal(amendment, verb, by, **more) -> Refused:
    with translation.override("en"), pytest.raises(Refused) as caught:
        take(amendment, verb, by=by, **more)
    return caught.value


def money_of(order) -> list[tuple[Decimal, Decimal]]:
    return [(part.amount, part.received) for part in order.current_instalments()]


def at_stage(amendment, *steps) -> Amendment:
    """After these (verb, by) steps."""
    for verb, by in steps:
        take(amendment, verb, by=by)
    return amendment


def receive(order, finance, amount):
    known = {"received_on": timezone.localdate(), "method": "transfer", "by": finance}
    return record_receipt(order=order, amount=Decimal(amount), **known)


def test_more_of_a_line_goes_through_all_stages_and_the_last_instalment_takes_the_difference(
    order, rep, accept, finance, all_adds_up
):
    receive(order, finance, "3390")
    amendment = amend(order, rep, quantities={0: 12})
    order = accept(amendment)
    amendment.refresh_from_db()
    assert (amendment.status, amendment.made_revision, amendment.net_change) == (AmendmentStatus.ACCEPTED, 2, 2000)
    assert (order.status, order.revision, order.gross_total) == (Status.APPROVED, 2, Decimal("13560"))
    assert order.current_lines().get().quantity == 12
    assert money_of(order) == [(3390, 3390), (10170, 0)]
    assert order.lines.get(revision=1).quantity == 10
    assert Product.objects.get().reserved == 12
    former = as_of(order, 1)
    assert (former.gross_total, former.revision, order.gross_total) == (11300, 1, 13560)


def test_less_of_a_line_concerns_the_manager_alone(order, rep, manager, accept, all_adds_up):
    amendment = amend(order, rep, quantities={0: 8})
    assert refusal(amendment, "propose", rep).kinds == {"state"}
    order = accept(amendment)
    assert [decision.by for decision in amendment.decisions.all()] == [manager]
    assert [amount for amount, _received in money_of(order)] == [3390, 5650]


def test_contact_remarks_and_number_are_in_force_at_once(order, rep, all_adds_up):
    contact = ContactFactory(customer=order.customer, name="吕丽娟", is_primary=False)
    amendment = amend(order, rep, contact=contact, customer_reference="PO-77", remarks="送货前一天电话")
    take(amendment, "put_in_force", by=rep)
    order.refresh_from_db()
    assert (order.revision, order.contact, order.customer_reference) == (2, contact, "PO-77")
    assert "po77" in order.own_key
    assert order.reconfirm_since is None


@pytest.mark.parametrize(
    ("change", "looking"),
    [
        ({"promised_date": timezone.localdate() + timedelta(days=90)}, 1),
        ({"delivery_address": "2 号门，配电间"}, 1),
        ({"delivery_method": "pickup"}, 1),
        ({"special_requirements": "木箱"}, 1),
        ({"liability_clauses": "每日万分之五"}, 3),
        ({"channel": "phone"}, 0),
    ],
)
def test_who_looks_depends_on_what_changes_in_the_header(order, rep, change, looking):
    amendment = amend(order, rep, **change)
    assert len(changes_of(Proposed(amendment)).stages) == looking


@pytest.mark.parametrize(
    ("change", "kind", "looking"),
    [
        ({"unit_price": Decimal(990)}, "price", 3),
        ({"discount": Decimal(5)}, "discount", 3),
        ({"tax_rate": Decimal(9)}, "tax", 3),
        ({"unit": "套"}, "price", 3),
        ({"special_demand": "红色"}, "demand", 1),
        ({"specification": "双门"}, "demand", 1),
        ({"quantity": Decimal("10.5")}, "more", 3),
    ],
)
def test_who_looks_depends_on_what_changes_in_a_line(order, rep, change, kind, looking):
    line = replace(input_of(order.current_lines().get()), **change)
    found = changes_of(Proposed(amend(order, rep, lines=[line])))
    assert (found.kinds, len(found.stages)) == ((kind,), looking)


def test_lines_are_added_and_dropped(order, rep, accept, all_adds_up):
    line, product = input_of(order.current_lines().get()), ProductFactory(name="变频器")
    new = LineInput(name="变频器", product_id=product.pk, quantity=Decimal(2), unit_price=Decimal(950))
    found = Proposed(amend(order, rep, lines=[new]))
    assert set(changes_of(found).kinds) == {"new_line", "dropped"}
    amendment = amend(order, rep, lines=[line, new], version=found.amendment.version)
    order = accept(amendment)
    assert [(each.position, each.name) for each in order.current_lines()] == [(1, "控制柜"), (2, "变频器")]
    assert Product.objects.get(pk=product.pk).reserved == 2


def test_new_terms_make_new_instalments_and_what_was_received_pays_the_first_ones(
    order, rep, accept, finance, all_adds_up
):
    receive(order, finance, "3390")
    order = accept(amend(order, rep, payment_terms=terms("100%到货后30天")))
    assert money_of(order) == [(11300, 3390)]
    assert order.received_total == 3390


def test_a_new_prepayment_must_have_been_received_before_finance_accepts(order, rep, manager, finance):
    order = released_order(customer=order.customer, payment_terms=terms("100%到货后30天"))
    amendment = amend(order, rep, payment_terms=terms())
    at_stage(amendment, ("propose", rep), ("rep_approve", rep), ("manager_approve", manager))
    assert "3,390.00" in str(refusal(amendment, "finance_accept", finance))


def test_a_quantity_cannot_fall_below_what_was_shipped_or_stands_packed(order, rep):
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    make_shipment(order, parts=[2])
    sentence = str(refusal(amend(order, rep, quantities={0: 5}), "propose_to_manager", rep))
    assert "4 台 shipped, 2 packed, so not 5" in sentence


def test_what_left_meanwhile_is_seen_by_the_manager_too(order, rep, manager):
    amendment = at_stage(amend(order, rep, quantities={0: 5}), ("propose_to_manager", rep))
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[6])
    assert "6 台 shipped" in str(refusal(amendment, "manager_accept", manager))


def test_shipments_go_along_and_what_is_left_is_reckoned_anew(order, rep, accept, all_adds_up):
    shipment = make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    order = accept(amend(order, rep, quantities={0: 4}))
    line = order.current_lines().get()
    assert (shipment.lines.get().order_line, line.shipped_quantity, order.delivery_status) == (line, 4, "shipped")
    assert Product.objects.get().reserved == 0


def test_received_money_stays_on_its_instalments(order, rep, accept, finance, all_adds_up):
    receive(order, finance, "6000")
    order = accept(amend(order, rep, quantities={0: 6}))
    assert money_of(order) == [(3390, 3390), (3390, 2610)]


def test_one_open_amendment_an_order(order, rep, manager):
    amendment = at_stage(amend(order, rep, quantities={0: 8}), ("propose_to_manager", rep))
    with pytest.raises(NotAmended):
        amend(order, manager, quantities={0: 9})
    with pytest.raises(IntegrityError), transaction.atomic():
        Amendment.objects.create(order=order, number=9, base_revision=1, drafted_by=rep)
    take(amendment, "withdraw", by=rep)
    assert amend(order, manager, quantities={0: 9}).number == 2


def test_a_draft_that_somebody_saved_meanwhile_is_shown_first(order, rep, manager):
    amendment = amend(order, rep, quantities={0: 8})
    assert amend(order, rep, quantities={0: 8}) == amendment
    with pytest.raises(Stale):
        amend(order, manager, quantities={0: 7})
    amend(order, manager, quantities={0: 7}, version=amendment.version)
    assert set(amendment.writers.all()) == {rep, manager}


def test_who_wrote_in_it_does_not_decide_it_after_stage_one(order, rep, manager, second_manager):
    amendment = amend(order, rep, quantities={0: 8})
    amend(order, manager, quantities={0: 7}, version=amendment.version)
    amendment.refresh_from_db()
    take(amendment, "propose_to_manager", by=rep)
    assert "somebody else" in str(refusal(amendment, "manager_accept", manager))
    take(amendment, "manager_accept", by=second_manager)


def test_an_amendment_of_a_revision_that_is_over_is_written_anew(order, rep, manager):
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    amendment = amend(order, rep, quantities={0: 8})
    take(order, "close_short", by=manager, note="x")
    assert "revision 2 meanwhile" in str(refusal(amendment, "propose_to_manager", rep))


@pytest.mark.parametrize("verb", ["cancel", "close_short"])
def test_while_somebody_must_look_the_order_is_neither_cancelled_nor_closed(order, rep, manager, verb):
    if verb == "close_short":
        make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    at_stage(amend(order, rep, quantities={0: 8}), ("propose_to_manager", rep))
    assert "amendment 1" in str(refusal(order, verb, manager, note="x"))


def test_a_reason_and_a_change_are_needed(order, rep):
    assert "something first" in str(refusal(amend(order, rep), "put_in_force", rep))
    order.amendments.get().refresh_from_db()
    amendment = amend(order, rep, reason=" ", remarks="x", version=0)
    assert "Write why it changes" in str(refusal(amendment, "put_in_force", rep))


def test_a_refused_amendment_changes_nothing_and_lets_its_lines_go(order, rep, manager, all_adds_up):
    amendment = at_stage(amend(order, rep, quantities={0: 8}), ("propose_to_manager", rep))
    assert order.lines.get().waits
    take(amendment, "refuse", by=manager, note="先发完")
    order.refresh_from_db()
    assert (amendment.status, order.revision, order.lines.get().waits) == (AmendmentStatus.REFUSED, 1, False)
    assert [decision.verdict for decision in amendment.decisions.all()] == ["sent_back"]


def test_only_a_date_at_the_customers_wish_moves_what_figures_count(order, rep, accept, all_adds_up):
    first, later = order.promised_date, order.promised_date + timedelta(days=7)
    order = accept(amend(order, rep, promised_date=later))
    assert (order.promised_date, order.first_promised_date) == (later, first)
    order = accept(amend(order, rep, promised_date=later + timedelta(days=1), wish=True))
    moved = later + timedelta(days=1)
    assert (order.first_promised_date, order.current_lines().get().first_promised_date) == (moved, moved)


def test_the_credit_that_an_amendment_uses_is_the_difference_once(order, rep, manager):
    """Limit 12,000: 11,300 are used by this order, so 1,130 more are 430 too much."""
    order.customer.credit_limit = 12000
    order.customer.save()
    amendment = amend(order, rep, quantities={0: 11})
    at_stage(amendment, ("propose", rep), ("rep_approve", rep))
    assert "write the reason" in str(refusal(amendment, "manager_approve", manager))
    take(amendment, "manager_approve", by=manager, answers={"override-credit": "老客户"})
    check = next(check for check in amendment.decisions.get(stage=Stage.MANAGER).checks if check["code"] == "credit")
    assert [figure[:2] for figure in check["figures"]][-3:] == [
        ["this_order", "11300.00"],
        ["amendment", "1130.00"],
        ["available", "-430.00"],
    ]


def test_taking_something_away_asks_for_no_credit(order, rep, accept):
    order.customer.credit_limit = 1
    order.customer.save()
    assert accept(amend(order, rep, quantities={0: 8})).revision == 2


@pytest.mark.parametrize("change", [{}, {"payment_terms": "100%到货后30天"}])
def test_what_was_received_beyond_what_it_costs_is_the_customers_balance(
    order, rep, accept, finance, change, all_adds_up
):
    receive(order, finance, "11300")
    order = accept(amend(order, rep, quantities={0: 8}, **{key: terms(name) for key, name in change.items()}))
    assert (order.gross_total, order.received_total, order.payment_status) == (9040, 9040, "paid")
    assert Customer.objects.get(pk=order.customer_id).balance == 2260


def test_what_was_signed_is_confirmed_anew(order, rep, accept):
    order = accept(amend(order, rep, quantities={0: 8}))
    assert order.reconfirm_since

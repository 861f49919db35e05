"""The pages of shipping: who sees what, what a form keeps when it is refused, and that no price is on them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.autosave import keep
from core.files import files_of
from core.models import Attachment, Company
from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import Status
from products.models import Product, StockMove
from tests import sample_files as sample
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    make_order,
    make_shipment,
    released_order,
    terms,
)

pytestmark = pytest.mark.django_db
LIST = "/shipments/"
PRICE = "7777.77"


def text_of(response) -> str:
    return response.content.decode()


def plan_data(order, *quantities, **more):
    lines = order.current_lines()
    typed = {f"line-{line.pk}-quantity": n for line, n in zip(lines, quantities, strict=True)}
    return {"method": "logistics", "submit_token": "5f0c2c1e-4b0e-4c55-9d51-0d3f3a0f8a11", **typed, **more}


def sign_data(shipment, received=None, condition="good", **more):
    typed = {}
    for line in shipment.lines.all():
        typed[f"line-{line.pk}-received"] = received or f"{line.quantity:f}"
        typed[f"line-{line.pk}-condition"] = condition
    known = {"signed_on": timezone.localdate().isoformat(), "signed_by": "周建", "proof": sample.picture()}
    return {**typed, **known, **more}


@pytest.fixture
def shipment(order, carrier):
    return make_shipment(order, status=ShipmentStatus.SHIPPED, carrier=carrier, tracking_number="YS60012002")


def page(shipment, name="detail"):
    return reverse(f"fulfilment:{name}", args=[shipment.pk])


# ---- planning on the order page --------------------------------------------------------------------------------------


def test_the_delivery_tab_offers_what_is_left(order, as_operations):
    make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    answer = as_operations.get(reverse("fulfilment:delivery", args=[order.pk]))
    (row,) = answer.context["plan"].rows
    assert row.form["quantity"].value() == Decimal(6)


def test_others_follow_the_delivery_without_a_form(order, as_rep, as_finance):
    for client in (as_rep, as_finance):
        assert client.get(reverse("fulfilment:delivery", args=[order.pk])).context["plan"] is None


def test_an_unreleased_order_says_why_nothing_ships(customer, as_operations):
    order = make_order(customer=customer, status=Status.APPROVED)
    answer = as_operations.get(reverse("fulfilment:delivery", args=[order.pk]))
    assert answer.context["plan"] is None
    assert answer.context["closed"] in text_of(answer)


def test_planning_leads_to_the_shipment(order, carrier, as_operations):
    url = reverse("fulfilment:delivery", args=[order.pk])
    answer = as_operations.post(url, plan_data(order, "4", carrier=carrier.pk))
    shipment = Shipment.objects.get()
    assert (answer.status_code, answer.url) == (303, page(shipment))
    assert shipment.lines.get().quantity == 4


def test_a_refused_plan_keeps_what_was_typed(order, as_operations):
    url = reverse("fulfilment:delivery", args=[order.pk])
    answer = as_operations.post(url, plan_data(order, "11", tracking_number="YS 1", expected_on="2026-13-40"))
    assert answer.status_code == 422
    assert 'value="11"' in text_of(answer)
    assert 'value="YS 1"' in text_of(answer)
    answer = as_operations.post(url, plan_data(order, "11"))
    (row,) = answer.context["plan"].rows
    assert row.form.errors["quantity"]
    assert not Shipment.objects.exists()


def test_the_same_plan_sent_twice_plans_once(order, as_operations):
    url = reverse("fulfilment:delivery", args=[order.pk])
    answers = [as_operations.post(url, plan_data(order, "10")) for _click in range(2)]
    assert answers[0].url == answers[1].url
    assert Shipment.objects.count() == 1


# ---- one shipment ----------------------------------------------------------------------------------------------------


def test_a_double_click_ships_once(order, carrier, as_operations):
    shipment = make_shipment(order, status=ShipmentStatus.READY, carrier=carrier, tracking_number="YS1")
    answers = [as_operations.post(f"/shipments/{shipment.pk}/ship/", {"version": shipment.version}) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert order.lines.get().shipped_quantity == 10
    assert StockMove.objects.filter(reason="shipment").count() == 1


def test_each_person_finds_the_next_verb(shipment, as_rep, as_manager, as_operations):
    verbs = [
        [button.name for button in client.get(page(shipment)).context["buttons"]]
        for client in (as_rep, as_manager, as_operations)
    ]
    assert verbs == [["sign_off"], [], ["sign_off"]]


def test_why_it_may_leave_unpaid_is_read_only_where_prices_are(customer, as_manager, as_operations):
    order = released_order(customer=customer, payment_terms=terms("50%预付款，50%发货前"))
    shipment = make_shipment(order, status=ShipmentStatus.READY)
    as_manager.post(f"/shipments/{shipment.pk}/allow_unpaid/", {"note": f"欠 {PRICE} 元，周五付"})
    assert PRICE in text_of(as_manager.get(page(shipment)))
    assert PRICE not in text_of(as_operations.get(page(shipment)))


def test_a_transport_form_changed_by_another_shows_both(shipment, carrier, as_operations, as_other_operations):
    url = page(shipment, "transport")
    data = {"method": "logistics", "carrier": carrier.pk, "expected_on": timezone.localdate().isoformat()}
    first = as_operations.post(url, {**data, "tracking_number": "FIRST1", "version": shipment.version})
    second = as_other_operations.post(url, {**data, "tracking_number": "SECOND2", "version": shipment.version})
    assert (first.status_code, second.status_code) == (303, 422)
    assert "FIRST1" in text_of(second)
    assert "SECOND2" in text_of(second)


def test_no_page_of_shipping_shows_operations_a_price(rep, as_operations):
    customer = CustomerFactory(owner=rep, team=rep.team, credit_limit=PRICE)
    order = released_order(customer=customer, lines=[(ProductFactory(list_price=PRICE), 1, PRICE)])
    shipment = make_shipment(order, status=ShipmentStatus.SHIPPED)
    gross = f"{order.gross_total:,.2f}"
    pages = [LIST, page(shipment), page(shipment, "print"), page(shipment, "sign-off"), page(shipment, "transport")]
    for url in [*pages, reverse("fulfilment:delivery", args=[order.pk]), "/"]:
        text = text_of(as_operations.get(url)).replace(",", "")
        assert PRICE not in text, url
        assert gross.replace(",", "") not in text, url


def test_the_delivery_note_names_sender_recipient_and_goods(shipment, order, as_operations):
    Company.objects.create(name="云汀拾光智能控制设备有限公司")
    text = text_of(as_operations.get(page(shipment, "print")))
    line = order.lines.get()
    for wanted in (
        "云汀拾光智能控制设备有限公司",
        order.customer.name,
        line.specification,
        "YS60012002",
        str(shipment),
    ):
        assert wanted in text


# ---- sign-off --------------------------------------------------------------------------------------------------------


def test_a_sign_off_with_a_photo_completes_the_delivery(shipment, order, as_rep):
    answer = as_rep.post(page(shipment, "sign-off"), sign_data(shipment))
    assert (answer.status_code, answer.url) == (303, page(shipment))
    assert Order.objects.get(pk=order.pk).delivery_status == "signed"
    proof = files_of(shipment).get()
    assert proof.get_absolute_url() in text_of(as_rep.get(page(shipment)))
    assert as_rep.get(proof.get_absolute_url()).status_code == 200


def test_a_scan_chosen_instead_of_the_camera_is_taken_too(shipment, as_rep):
    data = sign_data(shipment, scan=sample.upload("回单.pdf", sample.pdf_bytes()))
    del data["proof"]
    assert as_rep.post(page(shipment, "sign-off"), data).status_code == 303
    assert files_of(shipment).get().content_type == "application/pdf"


@pytest.mark.parametrize(
    "proof",
    [
        None,
        sample.upload("签收.jpg", b""),
        sample.upload("签收.jpg", sample.EXE),
        sample.upload("签收.jpg", sample.pdf_bytes()),
        sample.upload("签收.jpg", sample.picture_bytes()[:-1500]),
    ],
    ids=["none", "empty", "exe", "renamed", "cut"],
)
def test_a_refused_file_keeps_everything_else(shipment, as_rep, media, proof):
    data = sign_data(shipment, received="8", condition="damaged", note="外箱破损", proof=proof)
    if proof is None:
        del data["proof"]
    answer = as_rep.post(page(shipment, "sign-off"), data)
    text = text_of(answer)
    assert answer.status_code == 422
    assert answer.context["form"].header.errors["proof"]
    for kept in ('value="8"', 'value="周建"', "外箱破损"):
        assert kept in text
    assert not Attachment.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
    shipment.refresh_from_db()
    assert shipment.status == ShipmentStatus.SHIPPED


@pytest.mark.parametrize("received", ["abc", "", "99", "1e9999"])
def test_an_odd_quantity_is_marked_at_its_line(shipment, as_rep, received):
    data = sign_data(shipment, **{f"line-{shipment.lines.get().pk}-received": received})
    answer = as_rep.post(page(shipment, "sign-off"), data)
    (row,) = answer.context["form"].rows
    assert answer.status_code == 422
    assert row.form.errors["received"]


def test_what_is_signed_for_already_leads_back_with_a_message(shipment, as_rep):
    as_rep.post(page(shipment, "sign-off"), sign_data(shipment))
    for answer in (
        as_rep.post(page(shipment, "sign-off"), sign_data(shipment)),
        as_rep.get(page(shipment, "sign-off")),
    ):
        assert (answer.status_code, answer.url) == (303, page(shipment))
    assert Attachment.objects.count() == 1


# ---- the order's own pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "parts", "now"),
    [
        (None, None, "production"),
        ("shipped", [4], "shipment"),
        ("shipped", None, "sign_off"),
        ("signed_off", [4], "shipment"),
        ("signed_off", None, None),
    ],
)
def test_the_strip_follows_the_goods(order, as_rep, status, parts, now):
    if status:
        make_shipment(order, status=status, parts=parts)
    present = as_rep.get(order.get_absolute_url()).context["present"]
    assert (present.key if present else None) == now


def test_the_order_s_history_tells_of_its_shipments(shipment, order, as_operations):
    as_operations.post(page(shipment, "sign-off"), sign_data(shipment))
    text = text_of(as_operations.get(reverse("orders:timeline", args=[order.pk])))
    assert str(shipment) in text
    assert "周建" in text


# ---- leaving ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def to_leave(order, carrier):
    return make_shipment(order, status=ShipmentStatus.READY)


def leave_data(shipment, carrier, **more):
    known = {"method": "logistics", "carrier": carrier.pk, "tracking_number": "YS 123", "expected_on": "", "note": ""}
    return {**known, "shipped_on": timezone.localdate().isoformat(), **more}


def test_today_is_proposed_as_the_day_on_which_it_leaves(to_leave, as_operations):
    response = as_operations.get(page(to_leave, "departure"))
    assert response.context["form"]["shipped_on"].value() == timezone.localdate()


def test_what_leaves_is_told_with_its_number(to_leave, as_operations, carrier):
    response = as_operations.post(page(to_leave, "departure"), leave_data(to_leave, carrier), follow=True)
    assert "已发货，远山物流 YS 123" in text_of(response)
    to_leave.refresh_from_db()
    assert (to_leave.status, to_leave.shipped_on) == ("shipped", timezone.localdate())


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"shipped_on": ""}, "shipped_on"),
        ({"shipped_on": "2000-01-01", "note": "补记"}, "shipped_on"),
        ({"expected_on": "2000-01-01"}, "expected_on"),
        ({"tracking_number": ""}, "tracking_number"),
    ],
)
def test_what_cannot_be_keeps_what_was_typed(to_leave, as_operations, carrier, typed, field):
    response = as_operations.post(page(to_leave, "departure"), leave_data(to_leave, carrier, **typed))
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form[field].value() == typed[field]
    to_leave.refresh_from_db()
    assert (to_leave.status, to_leave.shipped_on) == ("ready", None)


def test_stock_stands_beside_the_quantity_to_plan(order, as_operations):
    Product.objects.update(on_hand=37)
    page_text = text_of(as_operations.get(reverse("fulfilment:delivery", args=[order.pk])))
    assert '<td class="num">37</td>' in page_text
    assert "全部清零" in page_text


def test_whom_to_call_stands_under_the_title_of_order_and_customer(order, as_rep):
    for path in (order.get_absolute_url(), order.customer.get_absolute_url()):
        assert 'href="tel:0000-8016"' in text_of(as_rep.get(path))


def test_a_plan_that_is_taken_up_again_says_too_what_of_the_stock_is_the_orders(as_operations, operations, customer):
    product = ProductFactory(on_hand=10)
    released_order(customer=customer, promised_date=timezone.localdate(), lines=[(product, 8, "10")])
    later = timezone.localdate() + timedelta(days=30)
    order = released_order(customer=customer, promised_date=later, lines=[(product, 5, "10")])
    url = reverse("fulfilment:delivery", args=[order.pk])
    assert "本单可用 2" in text_of(as_operations.get(url))
    typed = keep(person=operations, page=url, form="", entries=[("tracking_number", "YS-1")])
    as_operations.post("/autosave/restore/", {"autosave": typed.pk})
    again = text_of(as_operations.get(url))
    assert "YS-1" in again
    assert "本单可用 2" in again

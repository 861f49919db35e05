"""Operations move the stock by hand, with a reason, once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from products.models import StockMove
from products.services import record_stock_move
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(operations):
    product = ProductFactory(list_price="73911.37")
    record_stock_move(product=product, quantity=Decimal(10), reason="opening", by=operations)
    return product


@pytest.fixture
def page(product):
    return reverse("products:adjust", args=[product.pk])


def words(**more):
    return {"quantity": "-3", "reason": "scrap", "note": "叉车碰坏", "submit_token": str(uuid4())} | more


def test_what_operations_move_stands_in_the_ledger_with_its_reason(as_operations, operations, product, page):
    answer = as_operations.post(page, words())
    assert (answer.status_code, answer.url) == (303, product.get_absolute_url())
    move = StockMove.objects.latest("id")
    assert (move.quantity, move.reason, move.note, move.by) == (-3, "scrap", "叉车碰坏", operations)
    shown = as_operations.get(product.get_absolute_url()).content.decode()
    assert "叉车碰坏" in shown
    assert page in shown
    assert "73,911" not in shown
    product.refresh_from_db()
    assert product.on_hand == 7


def test_a_second_click_moves_nothing_and_other_content_is_refused(as_operations, page):
    sent = words()
    for _click in range(2):
        assert as_operations.post(page, sent).status_code == 303
    assert StockMove.objects.count() == 2
    answer = as_operations.post(page, sent | {"quantity": "-4"})
    assert answer.status_code == 422
    assert "-3" in answer.content.decode()
    assert StockMove.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quantity": "-11"}, "quantity"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "viel"}, "quantity"),
        ({"note": " "}, "note"),
        ({"reason": "shipment"}, "reason"),
        ({"reason": "count"}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_stays_typed(as_operations, page, wrong, field):
    answer = as_operations.post(page, words(**wrong))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert answer.context["form"]["reason"].value() == words(**wrong)["reason"]
    assert StockMove.objects.count() == 1


def test_a_service_has_no_stock_to_adjust(as_operations):
    service = ProductFactory(kind="service")
    assert as_operations.get(reverse("products:adjust", args=[service.pk])).status_code == 404


@pytest.mark.parametrize("who", ["as_rep", "as_manager", "as_finance", "as_service", "as_admin"])
def test_nobody_else_is_offered_or_allowed_it(request, who, product, page):
    client = request.getfixturevalue(who)
    assert page not in client.get(product.get_absolute_url()).content.decode()
    assert client.post(page, words()).status_code == 403
    assert StockMove.objects.count() == 1

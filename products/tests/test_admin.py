"""The administration keeps the catalogue through the same services as everything else."""

from decimal import Decimal

import pytest
from django.urls import reverse

from core.events import timeline_of
from products.models import Product, StockMove
from products.services import record_stock_move
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts():
    return {
        "code": "KX-901",
        "category": CategoryFactory().pk,
        "name": "变频器",
        "specification": "7.5 kW",
        "unit": "台",
        "kind": "goods",
        "list_price": "2350.5",
        "tax_rate": "13",
        "lead_time": "6",
        "active": "on",
    }


def test_a_product_made_in_the_administration_can_be_found_and_has_a_history(as_admin, facts):
    answer = as_admin.post(reverse("admin:products_product_add"), facts)
    assert answer.status_code == 302
    product = Product.objects.matching("bpq").get()
    assert len(timeline_of(product)) == 1
    as_admin.post(reverse("admin:products_product_change", args=[product.pk]), facts | {"name": "水泵"})
    assert Product.objects.matching("sb").get() == product


def test_prices_have_two_digits_in_the_administration(as_admin):
    product = ProductFactory(list_price="8600", code="KX-902")
    page = as_admin.get(reverse("admin:products_product_changelist")).content.decode()
    assert "8,600.00" in page
    assert "8600.00" not in page
    form = as_admin.get(reverse("admin:products_product_change", args=[product.pk])).content.decode()
    assert 'value="8,600.00"' in form


@pytest.mark.parametrize("typed", ["ＫＸ－９０３", "kx 903", "变频器(防爆型)", "bpq", "yjv 4*16"])
def test_the_administration_finds_what_differs_only_in_form(as_admin, facts, typed):
    made = facts | {"code": "KX-903", "name": "变频器（防爆型）", "specification": "YJV-4×16"}
    as_admin.post(reverse("admin:products_product_add"), made)
    page = as_admin.get(reverse("admin:products_product_changelist"), {"q": typed})
    assert [product.code for product in page.context["cl"].result_list] == ["KX-903"]


def test_a_product_cannot_be_deleted(as_admin):
    product = ProductFactory()
    assert as_admin.post(reverse("admin:products_product_delete", args=[product.pk])).status_code == 403


def test_the_ledger_is_read_there_and_nothing_else(as_admin, operations):
    move = record_stock_move(product=ProductFactory(), quantity=Decimal(5), reason="opening", by=operations)
    assert as_admin.get(reverse("admin:products_stockmove_changelist")).status_code == 200
    assert as_admin.get(reverse("admin:products_stockmove_change", args=[move.pk])).status_code == 200
    another = {"product": move.product_id, "quantity": "9", "reason": "count"}
    for name, args in (("add", []), ("change", [move.pk]), ("delete", [move.pk])):
        assert as_admin.post(reverse(f"admin:products_stockmove_{name}", args=args), another).status_code == 403
    assert StockMove.objects.get().quantity == 5


def test_only_the_administrator_enters(as_manager):
    assert as_manager.get(reverse("admin:products_product_changelist")).status_code == 302


@pytest.mark.parametrize("model", ["product", "category"])
def test_every_page_of_the_administration_opens(as_admin, model):
    ProductFactory()
    assert as_admin.get(reverse(f"admin:products_{model}_changelist"), {"q": "kx"}).status_code == 200
    assert as_admin.get(reverse(f"admin:products_{model}_add")).status_code == 200

"""The administration keeps the catalogue through the same services as everything else."""

import pytest
from django.urls import reverse

from core.events import timeline_of
from products.models import Product, StockMove
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


def test_a_product_cannot_be_deleted(as_admin):
    product = ProductFactory()
    assert as_admin.post(reverse("admin:products_product_delete", args=[product.pk])).status_code == 403


def test_stock_is_moved_but_never_rewritten(as_admin, admin):
    product = ProductFactory()
    add = reverse("admin:products_stockmove_add")
    assert as_admin.post(add, {"product": product.pk, "quantity": "5", "reason": "opening"}).status_code == 302
    move = StockMove.objects.get()
    assert move.by == admin
    change = reverse("admin:products_stockmove_change", args=[move.pk])
    assert as_admin.post(change, {"product": product.pk, "quantity": "9", "reason": "count"}).status_code == 403
    assert as_admin.post(reverse("admin:products_stockmove_delete", args=[move.pk])).status_code == 403


def test_taking_more_than_there_is_is_refused_beside_the_field(as_admin):
    move = {"product": ProductFactory().pk, "quantity": "-1", "reason": "count"}
    answer = as_admin.post(reverse("admin:products_stockmove_add"), move)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["quantity"]
    assert not StockMove.objects.exists()


def test_only_the_administrator_enters(as_manager):
    assert as_manager.get(reverse("admin:products_product_changelist")).status_code == 302


@pytest.mark.parametrize("model", ["product", "stockmove", "category"])
def test_every_page_of_the_administration_opens(as_admin, model):
    ProductFactory()
    assert as_admin.get(reverse(f"admin:products_{model}_changelist"), {"q": "kx"}).status_code == 200
    assert as_admin.get(reverse(f"admin:products_{model}_add")).status_code == 200

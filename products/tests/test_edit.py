"""Managers keep the catalogue on pages of their own: added once, changed knowingly."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from core.events import timeline_of
from products.models import Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

NEW = reverse("products:new")


@pytest.fixture
def facts():
    return {
        "code": "KX-901",
        "category": CategoryFactory().pk,
        "name": "变频器",
        "specification": "7.5 kW",
        "unit": "台",
        "kind": "goods",
        "list_price": "￥2,350.5",
        "tax_rate": "13",
        "lead_time": "6",
        "active": "on",
        "submit_token": str(uuid4()),
    }


def test_a_manager_adds_a_product_that_is_found_at_once(as_manager, facts):
    answer = as_manager.post(NEW, facts)
    product = Product.objects.matching("bpq").get()
    assert (answer.status_code, answer.url) == (303, product.get_absolute_url())
    assert product.list_price == Decimal("2350.50")
    assert len(timeline_of(product)) == 1


def test_a_second_click_adds_nothing_and_leads_to_the_first_product(as_manager, facts):
    first, second = as_manager.post(NEW, facts), as_manager.post(NEW, facts)
    assert (second.status_code, second.url) == (303, first.url)
    assert Product.objects.count() == 1


def test_the_same_form_with_another_product_is_refused_with_what_was_recorded(as_manager, facts):
    as_manager.post(NEW, facts)
    answer = as_manager.post(NEW, facts | {"code": "KX-902"})
    assert answer.status_code == 422
    assert "KX-901" in answer.content.decode()
    assert Product.objects.count() == 1


def test_a_number_that_is_taken_in_another_form_is_refused_beside_its_field(as_manager, facts):
    ProductFactory(code="KX-901")
    answer = as_manager.post(NEW, facts | {"code": "ｋｘ－901"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"] == ["已有使用此编号的商品。"]
    assert answer.context["form"]["name"].value() == "变频器"


def test_a_change_stands_in_the_history(as_manager, facts):
    product = ProductFactory(code="KX-901")
    page = reverse("products:edit", args=[product.pk])
    version = as_manager.get(page).context["form"]["version"].value()
    assert as_manager.post(page, facts | {"version": version, "name": "水泵"}).status_code == 303
    product.refresh_from_db()
    assert (product.name, product.version) == ("水泵", version + 1)
    assert Product.objects.matching("sb").get() == product


def test_somebody_elses_change_stands_beside_what_was_typed_and_is_replaced_knowingly(as_manager, as_admin, facts):
    product = ProductFactory(code="KX-901", name="水泵")
    page = reverse("products:edit", args=[product.pk])
    mine = facts | {"version": 0}
    as_admin.post(page, mine | {"name": "风机"})
    answer = as_manager.post(page, mine)
    assert answer.status_code == 422
    differing = answer.context["form"].conflict
    assert [(part.theirs, part.mine) for part in differing] == [("风机", "变频器")]
    assert as_manager.post(page, mine | {"version": answer.context["form"]["version"].value()}).status_code == 303
    product.refresh_from_db()
    assert product.name == "变频器"


@pytest.mark.parametrize("who", ["as_rep", "as_finance", "as_operations", "as_service"])
def test_nobody_else_is_offered_or_allowed_to_change_the_catalogue(request, who, facts):
    client, product = request.getfixturevalue(who), ProductFactory()
    pages = [client.get(address).content.decode() for address in (reverse("products:list"), product.get_absolute_url())]
    assert not [page for page in pages if NEW in page or "/edit/" in page]
    assert client.post(NEW, facts).status_code == 403
    assert client.post(reverse("products:edit", args=[product.pk]), facts).status_code == 403
    assert Product.objects.count() == 1


def test_a_manager_is_offered_both(as_manager):
    product = ProductFactory()
    assert NEW in as_manager.get(reverse("products:list")).content.decode()
    assert reverse("products:edit", args=[product.pk]) in as_manager.get(product.get_absolute_url()).content.decode()

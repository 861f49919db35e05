"""Families of products: a tree of at most two levels, kept by managers on pages."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from products.models import Category
from products.services import save_category
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("products:categories")


@pytest.fixture
def tree():
    top = Category.objects.create(name="工控")
    return top, Category.objects.create(name="柜体", parent=top)


def test_a_manager_adds_one_below_another(as_manager, tree):
    top, _low = tree
    assert as_manager.post(PAGE, {"name": "防爆柜", "parent": top.pk}).status_code == 303
    assert Category.objects.get(name="防爆柜").parent == top
    names = [category.name for category in as_manager.get(PAGE).context["categories"]]
    assert names == ["工控", "柜体", "防爆柜"]


def test_a_third_level_is_refused_whichever_end_makes_it(manager, tree):
    top, low = tree
    with pytest.raises(ValidationError, match="两级"):
        save_category(category=Category(name="防爆柜", parent=low), by=manager)
    above = Category.objects.create(name="全部")
    top.parent = above
    with pytest.raises(ValidationError, match="两级"):
        save_category(category=top, by=manager)
    with transaction.atomic(), pytest.raises(IntegrityError):
        Category.objects.filter(pk=top.pk).update(parent=above)


def test_the_page_refuses_it_beside_the_field_and_keeps_what_was_typed(as_manager, tree):
    top, _low = tree
    above = Category.objects.create(name="全部")
    answer = as_manager.post(reverse("products:category", args=[top.pk]), {"name": "改名", "parent": above.pk})
    assert answer.status_code == 422
    assert answer.context["form"].errors["parent"]
    assert answer.context["form"]["name"].value() == "改名"


def test_the_list_of_a_family_has_the_products_of_those_below_it(as_rep, tree):
    top, low = tree
    ProductFactory(category=low, code="IN-1")
    ProductFactory(code="OUT-1")
    page = as_rep.get(reverse("products:list"), {"category": top.pk}).content.decode()
    assert "IN-1" in page
    assert "OUT-1" not in page

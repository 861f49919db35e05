"""Standard costs: for managers and finance alone, wherever products are shown."""

from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core.events import timeline_of
from core.exports import request_export
from core.jobs import files, runner
from products.models import COSTS, Product
from products.services import create_product, update_product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

CANARY = "61824.37"
LIST = reverse("products:list")
SEE_NONE = ["rep", "operations", "service", "admin"]


@pytest.fixture
def canary(manager):
    """A product whose costs must not leak, with a change of one in its history."""
    product = ProductFactory.build(category=CategoryFactory(), name="金丝雀", cost_labour=Decimal(1))
    create_product(product=product, by=manager)
    product.cost_labour = product.cost_materials = Decimal(CANARY)
    update_product(product=product, by=manager)
    return product


def pages_of(product) -> list[str]:
    found = [LIST, product.get_absolute_url(), reverse("products:suggest"), f"{reverse('search')}?q={product.code}"]
    return [*found, f"{LIST}?sort=cost_labour"]


def says(answer) -> bool:
    text = answer.content.decode().replace(",", "")
    return CANARY in text or "123648.74" in text  # and their sum


@pytest.mark.parametrize("role", SEE_NONE)
def test_no_page_shows_costs_to_anybody_else(request, browser_of, canary, role):
    browser = browser_of(request.getfixturevalue(role))
    for url in pages_of(canary):
        assert not says(browser.get(url)), url


def test_the_administration_shows_no_costs(as_admin, canary):
    for name, args in (("changelist", []), ("change", [canary.pk]), ("history", [canary.pk])):
        assert not says(as_admin.get(reverse(f"admin:products_product_{name}", args=args))), name
    assert not says(as_admin.get(reverse("products:edit", args=[canary.pk])))


@pytest.mark.parametrize("role", ["manager", "finance"])
def test_those_who_see_costs_find_them_on_the_product_s_page_and_in_its_history(request, browser_of, canary, role):
    page = browser_of(request.getfixturevalue(role)).get(canary.get_absolute_url()).content.decode()
    assert "61,824.37" in page
    assert "123,648.74" in page
    assert "标准成本已变更" in page


def exported(person) -> str:
    job = request_export("products", query="", by=person)
    runner.run_job(job.pk)
    job.refresh_from_db()
    book = load_workbook(files.path_of(job))
    return " ".join(str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)


@pytest.mark.parametrize(("role", "shown"), [("manager", True), ("finance", True), *((r, False) for r in SEE_NONE)])
def test_an_export_has_costs_only_for_those_who_see_them(request, settings, canary, role, shown, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert (CANARY in exported(request.getfixturevalue(role))) is shown


def test_who_sees_no_costs_does_not_erase_them_by_saving_the_product(as_admin, canary):
    page = reverse("products:edit", args=[canary.pk])
    form = as_admin.get(page).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert not {*COSTS} & typed.keys()
    as_admin.post(page, {**typed, "name": "改名"} | dict.fromkeys(COSTS, CANARY))
    changed = Product.objects.get()
    assert (changed.name, changed.cost_labour, changed.cost_freight) == ("改名", Decimal(CANARY), None)


def test_a_change_of_costs_alone_is_an_event_of_its_own(manager, canary):
    newest = timeline_of(canary)[0]
    assert [(old, new) for _label, old, new in newest.changes] == [("", "61,824.37"), ("1", "61,824.37")]


@pytest.mark.parametrize(("costs", "total"), [({}, None), ({"cost_freight": 2}, 2), (dict.fromkeys(COSTS, 3), 15)])
def test_the_standard_cost_is_the_sum_of_its_kinds_and_not_set_without_any(costs, total):
    assert Product(**costs).standard_cost == total

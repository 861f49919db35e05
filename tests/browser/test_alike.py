"""While a customer's file is typed, files that are alike show up under the box, by keyboard and on a phone."""

import pytest
from playwright.sync_api import expect

from customers.services import make_findable
from tests.factories import ContactFactory, CustomerFactory

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def haiya(rep):
    customer = CustomerFactory(owner=rep, name="海雅装备制造有限公司", credit_code="91110000600037341L", contact=None)
    ContactFactory(customer=customer, phone="0571-88018016")
    make_findable(customer, list(customer.contacts.all()))
    customer.save()
    return customer


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_alike_stands_under_the_box_while_one_types(page_of, rep, haiya, picture, size):
    page = page_of(rep)
    page.set_viewport_size(size)
    page.goto("/customers/new/")
    page.locator("#id_name").press_sequentially("海亚装备制造有限公司")
    expect(page.locator("#alike_name a")).to_have_attribute("href", haiya.get_absolute_url())
    page.locator("#id_credit_code").fill("91110000600037341L")
    expect(page.locator("#alike_credit_code")).to_contain_text("统一社会信用代码相同")
    page.locator("#id_contacts-1-phone").fill("0571 8801 8016")
    expect(page.locator("#alike_contacts-1-phone")).to_contain_text("电话相同")
    picture(page, f"customer-alike-{size['width']}")
    page.locator("#id_name").fill("宁远造船厂")
    expect(page.locator("#alike_name")).to_be_empty()
    expect(page.locator("#id_name")).to_be_focused()


def test_a_file_that_is_changed_is_not_alike_to_itself(page_of, rep, haiya):
    other = CustomerFactory(owner=rep, name="青麦自动化有限公司")
    page = page_of(rep)
    page.goto(f"/customers/{other.pk}/edit/")
    page.locator("#id_name").fill("海雅装备制造有限公司")
    expect(page.locator("#alike_name")).to_contain_text(haiya.number)
    page.goto(f"/customers/{haiya.pk}/edit/")
    with page.expect_response("**/customers/alike/**"):
        page.locator("#id_name").fill("海雅装备制造公司")
    expect(page.locator("#alike_name")).to_be_empty()

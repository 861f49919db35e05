"""Which files are taken for the same company, and what a person is told of them while typing."""

import pytest

from customers.duplicates import likely_duplicates
from customers.services import make_findable
from tests.factories import ContactFactory, CustomerFactory

pytestmark = pytest.mark.django_db
BOX = "/customers/alike/"


def findable(**values):
    customer = CustomerFactory(**values)
    make_findable(customer, list(customer.contacts.all()))
    customer.save()
    return customer


@pytest.mark.parametrize(
    "name",
    [
        "浙江海雅装备制造股份有限公司",
        "海雅装备制造（集团）有限责任公司",
        "(杭州)海雅装备制造有限公司",
        "海亚装备制造",
        "海稚装备制造有限公司",
        "每雅装备制造有限公司",
        "海雅装备智造有限公司",
        "ＨＡＩ海雅装备制造",
    ],
)
def test_a_name_is_known_again_in_spite_of_forms_regions_width_and_a_character(name):
    haiya = findable(name="海雅装备制造有限公司", short_name="海雅装备制造")
    findable(name="青麦自动化设备有限公司", short_name="青麦自动化设备")
    assert [likeness.customer for likeness in likely_duplicates(name=name)] == [haiya]


@pytest.mark.parametrize("name", ["宁远装备制造有限公司", "海雅", ""])
def test_what_names_of_one_trade_have_in_common_makes_no_duplicate(name):
    findable(name="海雅装备制造有限公司", short_name="海雅装备制造")
    assert likely_duplicates(name=name) == []


def test_one_of_four_characters_may_differ_in_one_city_only():
    findable(name="华东电气有限公司", short_name="华东电气", city="杭州市")
    assert likely_duplicates(name="华能电气有限公司", regions=["浙江省", "宁波市", ""]) == []
    assert len(likely_duplicates(name="华能电气有限公司", regions=["浙江省", "杭州市", ""])) == 1


def test_a_phone_is_the_same_however_it_is_written():
    haiya = CustomerFactory(name="海雅装备", contact=None)
    ContactFactory(customer=haiya, phone="0571-88018016")
    make_findable(haiya, list(haiya.contacts.all()))
    haiya.save()
    assert [one.why for one in likely_duplicates(phones=["（0571）8801 8016 / 8042"])] == ["电话相同"]
    assert likely_duplicates(phones=["8016"]) == []


def test_a_file_does_not_repeat_itself():
    haiya = findable(name="海雅装备制造有限公司")
    assert likely_duplicates(name=haiya.name, besides=haiya.pk) == []


def test_the_page_links_to_files_in_sight_and_names_no_others(as_rep, rep, other_rep):
    mine = findable(name="海雅装备制造有限公司", owner=rep)
    theirs = findable(name="海雅装备制造集团有限公司", owner=other_rep, credit_code="91110000600037341L")
    page = as_rep.get(BOX, {"box": "name", "name": "海雅装备制造"}).content.decode()
    assert mine.get_absolute_url() in page
    assert theirs.number not in page
    assert theirs.name not in page
    code = as_rep.get(BOX, {"box": "credit_code", "credit_code": "9111 0000-600037341l"}).content.decode()
    assert "其他人已有使用该信用代码的档案" in code
    assert theirs.number not in code


def test_the_box_of_a_contact_warns_of_its_number(as_rep, rep):
    haiya = CustomerFactory(owner=rep, contact=None)
    ContactFactory(customer=haiya, phone="0571-88018016")
    make_findable(haiya, list(haiya.contacts.all()))
    haiya.save()
    asked = {"box": "contacts-0-phone", "contacts-0-phone": "0571 88018016"}
    assert haiya.number in as_rep.get(BOX, asked).content.decode()
    assert haiya.number not in as_rep.get(BOX, asked | {"customer": haiya.pk}).content.decode()


@pytest.mark.parametrize("asked", [{}, {"box": "csrf"}, {"box": "name", "name": " "}, {"box": "x", "x": "57188018016"}])
def test_nothing_asked_is_nothing_alike(as_rep, asked):
    findable(name="海雅装备制造有限公司")
    assert as_rep.get(BOX, asked).content.decode().strip() == ""


def test_a_manager_goes_from_the_warning_straight_to_the_merge(as_manager, as_rep, rep):
    mine, twin = findable(name="海雅装备制造有限公司", owner=rep), findable(name="海雅装备制造集团", owner=rep)
    asked = {"box": "name", "name": mine.name, "customer": mine.pk}
    way = f"/customers/{mine.pk}/merge/?into={twin.pk}"
    assert way in as_manager.get("/customers/alike/", asked).content.decode()
    assert way not in as_rep.get("/customers/alike/", asked).content.decode()

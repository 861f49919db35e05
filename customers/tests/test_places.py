"""Places: one name for each, however it is written; whole addresses in parts; what is unknown as it was typed."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Customer
from customers.places import (
    PLACES,
    Place,
    cities_of,
    districts_of,
    province_called,
    tidy_place,
    without_foreign_parts,
)
from customers.services import create_customer, put_in_place
from orders.booking import book
from tests.factories import CustomerFactory, make_order
from tests.workbooks import imported, saved, workbook

pytestmark = pytest.mark.django_db

WENYI = Place("浙江省", "杭州市", "余杭区", "文一西路 1 号")


def parts(place: Place) -> tuple[str, str, str, str]:
    return place.province, place.city, place.district, place.address


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("浙江", "浙江省"),
        ("内蒙", "内蒙古自治区"),
        ("内蒙古", "内蒙古自治区"),
        ("广西省", "广西壮族自治区"),
        ("新疆", "新疆维吾尔自治区"),
        ("北京", "北京市"),
        ("香港", "香港特别行政区"),
        ("云汀省", "云汀省"),
        ("", ""),
    ],
)
def test_a_province_has_one_name_and_an_unknown_one_its_own(written, kept):
    assert province_called(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (("浙江", "杭州", "余杭"), ("浙江省", "杭州市", "余杭区")),
        (("北京", "市辖区", "朝阳"), ("北京市", "北京市", "朝阳区")),
        (("重庆市", "县", "城口县"), ("重庆市", "重庆市", "城口县")),
        (("上海", "浦东", ""), ("上海市", "上海市", "浦东新区")),
        (("", "杭州", ""), ("浙江省", "杭州市", "")),
        (("江苏", "昆山市", ""), ("江苏省", "苏州市", "昆山市")),
        (("江苏省", "", "昆山市"), ("江苏省", "苏州市", "昆山市")),
        (("湖北", "恩施", ""), ("湖北省", "恩施土家族苗族自治州", "")),
        (("湖北", "仙桃", ""), ("湖北省", "仙桃市", "")),
        (("浙江", "杭州", "开发区"), ("浙江省", "杭州市", "开发区")),
        (("云汀省", "云汀市", "望潮区"), ("云汀省", "云汀市", "望潮区")),
    ],
)
def test_the_three_names_are_completed_by_each_other(written, kept):
    assert parts(tidy_place(Place(*written)))[:3] == kept


@pytest.mark.parametrize("written", [("", "朝阳", ""), ("新疆", "和田地区", "和田")])
def test_what_may_be_two_places_stays_as_it_was_written(written):
    assert parts(tidy_place(Place(*written)))[1:3] == written[1:]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("浙江省杭州市余杭区文一西路 1 号", parts(WENYI)),
        ("浙江杭州余杭区文一西路 1 号", parts(WENYI)),
        ("浙江 杭州 文一西路", ("浙江省", "杭州市", "", "文一西路")),
        ("杭州市余杭区文一西路 1 号", parts(WENYI)),
        ("北京市市辖区朝阳区建国路 8 号", ("北京市", "北京市", "朝阳区", "建国路 8 号")),
        ("上海浦东新区张江路 1 号", ("上海市", "上海市", "浦东新区", "张江路 1 号")),
        ("吉林市船营区解放路", ("吉林省", "吉林市", "船营区", "解放路")),
        ("海南藏族自治州共和县", ("青海省", "海南藏族自治州", "共和县", "")),
        ("江苏昆山市玉山镇", ("江苏省", "苏州市", "昆山市", "玉山镇")),
        ("湖南长沙县星沙街道", ("湖南省", "长沙市", "长沙县", "星沙街道")),
    ],
)
def test_a_whole_address_is_parted(typed, kept):
    assert parts(tidy_place(Place(address=typed))) == kept


@pytest.mark.parametrize(
    "typed", ["北京路 3 号", "南京西路 88 号", "北京朝阳路 5 号", "杭州市民中心", "朝阳区建国路", "12 Main Street"]
)
def test_a_street_that_is_called_like_a_place_is_not_parted(typed):
    assert tidy_place(Place(address=typed)) == Place(address=typed)


def test_an_address_that_speaks_of_another_place_is_not_parted():
    typed = Place("浙江省", "宁波市", "", "浙江省杭州市西湖区文一路")
    assert tidy_place(typed) == typed


def test_what_the_three_names_say_already_is_taken_off_the_address_also_of_places_unknown_to_us():
    assert tidy_place(Place("云汀省", "云汀市", "", "云汀省云汀市拾贝路 18 号")).address == "拾贝路 18 号"


ANY = st.sampled_from(sorted(PLACES))


@given(province=ANY, data=st.data())
def test_every_place_we_know_keeps_its_names_and_is_read_from_its_own_address(province, data):
    city = data.draw(st.sampled_from(cities_of(province)))
    district = data.draw(st.sampled_from(["", *districts_of(province, city)]))
    whole = Place(province, city, district, "拾贝路 18 号")
    assert tidy_place(whole) == whole
    read = tidy_place(Place(address=f"{province}{city}{district}拾贝路 18 号"))
    assert read == whole
    assert tidy_place(read) == read


def test_another_province_takes_what_lies_elsewhere_away_and_leaves_what_nobody_knows():
    assert without_foreign_parts(Place("江苏省", "杭州市", "余杭区", "x")) == Place("江苏省", address="x")
    assert without_foreign_parts(Place("浙江省", "宁波市", "余杭区")) == Place("浙江省", "宁波市")
    assert without_foreign_parts(Place("浙江省", "新地方", "某镇")) == Place("浙江省", "新地方", "某镇")


# ---- at the doors ----------------------------------------------------------------------------------------------------


def test_a_new_file_keeps_the_place_in_order(rep):
    customer = create_customer(
        values={"name": "海雅装备有限公司", "province": "浙江", "address": "浙江省杭州市余杭区文一西路 1 号"},
        contacts=[],
        by=rep,
    )
    customer.refresh_from_db()
    assert (customer.province, customer.city, customer.district, customer.address) == parts(WENYI)
    assert customer.full_address == "浙江省 杭州市 余杭区 文一西路 1 号"


def test_a_municipality_is_named_once_in_an_address():
    assert Customer(province="北京市", city="北京市", district="朝阳区").full_address == "北京市 朝阳区"


def test_an_import_keeps_the_place_in_order_and_a_second_time_changes_nothing(tmp_path):
    headings = ["客户名称", "省", "市", "区", "企业地址"]
    rows = [
        ["海雅装备有限公司", "浙江", "杭州", "余杭", "文一西路"],
        ["青麦有限公司", None, None, None, "北京朝阳区建国路"],
    ]
    path = saved(tmp_path, workbook([headings, *rows]))
    imported("customers", path)
    found = Customer.objects.order_by("pk").values_list("province", "city", "district", "address")
    assert list(found) == [
        ("浙江省", "杭州市", "余杭区", "文一西路"),
        ("北京市", "北京市", "朝阳区", "建国路"),
    ]
    assert imported("customers", path).task.counts["unchanged"] == 2


def test_an_order_is_counted_under_the_one_name_of_its_province(rep):
    order = make_order(customer=CustomerFactory(owner=rep, province="浙江"))
    book(order, approved_at=order.created_at)
    assert order.province == "浙江省"


def test_the_list_finds_by_one_choice_what_older_files_call_otherwise(as_rep, rep):
    for n, province in enumerate(("浙江", "浙江省", "江苏省")):
        CustomerFactory(owner=rep, province=province, short_name=f"海雅{n}", search_key=f"c{n}")
    page = as_rep.get("/customers/", {"province": "浙江省"}).content.decode()
    assert [f"海雅{n}" in page for n in range(3)] == [True, True, False]
    assert '<option value="浙江">' not in page


def test_the_form_offers_the_cities_of_its_province_without_a_script(as_rep, rep):
    customer = CustomerFactory(owner=rep, province="浙江省", city="杭州市")
    page = as_rep.get(reverse("customers:edit", args=[customer.pk])).content.decode()
    assert '<option value="内蒙古自治区">' in page
    assert '<option value="宁波市">' in page
    assert '<option value="余杭区">' in page
    assert '<option value="南京市">' not in page


def test_while_one_types_the_boxes_follow_each_other(as_rep):
    found = as_rep.get("/customers/place/", {"province": "浙江", "city": "杭州", "changed": "city"}).json()
    assert (found["province"], found["city"]) == ("浙江省", "杭州市")
    assert "宁波市" in found["cities"]
    assert "余杭区" in found["districts"]
    moved = as_rep.get("/customers/place/", {"province": "江苏", "city": "杭州市", "changed": "province"}).json()
    assert (moved["province"], moved["city"], moved["districts"]) == ("江苏省", "", [])


def test_a_file_that_is_put_in_place_twice_stays():
    customer = Customer(province="北京", address="北京市朝阳区建国路 8 号")
    put_in_place(customer)
    once = customer.full_address
    put_in_place(customer)
    assert customer.full_address == once == "北京市 朝阳区 建国路 8 号"


def test_files_of_before_take_the_official_names(monkeypatch):
    migration = import_module("customers.migrations.0004_official_places")
    monkeypatch.setattr(migration, "_AT_ONCE", 2)
    written = [
        Place("浙江", "杭州", "余杭", "文一西路 1 号"),
        Place("", "", "", "浙江省杭州市余杭区文一西路 1 号"),
        WENYI,
        Place("加利福尼亚", "", "", "1 Main St"),
        Place(),
    ]
    files = [CustomerFactory() for _each in written]
    for file, place in zip(files, written, strict=True):
        Customer.objects.filter(pk=file.pk).update(**vars(place))
    migration.tidy_places(apps, None)
    kept = [
        Place(*Customer.objects.values_list("province", "city", "district", "address").get(pk=file.pk))
        for file in files
    ]
    assert kept == [WENYI, WENYI, WENYI, written[3], Place()]

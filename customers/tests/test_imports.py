"""Customers from a spreadsheet: whom a row means, what it opens and changes, and what is refused."""

from pathlib import Path

import pytest
from django.utils import timezone

from accounts.roles import Role
from core import registries
from core.events import timeline_of
from core.imports.kinds import Overtaken, Source
from core.imports.work import get_ready, write
from customers.imports import COLUMNS
from customers.models import Contact, Customer
from customers.services import create_customer
from orders.models import Order
from tests.factories import CustomerFactory, UserFactory, make_order
from tests.workbooks import examined, imported, notices, places, problems, saved, table, workbook

pytestmark = pytest.mark.django_db
HEADS = [column.name for column in COLUMNS]
HAIYA = {"客户编号": "K1", "客户名称": "云汀海雅装备有限公司"}


@pytest.fixture
def kinds():
    return registries.import_kinds


def sheet(tmp_path, *rows) -> Path:
    return saved(tmp_path, workbook(table(HEADS, *rows)))


def credit_code(n: int = 0) -> str:
    """A code that passes its checksum."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    front = f"91330100MA{n:07d}"
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(front))
    return front + alphabet[(31 - total % 31) % 31]


def test_a_row_opens_a_file_with_its_contact_and_everything_that_is_searched_by(tmp_path, rep):
    imported(
        "customers",
        sheet(
            tmp_path,
            {
                **HAIYA,
                "统一社会信用代码": credit_code(),
                "所属行业": "环保设备",
                "联系人姓名": "李强",
                "职务": "采购经理",
                "联系方式": "0000-8016",
                "省": "云汀省",
                "市": "云汀市",
                "客户等级": "A",
                "客户来源": "展会",
                "负责人": "REP",
            },
        ),
    )
    customer = Customer.objects.get()
    assert (customer.number, customer.short_name, customer.grade, customer.source) == (
        "K1",
        "海雅装备",
        "A",
        Customer.Source.EXHIBITION,
    )
    assert (customer.owner, customer.team) == (rep, rep.team)
    assert customer.primary_contact.phone == "0000-8016"
    for words in ("k1", "hyzb", "haiyazhuangbei", "李强", "8016"):
        assert Customer.objects.matching(words).exists(), words
    assert "file.xlsx" in timeline_of(customer)[0].sentence


def test_a_file_that_writes_a_province_in_short_means_the_same(tmp_path):
    imported("customers", sheet(tmp_path, {**HAIYA, "省": "浙江", "市": "杭州"}))
    assert Customer.objects.values_list("province", "city").get() == ("浙江省", "杭州市")
    imported("customers", sheet(tmp_path, {**HAIYA, "省": "浙江省", "市": "杭州"}))
    assert Customer.objects.get().version == 0


def test_import_needs_nobody_and_leaves_customers_unassigned_at_grade_c(tmp_path):
    imported("customers", sheet(tmp_path, {"客户名称": "云汀海雅装备有限公司"}))
    customer = Customer.objects.get()
    assert (customer.owner, customer.grade, customer.source) == (None, "C", "import")
    assert customer.number == f"C{timezone.localdate().year}001"


def test_a_second_import_of_the_same_file_changes_nothing(tmp_path, rep):
    rows = [HAIYA, {"客户名称": "白鹭青麦自动化有限公司", "联系人姓名": "孙梅", "负责人": "rep"}]
    path = sheet(tmp_path, *rows)
    imported("customers", path)
    before = list(Customer.objects.order_by("pk").values())
    found = imported("customers", path)
    assert found.task.counts == {"created": 0, "changed": 0, "unchanged": 2}
    assert list(Customer.objects.order_by("pk").values()) == before
    assert Contact.objects.count() == 1


def test_numbers_of_ours_and_of_the_file_never_collide(tmp_path, manager):
    year = timezone.localdate().year
    rows = [{"客户编号": f"C{year}002", "客户名称": "云汀甲装备厂"}]
    rows += [{"客户名称": f"云汀{c}装备厂"} for c in "乙丙"]
    imported("customers", sheet(tmp_path, *rows))
    own = create_customer(values={"name": "云汀丁装备厂"}, contacts=[], by=manager)
    assert sorted(Customer.objects.values_list("number", flat=True)) == [f"C{year}00{n}" for n in (1, 2, 3, 4)]
    assert own.number == f"C{year}004"
    assert Customer.objects.matching(f"c{year}003").exists()


# ---- whom a row means ------------------------------------------------------------------------------------------------


def test_a_known_customer_is_brought_up_to_date_and_an_empty_cell_changes_nothing(tmp_path, rep):
    customer = CustomerFactory(number="K1", name="云汀海雅装备有限公司", industry="旧行业", address="旧地址", owner=rep)
    row = {**HAIYA, "所属行业": "环保设备", "联系人姓名": "李强", "联系方式": "0000-9999"}
    found = imported("customers", sheet(tmp_path, row))
    customer.refresh_from_db()
    assert (customer.industry, customer.address, customer.version) == ("环保设备", "旧地址", 1)
    assert customer.contacts.get().phone == "0000-9999"
    assert found.task.counts["changed"] == 1
    assert Customer.objects.matching("9999").exists()
    changes = timeline_of(customer)[0].changes
    assert ("所属行业", "旧行业", "环保设备") in changes or len(changes) == 2


def test_the_key_is_the_number_else_the_code_else_the_name(tmp_path):
    code = credit_code()
    by_number = CustomerFactory(number="K1", name="云汀甲装备厂", owner=None)
    by_code = CustomerFactory(number="K2", name="云汀乙装备厂", credit_code=code, owner=None)
    by_name = CustomerFactory(number="K3", name="云汀丙(集团)有限公司", owner=None)
    rows = [
        {"客户编号": "k1", "客户名称": "云汀甲装备厂", "所属行业": "一"},
        {"统一社会信用代码": code, "客户名称": "云汀乙装备集团", "所属行业": "二"},
        {"客户名称": "云汀丙（集团）有限公司 ", "所属行业": "三"},
    ]
    imported("customers", sheet(tmp_path, *rows))
    assert [Customer.objects.get(pk=c.pk).industry for c in (by_number, by_code, by_name)] == ["一", "二", "三"]
    assert Customer.objects.count() == 3


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([HAIYA, {**HAIYA, "客户名称": "云汀另一家装备厂"}], [(3, "客户编号")]),
        ([{"客户名称": "云汀海雅有限公司"}, {"客户名称": "云汀海雅有限公司"}], [(3, "客户名称")]),
        ([{"客户名称": "杭州海雅有限公司"}, {"客户名称": "海雅（杭州）有限公司"}], [(3, "客户名称")]),
        (
            [{"客户编号": "K1", "客户名称": "杭州海雅有限公司"}, {"客户编号": "K2", "客户名称": "海雅有限公司"}],
            [],
        ),
    ],
    ids=["number twice", "name twice", "written in two ways", "told apart by their numbers"],
)
def test_one_customer_has_one_row(tmp_path, rows, expected):
    assert places("customers", examined("customers", sheet(tmp_path, *rows))) == expected


def test_two_rows_that_mean_one_customer_by_different_keys_are_named(tmp_path):
    CustomerFactory(number="K1", name="云汀海雅装备有限公司", owner=None)
    rows = [
        {"客户编号": "K1", "客户名称": "云汀新海装备有限公司"},
        {"客户名称": "云汀海雅装备有限公司", "所属行业": "环保"},
    ]
    found = examined("customers", sheet(tmp_path, *rows))
    assert places("customers", found) == [(3, "客户名称")]


def test_a_number_does_not_take_the_name_of_another_customer(tmp_path):
    CustomerFactory(number="K1", name="云汀海雅装备有限公司", owner=None)
    CustomerFactory(number="K2", name="白鹭青麦自动化有限公司", owner=None)
    found = examined("customers", sheet(tmp_path, {"客户编号": "K1", "客户名称": "白鹭青麦自动化有限公司"}))
    assert places("customers", found) == [(2, "客户名称")]
    assert "K2" in problems("customers", found)[0][2]


def test_phone_and_title_without_a_contact_are_told(tmp_path):
    found = imported("customers", sheet(tmp_path, {**HAIYA, "职务": "经理", "联系方式": "0000-8016"}))
    assert not Contact.objects.exists()
    assert any("联系人姓名" in notice for notice in notices(found))


def test_a_name_is_kept_as_it_was_written_and_known_in_any_form(tmp_path):
    imported(
        "customers", sheet(tmp_path, {**HAIYA, "客户名称": "云汀海雅（集团）有限公司", "客户简称": "海雅（集团）"})
    )
    assert Customer.objects.get().name == "云汀海雅（集团）有限公司"
    imported("customers", sheet(tmp_path, {**HAIYA, "客户名称": "云汀海雅(集团) 有限公司"}))
    assert Customer.objects.count() == 1


def test_a_customer_written_in_another_way_than_here_is_not_guessed(tmp_path):
    CustomerFactory(number="K1", name="云汀市海雅装备有限公司", short_name="海雅装备", owner=None)
    found = examined("customers", sheet(tmp_path, {"客户名称": "海雅装备股份有限公司"}))
    assert places("customers", found) == [(2, "客户名称")]
    assert "K1" in problems("customers", found)[0][2]
    found = examined("customers", sheet(tmp_path, {"客户编号": "K9", "客户名称": "云汀市海雅装备有限公司"}))
    assert places("customers", found) == [(2, "客户名称")]


def test_a_name_that_only_sounds_alike_is_told_and_taken(tmp_path):
    CustomerFactory(number="K1", name="海雅装备有限公司", short_name="海雅装备", owner=None)
    found = imported("customers", sheet(tmp_path, {"客户名称": "海亚装备有限公司"}))
    assert found.task.counts["created"] == 1
    assert "K1" in notices(found)[0]


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_every_cell_that_cannot_be_is_named(tmp_path, rep):
    rows = [
        {"客户编号": "K1"},
        {"客户编号": "K2", "客户名称": "云汀甲厂", "统一社会信用代码": "91330100MA2B0XXXX9", "客户等级": "D"},
        {"客户编号": "K3", "客户名称": "云汀乙厂", "联系人姓名": "李强", "联系方式": "138 0000 0000"},
        {"客户编号": "K4", "客户名称": "云汀丙厂", "负责人": "nobody", "客户来源": "街上"},
        {"客户编号": "K" * 30, "客户名称": "云汀丁厂"},
    ]
    found = examined("customers", sheet(tmp_path, *rows))
    assert places("customers", found) == [
        (2, "客户名称"),
        (3, "统一社会信用代码"),
        (3, "客户等级"),
        (4, "联系方式"),
        (5, "客户来源"),
        (5, "负责人"),
        (6, "客户编号"),
    ]
    assert not Customer.objects.exists()


def test_a_manager_imports_for_the_own_team_and_for_nobody(tmp_path, manager, rep, other_rep):
    CustomerFactory(number="K1", name="云汀甲厂", owner=other_rep)
    CustomerFactory(number="K2", name="云汀乙厂", owner=None)
    rows = [
        {"客户编号": "K1", "客户名称": "云汀甲厂", "所属行业": "环保"},
        {"客户编号": "K2", "客户名称": "云汀乙厂", "负责人": "rep"},
        {"客户编号": "K3", "客户名称": "云汀丙厂", "负责人": "other_rep"},
    ]
    found = examined("customers", sheet(tmp_path, *rows), by=manager)
    assert places("customers", found) == [(2, "客户编号"), (4, "负责人")]
    assert examined("customers", sheet(tmp_path, *rows)).is_clean


def test_another_grade_of_a_known_customer_is_told_and_changes_nothing(tmp_path):
    CustomerFactory(number="K1", name="云汀海雅装备有限公司", owner=None)
    found = imported("customers", sheet(tmp_path, {**HAIYA, "客户等级": "A"}))
    assert Customer.objects.get().grade == "C"
    assert len(notices(found)) == 1


def test_the_example_of_the_template_is_not_imported(tmp_path):
    example = {column.name: column.example for column in COLUMNS if column.example != ""}
    found = examined("customers", sheet(tmp_path, example))
    assert (2, "") in places("customers", found)


# ---- writing ---------------------------------------------------------------------------------------------------------


def test_an_owner_in_the_file_takes_over_what_hangs_on_the_customer(tmp_path, rep):
    customer = CustomerFactory(number="K1", name="云汀海雅装备有限公司", owner=None)
    order = make_order(customer=customer, rep=UserFactory(role=Role.REP))
    Order.objects.filter(pk=order.pk).update(rep=None)
    imported("customers", sheet(tmp_path, {**HAIYA, "负责人": "rep"}))
    order.refresh_from_db()
    assert (order.rep, order.team) == (rep, rep.team)


def test_what_somebody_changed_meanwhile_is_not_overwritten(tmp_path, kinds):
    customer = CustomerFactory(number="K1", name="云汀海雅装备有限公司", owner=None)
    found = examined("customers", sheet(tmp_path, {**HAIYA, "所属行业": "重型机械"}))
    Customer.objects.filter(pk=customer.pk).update(version=5)
    with pytest.raises(Overtaken):
        write(kinds["customers"], get_ready(kinds["customers"], found, Source("file.xlsx", None)))


def test_of_two_imports_that_were_checked_at_once_only_one_is_written(tmp_path, kinds):
    path = sheet(tmp_path, {"客户名称": "云汀海雅装备有限公司"})
    first, second = (examined("customers", path) for _each in range(2))
    write(kinds["customers"], get_ready(kinds["customers"], first, Source("file.xlsx", None)))
    with pytest.raises(Overtaken):
        write(kinds["customers"], get_ready(kinds["customers"], second, Source("file.xlsx", None)))


def test_a_number_that_an_import_writes_at_this_moment_goes_to_nobody_else(manager, monkeypatch):
    CustomerFactory(number="C1", owner=None)
    numbers = iter(["C1", "C2"])
    monkeypatch.setattr("customers.services._next_number", lambda: next(numbers))
    assert create_customer(values={"name": "云汀丁装备厂"}, contacts=[], by=manager).number == "C2"

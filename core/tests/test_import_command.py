"""``manage.py import_excel``: the same import in a terminal."""

import io

import pytest
from django.core.management import CommandError, call_command

from core.models import Event
from customers.models import Customer
from tests.workbooks import saved, table, workbook

pytestmark = pytest.mark.django_db
HEADS = ("客户编号", "客户名称", "客户等级")
GOOD = {"客户编号": "K1", "客户名称": "云汀海雅装备有限公司"}


def run(*args) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_excel", *map(str, args), stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), f"{err.getvalue()}{error}"
    return out.getvalue(), err.getvalue()


def test_a_good_file_is_imported_in_the_systems_name_or_in_somebodys(tmp_path, manager):
    path = saved(tmp_path, workbook(table(HEADS, GOOD)))
    _out, err = run("customers", path, "--dry-run")
    assert (err, Customer.objects.count()) == ("", 0)
    run("customers", path)
    assert Event.objects.get(verb="imported").actor is None
    run("customers", saved(tmp_path, workbook(table(HEADS, {"客户名称": "白鹭青麦有限公司"}))), "--as", "manager")
    assert Event.objects.filter(verb="imported", actor=manager).count() == 1


def test_a_refused_file_prints_every_problem_and_fails(tmp_path):
    path = saved(tmp_path, workbook(table(HEADS, GOOD, {"客户编号": "K2", "客户等级": "Z"})))
    _out, err = run("customers", path)
    assert "3" in err
    assert "客户名称" in err
    assert "客户等级" in err
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("content", "word"), [(b"a,b", "xlsx"), (workbook([["甲"], ["乙"]]), "客户名称")], ids=["no workbook", "headings"]
)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path, content, word):
    assert word in run("customers", saved(tmp_path, content))[1]


def test_nobody_imports_who_may_not(tmp_path, rep, manager):
    path = saved(tmp_path, workbook(table(HEADS, GOOD)))
    for login in ("rep", "nobody"):
        assert login in run("customers", path, "--as", login)[1]
    assert run("customers", tmp_path / "gone.xlsx")[1]
    assert not Customer.objects.exists()

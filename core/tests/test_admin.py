"""Policies and work-day exceptions in the administration: only what is declared, only what makes sense."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import policy, registries
from core.models import Company, PolicyValue

pytestmark = pytest.mark.django_db

ADD = reverse("admin:core_policyvalue_add")


@pytest.fixture(autouse=True)
def _declared(monkeypatch):
    declared = {"days": (1, "days for a stage"), "rate": (Decimal("0.1"), "rate"), "ask": (True, "ask first")}
    monkeypatch.setattr(registries, "policies", declared)
    monkeypatch.setattr(policy, "policies", declared)


@pytest.mark.parametrize(
    ("key", "text", "value"), [("days", " 3 ", 3), ("rate", "0.25", Decimal("0.25")), ("ask", "False", False)]
)
def test_a_policy_takes_a_value_like_its_default(as_admin, key, text, value):
    assert as_admin.post(ADD, {"key": key, "value": text}).status_code == 302
    assert policy.value(key) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [("days", "soon"), ("days", "1.5"), ("days", "-1"), ("rate", "NaN"), ("ask", "1"), ("other", "1"), ("days", "")],
)
def test_a_senseless_value_is_refused_beside_the_field(as_admin, key, text):
    answer = as_admin.post(ADD, {"key": key, "value": text})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert not PolicyValue.objects.exists()


def test_a_policy_shows_its_label_and_default(as_admin):
    PolicyValue.objects.create(key="days", value="4")
    PolicyValue.objects.create(key="gone", value="4")
    assert "days for a stage" in as_admin.get(ADD).content.decode()
    page = as_admin.get(reverse("admin:core_policyvalue_changelist")).content.decode()
    assert "days for a stage" in page


def test_every_policy_is_listed_with_its_value_and_its_default(as_admin):
    PolicyValue.objects.create(key="days", value="4")
    listed = as_admin.get(reverse("admin:core_policyvalue_changelist")).context["in_force"]
    facts = [(each.label, each.value, each.default, each.is_set) for each in listed]
    assert facts == [
        ("ask first", "是", "是", False),
        ("days for a stage", "4", "1", True),
        ("rate", "0.1", "0.1", False),
    ]


def test_a_policy_in_the_list_leads_to_where_it_is_changed(as_admin):
    PolicyValue.objects.create(key="days", value="4")
    for each in as_admin.get(reverse("admin:core_policyvalue_changelist")).context["in_force"]:
        assert as_admin.get(each.url).context["adminform"].form["key"].value() in ("ask", "days", "rate")


def test_the_guard_against_guessed_passwords_stands_last_and_in_our_language(as_admin):
    page = as_admin.get(reverse("admin:index"))
    assert page.context["app_list"][-1]["app_label"] == "axes"
    assert "登录失败记录" in page.content.decode()
    assert "Axes" not in page.content.decode()
    attempts = as_admin.get(reverse("admin:axes_accessattempt_changelist")).content.decode()
    assert "失败的登录" in attempts


def test_a_page_that_stumbles_over_its_parameters_says_in_the_log_where(as_admin, caplog, monkeypatch):
    monkeypatch.setattr("core.admin._in_force", lambda: int("no number"))
    page = reverse("admin:core_policyvalue_changelist")
    answer = as_admin.get(page, {"p": "1"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert f"Parameters of {page} make no sense." in caplog.text
    assert "'no number'" in caplog.text


def test_a_workday_exception_is_kept(as_admin):
    facts = {"day": "2027-01-04", "is_workday": "", "note": "厂休"}
    assert as_admin.post(reverse("admin:core_workdayoverride_add"), facts).status_code == 302
    assert as_admin.get(reverse("admin:core_workdayoverride_changelist")).status_code == 200


def test_our_company_is_entered_once_and_changed_afterwards(as_admin):
    add = reverse("admin:core_company_add")
    facts = {"name": "拾光智能控制", "bank_name": "云汀银行", "bank_account": "0017"}
    assert as_admin.post(add, facts).status_code == 302
    assert (str(Company.ours()), Company.ours().bank) == ("拾光智能控制", "云汀银行 0017")
    assert as_admin.get(add).status_code == 403
    assert as_admin.post(reverse("admin:core_company_delete", args=[1])).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        Company.objects.create(id=2, name="Another")


def test_before_anybody_entered_our_company_it_is_empty():
    assert (str(Company.ours()), Company.ours().bank) == ("", "")

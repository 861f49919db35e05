"""What an installation starts with, what an administrator may change, and what customers put on others' pages."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from core import protections
from core.search import find
from core.worklist import items_for
from customers.completeness import missing_parts
from customers.models import Customer, Grade, GradePolicy, PaymentTerms
from customers.seed import TERMS, seed
from customers.worklist import Unassigned
from tests.factories import ContactFactory, CustomerFactory


@pytest.mark.django_db
def test_an_installation_starts_with_terms_and_a_policy_per_grade():
    assert set(PaymentTerms.objects.values_list("name", flat=True)) == set(TERMS)
    for terms in PaymentTerms.objects.all():
        assert sum(part.percent for part in terms.instalments.all()) == 100
    assert {p.grade: p.credit_limit for p in GradePolicy.objects.all()} == {
        "A": Decimal(500_000),
        "B": Decimal(200_000),
        "C": Decimal(50_000),
    }
    allowed = GradePolicy.objects.get(grade=Grade.C).allowed_terms.values_list("name", flat=True)
    assert "30%预付款，70%到货款" in allowed
    assert "100%到货后30天" not in allowed


@pytest.mark.django_db
def test_seeding_again_keeps_what_an_administrator_changed():
    GradePolicy.objects.filter(grade="A").update(credit_limit=None)
    PaymentTerms.objects.filter(name="100%预付款").update(name="款到发货")
    GradePolicy.objects.get(grade="B").allowed_terms.clear()
    seed()
    assert GradePolicy.objects.get(grade="A").credit_limit is None
    assert not GradePolicy.objects.get(grade="B").allowed_terms.exists()
    assert PaymentTerms.objects.count() == len(TERMS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("tables_owner")
def test_a_flushed_database_is_seeded_again():
    protections.drop_all()  # they refuse to empty what they guard
    call_command("flush", interactive=False, verbosity=0)
    protections.create_all()
    assert PaymentTerms.objects.count() == len(TERMS)


# ---- administration --------------------------------------------------------------------------------------------------


def instalments(*percents):
    data = {"name": "试用", "active": "on", "instalments-TOTAL_FORMS": len(percents), "instalments-INITIAL_FORMS": 0}
    for n, percent in enumerate(percents):
        data |= {f"instalments-{n}-position": n + 1, f"instalments-{n}-percent": percent}
        data |= {f"instalments-{n}-trigger": "arrival", f"instalments-{n}-days": 0}
    return data


def test_instalments_of_terms_must_be_the_whole_amount(as_admin):
    address = reverse("admin:customers_paymentterms_add")
    refused = as_admin.post(address, instalments("30", "60"))
    assert refused.status_code == 200
    assert "90" in refused.content.decode()
    assert as_admin.post(address, instalments("33.33", "66.67")).status_code == 302
    assert PaymentTerms.objects.get(name="试用").instalments.count() == 2


def test_a_grade_policy_is_changed_but_neither_renamed_nor_removed(as_admin):
    policy = GradePolicy.objects.get(grade="A")
    data = {"grade": "B", "annual_threshold": 1, "credit_limit": "", "order_cap": 2, "max_discount": 3}
    address = reverse("admin:customers_gradepolicy_change", args=["A"])
    assert as_admin.post(address, data | {"visit_interval": 30}).status_code == 302
    policy.refresh_from_db()
    assert (policy.credit_limit, policy.order_cap) == (None, 2)
    assert as_admin.post(reverse("admin:customers_gradepolicy_delete", args=["A"])).status_code == 403


def test_the_administration_shows_customers_and_changes_nothing(as_admin):
    customer = CustomerFactory()
    address = reverse("admin:customers_customer_change", args=[customer.pk])
    assert as_admin.get(address).status_code == 200
    assert as_admin.get(reverse("admin:customers_customer_changelist") + "?q=hyzb").status_code == 200
    assert as_admin.post(address, {"grade": "A", "number": "X"}).status_code == 403
    assert as_admin.get(reverse("admin:customers_customer_add")).status_code == 403
    assert Customer.objects.get().grade == "C"


# ---- worklist, search, completeness ----------------------------------------------------------------------------------


def of_kind(user):
    return [item for item in items_for(user) if item.kind == "unassigned"]


def test_unassigned_customers_wait_for_managers_one_working_day(manager, rep, finance):
    customer = CustomerFactory(owner=None)
    CustomerFactory(owner=rep)
    CustomerFactory(owner=None, status="frozen")
    # Friday, 20 November 2026: due on Monday evening.
    opened = timezone.make_aware(datetime(2026, 11, 20, 10))
    Customer.objects.filter(pk=customer.pk).update(created_at=opened)
    (item,) = of_kind(manager)
    assert (item.whom, item.url) == (customer.short_name, customer.get_absolute_url())
    assert timezone.localtime(item.due).replace(tzinfo=None) == datetime(2026, 11, 23, 18)
    assert of_kind(rep) == of_kind(finance) == []


def test_a_few_unassigned_customers_ask_the_calendar_once_per_day(manager, django_assert_max_num_queries):
    CustomerFactory.create_batch(5, owner=None)
    Customer.objects.update(created_at=timezone.now() - timedelta(days=2))
    with django_assert_max_num_queries(3):
        assert len(Unassigned().items(manager, 50)) == 5


def test_many_unassigned_customers_are_one_item_that_leads_to_all_of_them(manager):
    CustomerFactory.create_batch(6, owner=None)
    (item,) = of_kind(manager)
    assert (item.whom, item.url) == ("6 家客户", "/customers/unassigned/")


def test_the_headers_search_finds_customers_one_may_see(rep, other_rep, operations):
    customer = CustomerFactory(owner=rep)
    hits = [hit for hit in find(rep, "hyzb") if hit.url == customer.get_absolute_url()]
    assert [hit.title for hit in hits] == [customer.short_name]
    assert find(other_rep, "hyzb") == find(operations, "hyzb") == []


def test_a_file_says_what_it_lacks(rep):
    assert missing_parts(CustomerFactory(owner=rep)) == []
    bare = CustomerFactory(owner=None, industry="", address="", contact=None)
    assert len(missing_parts(bare)) == 4
    ContactFactory(customer=bare, job_title="", phone="")
    assert len(missing_parts(Customer.objects.get(pk=bare.pk))) == 5

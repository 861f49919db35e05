"""Two files about one company become one: everything moves, the other number leads there, and nothing is undone."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from agreements.models import PriceAgreement
from billing.models import Receipt
from care.models import CarePlan, Visit
from care.plans import follow_grade
from care.visits import record_visit
from core.invariants import examine
from core.models import Event
from core.stale import Stale
from core.workflow import Refused, take
from customers.merge import merge_customers, why_not_merged
from customers.models import Contact, Customer, CustomerMerge, GradeChange
from customers.moving import MOVERS, STAYING
from customers.services import make_findable, update_customer
from fulfilment.models import Shipment
from grading.models import GradeProposal
from orders.models import Order
from orders.statuses import Status
from requirements.models import Requirement
from tests.factories import (
    AgreementFactory,
    ContactFactory,
    CustomerFactory,
    ProductFactory,
    RequirementFactory,
    UserFactory,
    make_order,
    make_proposal,
    make_shipment,
    released_order,
)

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)


def findable(**values) -> Customer:
    customer = CustomerFactory(**values)
    make_findable(customer, list(customer.contacts.all()))
    customer.save()
    return customer


@pytest.fixture
def old(rep):
    return findable(owner=rep, name="海雅装备（杭州）有限公司", short_name="海雅杭州", number="C2026777")


@pytest.fixture
def new(other_in_team):
    return findable(owner=other_in_team, name="海雅装备制造有限公司", short_name="海雅装备")


@pytest.fixture
def other_in_team(team):
    return UserFactory(team=team, name="赵云")


@pytest.fixture
def merge(old, new, manager):
    def go(**more):
        return merge_customers(merged=more.pop("merged", old), into=more.pop("into", new), by=manager, **more)

    return go


def test_every_model_with_a_customer_says_what_becomes_of_its_rows():
    known = {(mover.model, mover.field) for mover in MOVERS} | set(STAYING)
    found = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is Customer
    }
    assert found - known == set(), "enter them in the app's merging.py"
    assert known - found == set(), "no longer there"


def test_everything_moves_to_the_owner_of_the_file_that_stays(merge, old, new, rep, other_in_team):
    closed = make_order(customer=old, status=Status.CANCELLED)
    shipped = make_shipment(released_order(customer=old))
    requirement = RequirementFactory(customer=old)
    record_visit_at(old, rep)
    done = merge(note="同一家公司")
    for model in (Order, Requirement, Shipment, Visit):
        assert set(model.objects.values_list("customer", flat=True)) == {new.pk}, model
    assert {order.rep for order in Order.objects.all()} == {other_in_team}
    assert Shipment.objects.get().rep == Requirement.objects.get(pk=requirement.pk).owner == other_in_team
    assert done.moved["orders.Order"] == 2
    assert Order.objects.get(pk=closed.pk).status == Status.CANCELLED
    assert shipped.order.number == Order.objects.get(pk=shipped.order_id).number


def record_visit_at(customer, by, day=None):
    values = {"visited_on": day or timezone.localdate(), "way": "on_site", "visitor": by, "met": "李强"}
    return record_visit(customer=customer, by=by, values=values | {"said": "复购意向", "next_on": None})


def test_the_merged_file_is_gone_from_sight_and_its_number_and_names_find_the_other(merge, old, new, manager):
    merge()
    seen = Customer.objects.visible_to(manager)
    for words in ("C2026777", "海雅装备（杭州）", "海雅杭州", "hyhz"):
        assert list(seen.matching(words)) == [new], words
    gone = Customer.objects.get(pk=old.pk)
    assert (gone.status, gone.merged_into, gone.owner, gone.number) == ("merged", new, None, "C2026777")


def test_what_was_chosen_stays_and_what_lacked_is_filled_in(merge, old, new):
    Customer.objects.filter(pk=old.pk).update(industry="水务", credit_code="91110000600037341L", tax_number="T1")
    Customer.objects.filter(pk=new.pk).update(credit_code="", tax_number="T2")
    done = merge(taken=["industry"])
    new.refresh_from_db()
    assert (new.industry, new.credit_code, new.tax_number) == ("水务", "91110000600037341L", "T2")
    assert done.said["tax_number"] == ["T1", "T2"]
    told = Event.objects.get(verb="customer_joined", subject_id=new.pk)
    assert ["industry", "环保设备", "水务"] in told.data["changes"]


def test_contacts_are_united_and_who_stands_in_both_stands_there_once(merge, old, new):
    double = old.contacts.get()
    other = ContactFactory(customer=old, name="周建", phone="0571-88018016", is_primary=False)
    draft = make_order(customer=old)
    assert draft.contact == double
    merge()
    assert set(new.contacts.values_list("name", flat=True)) == {"李强", "周建"}
    assert new.contacts.get(is_primary=True).name == "李强"
    assert other in new.contacts.all()
    assert Contact._base_manager.get(pk=double.pk).departed
    assert Order.objects.get(pk=draft.pk).contact == new.contacts.get(name="李强")


def test_two_people_of_one_name_with_two_phones_are_two(merge, old, new):
    old.contacts.update(phone="0571-11111111")
    new.contacts.update(phone="0571-22222222")
    merge()
    assert new.contacts.count() == 2


def test_a_submitted_order_keeps_its_names_and_a_draft_takes_the_new_ones(merge, old, new):
    submitted = make_order(customer=old, status=Status.MANAGER_REVIEW)
    draft = make_order(customer=old)
    before = Order.objects.get(pk=submitted.pk)
    merge()
    after, draft = Order.objects.get(pk=submitted.pk), Order.objects.get(pk=draft.pk)
    assert (after.number, after.customer_name, after.buyer_name) == (
        before.number,
        before.customer_name,
        before.buyer_name,
    )
    assert after.version == before.version + 1
    assert draft.customer_name == "海雅装备"
    assert Event.objects.filter(verb="order_moved", subject_id=after.pk).exists()


def test_grades_and_proposals_move_and_an_open_one_is_closed_with_a_sentence(merge, old, new, manager):
    accepted = make_proposal(old)
    take(accepted, "accept", by=manager, note="同意")
    old.refresh_from_db()
    waiting = GradeProposal.objects.create(
        customer=old,
        origin="request",
        quarter=date(2026, 10, 1),
        before=old.grade,
        after="C" if old.grade != "C" else "B",
        annual_amount=0,
        previous_amount=0,
        overdue_amount=0,
        overdue_days=0,
    )
    grade = new.grade
    merge()
    waiting.refresh_from_db()
    new.refresh_from_db()
    assert (waiting.status, waiting.customer, new.grade) == ("closed", new, grade)
    change = GradeChange.objects.get()
    assert (change.customer, change.came_from) == (new, old)
    with pytest.raises(Refused) as refused:
        take(waiting, "accept", by=manager, note="同意")
    assert f"C2026777 已并入 {new.number}" in str(refused.value)


def test_of_two_care_plans_one_goes_on(merge, old, new, rep, other_in_team):
    for customer in (old, new):
        Customer.objects.filter(pk=customer.pk).update(grade="A")
        follow_grade(customer, by=None)
    record_visit_at(old, rep, timezone.localdate())
    merge()
    plan = CarePlan.objects.get(ended_on=None)
    assert plan.customer == new
    assert plan.next_visit_on == timezone.localdate() + timedelta(days=plan.interval)
    assert CarePlan.objects.filter(customer=new).count() == 2


def test_what_the_orders_come_to_is_counted_anew(merge, old, new):
    make_order(customer=old, status=Status.COMPLETED)
    make_order(customer=new, status=Status.APPROVED)
    merge()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.order_count, new.order_count, new.customer_type) == (0, 2, "returning")
    assert old.last_cooperation_on is None


def test_after_a_merge_the_rules_about_customers_hold(merge, old, new, rep):
    make_order(customer=old)
    RequirementFactory(customer=old)
    merge()
    assert [str(finding.examples) for finding in examine() if not finding.holds] == []


def test_merges_one_after_the_other_lead_to_the_file_that_lives(merge, old, new, rep):
    last = findable(owner=rep, name="海雅集团")
    merge()
    merge(merged=new, into=last)
    assert Customer.objects.get(pk=old.pk).merged_into == last
    assert "C2026777" in Customer.objects.get(pk=last.pk).former_names
    assert CustomerMerge.objects.count() == 2


@pytest.mark.parametrize("case", ["itself", "frozen", "merged", "foreign"])
def test_what_cannot_be_merged_is_refused_with_a_clear_sentence(merge, old, new, manager, other_rep, case):
    third = findable(owner=other_rep if case == "foreign" else new.owner)
    if case == "frozen":
        take(new, "freeze", by=manager, note="破产")
    if case == "merged":
        merge()
        old.refresh_from_db()
    pair = {"itself": (old, old), "frozen": (old, new), "merged": (old, third), "foreign": (old, third)}[case]
    words = {"itself": "同一份档案", "frozen": "已停用", "merged": f"已并入 {new.number}", "foreign": "其他团队"}[case]
    with pytest.raises(ValidationError) as refused:
        merge(merged=pair[0], into=pair[1])
    assert words in " ".join(refused.value.messages)


def test_only_managers_merge(old, new, rep):
    with pytest.raises(PermissionDenied):
        merge_customers(merged=old, into=new, by=rep)


def test_who_looked_at_an_older_file_is_told(merge, old, new):
    with pytest.raises(Stale):
        merge(versions=(old.version, new.version + 1))
    assert not CustomerMerge.objects.exists()


def test_a_submitted_order_changes_its_customer_along_the_merge_and_in_no_other_way(merge, old, new, rep):
    order, third = make_order(customer=old, status=Status.APPROVED), findable(owner=rep)
    for target in (new, third):
        with pytest.raises(REFUSED), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(customer=target)
    merge()
    with pytest.raises(REFUSED), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(customer=third)
    with pytest.raises(REFUSED), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(customer=old)


def test_the_database_takes_nothing_new_for_a_merged_file(merge, old, rep):
    merge()
    with pytest.raises(REFUSED), transaction.atomic():
        make_order(customer=old)
    with pytest.raises(REFUSED), transaction.atomic():
        Receipt.objects.create(customer=old, received_on=date(2026, 11, 1), amount=1, method="transfer")
    with pytest.raises(REFUSED), transaction.atomic():
        Customer.objects.filter(pk=old.pk).update(status="active")
    with pytest.raises(REFUSED), transaction.atomic():
        CustomerMerge.objects.update(note="anders")


def test_a_form_open_on_the_merged_file_is_refused_with_the_new_number(merge, old, new, rep):
    merge()
    with pytest.raises(ValidationError) as refused:
        update_customer(customer=old, values={"name": old.name}, contacts=[], by=rep)
    assert new.number in refused.value.messages[0]


def test_of_two_agreed_prices_that_of_the_file_that_stays_holds(merge, old, new):
    product = ProductFactory()
    kept = AgreementFactory(customer=new, product=product, starts_on=date(2026, 6, 1))
    earlier = AgreementFactory(customer=old, product=product, starts_on=date(2026, 1, 1))
    other = AgreementFactory(customer=old, starts_on=date(2026, 1, 1))
    merge()
    for agreement in (kept, earlier, other):
        agreement.refresh_from_db()
        assert agreement.customer == new
    assert (earlier.last_day, kept.ended_on, other.ended_on) == (date(2026, 5, 31), None, None)


def test_a_price_that_holds_today_goes_on_around_one_that_is_over(merge, old, new):
    product, today, day = ProductFactory(), timezone.localdate(), timedelta(days=1)
    over = {"starts_on": today - 60 * day, "ends_on": today - 30 * day}
    later = {"starts_on": today + 100 * day, "ends_on": today + 200 * day}
    for days in (over, later):
        AgreementFactory(customer=new, product=product, price=990, **days)
    theirs = AgreementFactory(customer=old, product=product, starts_on=today - 90 * day, ends_on=None)
    merge()
    theirs.refresh_from_db()
    assert theirs.last_day == today - 61 * day
    went_on = PriceAgreement.objects.filter(customer=new, price=theirs.price).exclude(pk=theirs.pk)
    assert list(went_on.order_by("starts_on").values_list("starts_on", "last_day")) == [
        (today - 29 * day, today + 99 * day),
        (today + 201 * day, date.max),
    ]
    told = Event.objects.filter(subject_id=new.pk, verb__startswith="price_").order_by("pk")
    assert [event.verb for event in told] == ["price_ended", "price_agreed", "price_agreed"]


def test_who_comes_first_in_the_stock_is_counted_anew(merge, old, new):
    order = released_order(customer=old)
    Customer.objects.filter(pk=new.pk).update(grade="A")
    new.refresh_from_db()
    follow_grade(new, by=None)
    CarePlan.objects.filter(customer=new).update(priority_supply=True)
    merge()
    product = order.lines.get().product
    assert product.reserved_first == product.reserved > 0
    assert "reserved" in {each.invariant.name for each in examine() if each.holds}


def test_who_stands_in_both_files_keeps_what_only_the_other_says(merge, old, new):
    old.contacts.update(phone="0571-88018016", email="li@haiya.example", job_title="总监")
    new.contacts.update(phone="", email="", job_title="采购经理", is_primary=False)
    merge()
    contact = new.contacts.get()
    assert (contact.phone, contact.email) == ("0571-88018016", "li@haiya.example")
    assert (contact.job_title, contact.is_primary) == ("采购经理", True)
    assert "057188018016" in Customer.objects.get(pk=new.pk).search_key


def test_of_a_file_that_another_team_has_now_nothing_is_said(merge, old, new, manager, other_rep):
    merge()
    old.refresh_from_db()
    Customer.objects.filter(pk=new.pk).update(owner=other_rep, team=other_rep.team)
    assert new.number not in why_not_merged(old, findable(owner=old.owner), manager)


def test_lists_do_not_offer_what_only_a_merged_file_says(merge, old, new, manager):
    Customer.objects.filter(pk=old.pk).update(industry="水务")
    assert "水务" in Customer.objects.seen_by(manager, "industry")
    merge()
    assert "水务" not in Customer.objects.seen_by(manager, "industry")


def test_an_address_and_a_bank_account_stay_as_one_file_says_them(merge, old, new):
    theirs = {"province": "浙江", "city": "杭州市", "district": "余杭区", "address": "文一西路 1 号"}
    Customer.objects.filter(pk=old.pk).update(bank_name="甲银行", bank_account="1111", **theirs)
    ours = {"province": "江苏省", "city": "苏州市", "district": "", "address": ""}
    Customer.objects.filter(pk=new.pk).update(bank_name="乙银行", bank_account="", **ours)
    merge(taken=["address"])
    new.refresh_from_db()
    assert (new.province, new.city, new.district, new.address) == ("浙江省", "杭州市", "余杭区", "文一西路 1 号")
    assert (new.bank_name, new.bank_account) == ("乙银行", "")


def test_what_the_merged_file_said_and_was_not_taken_is_read_in_the_new_file_s_history(merge, old, new, as_manager):
    Customer.objects.filter(pk=old.pk).update(core_needs="防爆、耐腐蚀")
    Customer.objects.filter(pk=new.pk).update(core_needs="交期短")
    merge()
    assert "防爆、耐腐蚀" in as_manager.get(new.get_absolute_url()).content.decode()

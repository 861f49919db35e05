"""The verbs of a customer file: what they write, what they refuse, what history keeps."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.ownership import Owned, in_lock_order
from core import registries
from core.events import timeline_of
from core.models import Counter, Event, PolicyValue
from core.stale import Stale
from core.workflow import Refused, take
from customers import services
from customers.contacts import ContactInput
from customers.models import Contact, Customer, CustomerSearch
from customers.ownership import CUSTOMERS
from tests.factories import CustomerFactory, make_order

CODE = "91110000600037341L"
LI = ContactInput("李强", "采购经理", "0571-8801 8016", is_primary=True)
SUN = ContactInput("孙梅", "设备工程师", "0571-8801 8042")


def opened(by, contacts=(LI,), owner=None, token=None, **values):
    values = {"name": "云汀市海雅装备制造有限公司", **values}
    return services.create_customer(values=values, contacts=list(contacts), by=by, owner=owner, token=token)


def changed(customer, by, contacts=None, version=None, **values):
    if contacts is None:
        contacts = [
            ContactInput(c.name, c.job_title, c.phone, c.email, c.is_primary, c.pk) for c in customer.contacts.all()
        ]
    return services.update_customer(customer=customer, values=values, contacts=contacts, by=by, version=version)


def last_event(customer) -> Event:
    return Event.objects.filter(subject_id=customer.pk, subject_type__model="customer").latest("id")


def test_a_reps_new_customer_is_the_reps_own_at_grade_c(rep):
    customer = opened(rep)
    year = timezone.localdate().year
    assert customer.number == f"C{year}001"
    assert (customer.owner, customer.team, customer.grade) == (rep, rep.team, "C")
    assert customer.short_name == "海雅装备制造"
    assert (last_event(customer).verb, last_event(customer).actor) == ("customer_created", rep)


def test_numbers_count_on_and_pass_over_those_an_import_brought(rep):
    year = timezone.localdate().year
    CustomerFactory(number=f"C{year}001")
    CustomerFactory(number=f"C{year}003")
    assert [opened(rep).number for _ in range(2)] == [f"C{year}002", f"C{year}004"]


def test_the_serial_grows_beyond_three_digits(rep):
    year = timezone.localdate().year
    Counter.objects.create(series=f"customer:{year}", value=999)
    assert opened(rep).number == f"C{year}1000"


def test_a_refused_file_takes_no_number(rep):
    with pytest.raises(ValidationError):
        opened(rep, name="")
    assert not Counter.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["hyzb", "haiya", "海雅", "C20", "liqiang", "李强", "8016", "0571-8801", "057188018016", "ｈｙｚｂ", "海雅 8042"],
)
def test_a_customer_is_found_by_name_pinyin_contact_and_phone(rep, words):
    customer = opened(rep, [LI, SUN])
    assert list(Customer.objects.matching(words)) == [customer]
    assert not Customer.objects.matching(f"{words} 没有").exists()


@pytest.mark.parametrize("words", ["海雅", "hyzb c2026", "海", "%", "8016", "有限 李", "没有"])
def test_many_that_match_are_the_same_as_few(rep, words, monkeypatch):
    opened(rep, [LI, SUN])
    CustomerFactory(number="C9", name="雅海有限公司", search_key="c2026001 雅海有限公司 yhyxgs 100%")
    few = set(Customer.objects.matching(words))
    monkeypatch.setattr("customers.models.MANY", 0)
    assert set(Customer.objects.matching(words)) == few


def test_the_index_is_asked_once_however_often_one_looks(rep, django_assert_num_queries):
    customer = opened(rep, [LI])
    for n in range(3):
        CustomerFactory(number=f"N{n}", search_key="水务")
    wanted = CustomerSearch("hyzb")
    with django_assert_num_queries(4):
        assert list(Customer.objects.matching(wanted)) == list(Customer.objects.open().matching(wanted)) == [customer]


def test_what_most_customers_have_is_not_looked_for(rep, django_assert_num_queries):
    CustomerFactory.create_batch(3, search_key="有限公司")
    with django_assert_num_queries(1):
        assert CustomerSearch("有限公司").few is None
    assert Customer.objects.matching("有限公司").count() == 3


def test_a_second_click_lands_on_the_first_file(rep):
    token = uuid.uuid4()
    assert opened(rep, token=token) == opened(rep, token=token)
    assert Customer.objects.count() == 1


def test_a_second_click_during_the_first_lands_on_it_too(rep, monkeypatch):
    token, look_up = uuid.uuid4(), services.opened_with
    first = opened(rep, token=token)
    # The first look-up comes too early to see the other click's file.
    answers = [None]
    monkeypatch.setattr(services, "opened_with", lambda token, by: answers.pop() if answers else look_up(token, by))
    assert opened(rep, token=token) == first
    assert opened(rep).number.endswith("002")


def test_two_people_with_one_credit_code_at_once_open_one_file(rep, monkeypatch):
    opened(rep, credit_code=CODE)
    monkeypatch.setattr(Customer, "validate_constraints", lambda self, exclude=None: None)
    with pytest.raises(ValidationError) as refused:
        opened(rep, credit_code=CODE)
    assert set(refused.value.message_dict) == {"credit_code"}


def test_a_manager_gives_a_new_customer_to_a_rep_of_the_team_or_to_nobody(manager, rep, other_rep):
    assert opened(manager, owner=rep).owner == rep
    unassigned = opened(manager)
    assert (unassigned.owner, unassigned.team) == (None, None)
    with pytest.raises(PermissionDenied):
        opened(manager, owner=other_rep)


def test_a_rep_cannot_open_a_customer_for_somebody_else(rep, other_rep):
    assert opened(rep, owner=other_rep).owner == rep


@pytest.mark.parametrize("role", ["finance", "operations", "service", "admin"])
def test_other_roles_open_no_customers(request, role):
    with pytest.raises(PermissionDenied):
        opened(request.getfixturevalue(role))


def test_a_credit_code_is_tidied_checked_and_belongs_to_one_customer(rep):
    assert opened(rep, credit_code="9111 0000 6000 37341l").credit_code == CODE
    with pytest.raises(ValidationError) as wrong:
        opened(rep, credit_code="91110000600037342L")
    with pytest.raises(ValidationError) as taken:
        opened(rep, credit_code=CODE)
    assert set(wrong.value.message_dict) == set(taken.value.message_dict) == {"credit_code"}


def test_a_private_mobile_is_refused_unless_the_policy_allows_it(rep):
    contact = ContactInput("李强", phone="138 0013 8000", is_primary=True)
    with pytest.raises(ValidationError) as refused:
        opened(rep, [contact])
    assert set(refused.value.message_dict) == {"phone"}
    PolicyValue.objects.create(key="refuse_private_mobiles", value="false")
    assert opened(rep, [contact]).contacts.get().phone == "138 0013 8000"


@pytest.mark.parametrize("stars", [(False, False), (True, True)])
def test_exactly_one_contact_is_primary(rep, stars):
    contacts = [ContactInput(f"联系人{n}", is_primary=star) for n, star in enumerate(stars)]
    with pytest.raises(ValidationError):
        opened(rep, contacts)


def test_a_change_keeps_old_and_new_of_every_field_and_contact(rep):
    customer = opened(rep, [LI, SUN], source="referral")
    li, _sun = customer.contacts.all()
    after = [
        ContactInput("李强", "采购总监", li.phone, pk=li.pk),
        ContactInput("周建", "仓库主管", "0571-8801 8055", is_primary=True),
    ]
    changed(customer, rep, after, version=customer.version, address="拾贝路 18 号", source="exhibition")
    assert [str(c) for c in customer.contacts.all()] == ["周建 仓库主管", "李强 采购总监"]
    entry = timeline_of(customer)[0]
    shown = {(old, new) for _label, old, new in entry.changes}
    assert ("", "拾贝路 18 号") in shown
    assert ("转介绍", "展会") in shown or ("Referral", "Exhibition") in shown
    assert ("孙梅 设备工程师 0571-8801 8042", "") in shown
    assert ("★ 李强 采购经理 0571-8801 8016", "李强 采购总监 0571-8801 8016") in shown
    assert ("", "★ 周建 仓库主管 0571-8801 8055") in shown
    assert Customer.objects.matching("zhoujian").exists()
    assert not Customer.objects.matching("sunmei").exists()


def test_a_contact_who_left_stays_on_the_orders_that_name_them(rep):
    customer = CustomerFactory(owner=rep)
    order = make_order(customer=customer)
    gone = order.contact
    changed(customer, rep, [SUN_PRIMARY])
    order.refresh_from_db()
    assert order.contact == gone
    assert gone not in customer.contacts.all()


SUN_PRIMARY = ContactInput("孙梅", "设备工程师", "0571-8801 8042", is_primary=True)


def test_saving_what_stands_there_leaves_no_trace(rep):
    customer = opened(rep)
    same = changed(customer, rep, name=customer.name, version=customer.version)
    assert same.version == customer.version
    assert last_event(customer).verb == "customer_created"


def test_a_file_that_was_saved_meanwhile_is_not_overwritten(rep):
    customer = opened(rep)
    changed(customer, rep, industry="环保", version=customer.version)
    with pytest.raises(Stale) as stale:
        changed(customer, rep, industry="冶金", version=customer.version)
    assert stale.value.current.industry == "环保"


def test_a_refused_change_changes_nothing(rep):
    customer = opened(rep)
    with pytest.raises(ValidationError):
        changed(customer, rep, [LI, LI], industry="冶金")
    customer.refresh_from_db()
    assert customer.industry == ""
    assert customer.contacts.count() == 1


def test_a_customer_of_a_contact_row_that_is_not_its_own_stays_untouched(rep):
    foreign = CustomerFactory(owner=rep).contacts.get()
    customer = opened(rep)
    changed(customer, rep, [ContactInput("冒名", is_primary=True, pk=foreign.pk)])
    foreign.refresh_from_db()
    assert foreign.name == "李强"
    assert customer.contacts.get().name == "冒名"


def test_a_manager_hands_a_customer_over_and_what_hangs_on_it_follows(manager, rep, monkeypatch):
    followed = []
    monkeypatch.setattr(Owned, "follow_parent", lambda rows, record: followed.append((rows, record)))
    customer = opened(manager)
    services.change_owner(customer=customer, owner=rep, by=manager, note="华东片区")
    customer.refresh_from_db()
    assert (customer.owner, customer.team) == (rep, rep.team)
    assert followed == [(rows, customer) for rows in in_lock_order()]
    event = last_event(customer)
    assert (event.verb, event.note, event.data["changes"]) == (
        "customer_owner_changed",
        "华东片区",
        [["owner", "", "王丽"]],
    )


def test_only_a_manager_hands_over_and_only_within_the_team(manager, rep, other_rep, other_manager):
    customer = CustomerFactory(owner=rep)
    for by, owner in ((rep, None), (manager, other_rep), (manager, other_manager)):
        with pytest.raises(PermissionDenied):
            services.change_owner(customer=customer, owner=owner, by=by)
    with pytest.raises(ValidationError):
        services.change_owner(customer=customer, owner=rep, by=manager)


def test_freezing_needs_a_reason_and_happens_once(rep):
    customer = opened(rep)
    with pytest.raises(Refused):
        take(customer, "freeze", by=rep, note=" ")
    take(customer, "freeze", by=rep, note="破产清算")
    with pytest.raises(Refused):
        take(customer, "freeze", by=rep, note="再来")
    customer.refresh_from_db()
    assert (customer.active, customer.frozen_reason, last_event(customer).note) == (False, "破产清算", "破产清算")
    assert not Customer.objects.open().exists()
    take(customer, "unfreeze", by=rep, note="重整完成")
    customer.refresh_from_db()
    assert (customer.active, customer.frozen_reason) == (True, "")


def test_a_reason_longer_than_its_field_is_refused_with_a_sentence(rep):
    customer = opened(rep)
    with pytest.raises(Refused):
        take(customer, "freeze", by=rep, note="长" * 201)


def test_customers_follow_their_owner_to_another_team(rep, other_team):
    customer = CustomerFactory(owner=rep)
    CUSTOMERS.follow_person(User.objects.get(pk=rep.pk), other_team)
    customer.refresh_from_db()
    assert customer.team == other_team
    assert CUSTOMERS in registries.owned


def test_the_database_keeps_one_primary_contact(rep):
    customer = opened(rep, [LI, SUN])
    assert Contact.objects.filter(customer=customer, is_primary=True).count() == 1


def test_the_provinces_are_those_of_the_files_that_one_may_see(rep, manager, finance, operations, other_rep):
    for province, owner in (("云汀省", rep), ("北漠省", other_rep), ("南岭省", None), ("", rep), ("云汀省", None)):
        CustomerFactory(owner=owner, team=owner.team if owner else None, province=province)
    seen = {user: Customer.objects.seen_by(user, "province") for user in (rep, manager, finance, operations)}
    for user, provinces in seen.items():
        visible = Customer.objects.visible_to(user).values_list("province", flat=True)
        assert provinces == sorted(set(visible) - {""})
    assert seen[rep] == ["云汀省"]
    assert seen[manager] == ["云汀省", "南岭省"]
    assert len(seen[finance]) == 3

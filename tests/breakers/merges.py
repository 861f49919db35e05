"""Files that were merged into others."""

from core import protections
from customers.merge import merge_customers
from customers.models import Contact, Customer, CustomerMerge
from tests.breakers.kit import breaks, damage
from tests.factories import ContactFactory, CustomerFactory, UserFactory, make_order


def merged() -> Customer:
    manager = UserFactory(role="manager")
    rep = UserFactory(team=manager.team)
    old, new = CustomerFactory(owner=rep), CustomerFactory(owner=rep)
    merge_customers(merged=old, into=new, by=manager)
    old.refresh_from_db()
    return old


@breaks("merged files")
def a_merged_file_that_is_active_again():
    old = merged()
    yield
    damage(old, status="active")


@breaks("merged files")
def a_merged_file_that_leads_to_another_merged_one():
    old, other = merged(), merged()
    yield
    damage(old, merged_into=other)


@breaks("merged files")
def a_merged_file_that_somebody_owns():
    old = merged()
    yield
    damage(old, owner=UserFactory())


@breaks("merged files")
def a_file_that_leads_on_without_a_merge():
    old, third = merged(), CustomerFactory()
    yield
    damage(third, merged_into=old.merged_into, owner=None, team=None, status="merged")


@breaks("merged files")
def a_merge_of_which_its_file_knows_nothing():
    old, third = merged(), CustomerFactory()
    yield
    CustomerMerge.objects.create(merged=third, into=old.merged_into, by=UserFactory())


@breaks("what was merged")
def an_order_that_stayed_behind():
    old = merged()
    yield
    damage(make_order(customer=old.merged_into), customer=old)


@breaks("what was merged")
def a_contact_who_came_later():
    old = merged()
    yield
    protections.drop_all()
    ContactFactory(customer=old, is_primary=False)
    assert Contact.objects.filter(customer=old).exists()


@breaks("former names")
def a_name_that_is_forgotten():
    old = merged()
    yield
    damage(old.merged_into, former_names=old.number)


@breaks("former names")
def a_name_that_nobody_had():
    merged()
    third = CustomerFactory()
    yield
    damage(third, former_names="C2020001")

"""Amendments and the revisions that they made."""

from decimal import Decimal

from accounts.roles import Role
from approvals.models import Amendment, AmendmentDecision
from core import protections
from core.models import Event
from core.workflow import take
from tests.breakers.kit import breaks, damage
from tests.factories import UserFactory, make_amendment, released_order


def under_review(quantity: str = "8") -> Amendment:
    """Two pieces less of ten, which the manager looks at."""
    amendment = make_amendment(quantity=quantity)
    take(amendment, "propose_to_manager", by=amendment.order.rep)
    return amendment


def in_force() -> Amendment:
    amendment = under_review()
    team = amendment.order.team
    take(amendment, "manager_accept", by=UserFactory(role=Role.MANAGER, team=team))
    return amendment


@breaks("revisions")
def a_revision_of_which_the_header_before_is_gone():
    amendment = in_force()
    yield
    protections.drop_all()
    amendment.order.former_headers.all().delete()


@breaks("amendments")
def an_amendment_that_changed_more_than_it_says():
    amendment = in_force()
    yield
    damage(amendment, net_change=-1)


@breaks("amendments")
def a_line_that_says_something_else_than_was_proposed():
    line = in_force().order.current_lines().get()
    yield
    damage(line, unit_price=Decimal(999))


@breaks("amendments")
def a_header_that_says_something_else_than_was_proposed():
    amendment = make_amendment(remarks="送货前一天电话")
    take(amendment, "put_in_force", by=amendment.order.rep)
    yield
    damage(amendment.order, remarks="")


@breaks("amendments")
def an_amendment_that_the_orders_history_does_not_know():
    amendment = in_force()
    yield
    protections.drop_all()
    Event.objects.filter(verb="amended", subject_id=amendment.order_id).delete()


@breaks("amendments")
def a_refused_amendment_that_made_a_revision():
    amendment = in_force()
    yield
    damage(amendment, status="refused")


@breaks("waiting lines")
def a_line_that_waits_for_nothing():
    line = released_order().current_lines().get()
    yield
    damage(line, waits=True)


@breaks("waiting lines")
def a_line_that_ships_although_it_would_change():
    line = under_review().order.current_lines().get()
    yield
    damage(line, waits=False)


@breaks("amendment decisions")
def a_decision_on_an_amendment_that_was_changed():
    decision = in_force().decisions.get()
    yield
    damage(decision, note="好")


@breaks("amendment decisions")
def an_amendment_that_says_something_else_than_was_decided():
    amendment = in_force()
    yield
    damage(amendment, at_customers_wish=True)


@breaks("amendments' eyes")
def an_amendment_in_force_that_nobody_approved():
    amendment = in_force()
    yield
    protections.drop_all()
    AmendmentDecision.objects.filter(amendment=amendment).delete()


@breaks("amendments' eyes")
def an_amendment_decided_by_who_wrote_in_it():
    amendment = in_force()
    yield
    amendment.writers.add(amendment.decisions.get().by)

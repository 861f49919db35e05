"""An order out of a requirement: a draft with what is known already, and the requirement's state as its orders go."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.rights import demand
from core.events import record
from core.locks import lock_row
from core.workflow import Refused, take
from customers.moving import lock_customer_of
from orders.entry.draft import save_draft
from orders.entry.forms import brought_by
from orders.lines import LineInput
from orders.models import Order
from orders.rights import may_write_orders
from orders.statuses import Status
from requirements.models import Requirement
from requirements.statuses import RequirementStatus


def why_no_order_of(requirement: Requirement) -> str:
    """Why no order can be made of it now; empty when one can."""
    if requirement.status != RequirementStatus.CONFIRMED:
        return str(RequirementStatus(requirement.status).label)
    return requirement.customer.why_no_order


@transaction.atomic
def make_order_of(*, requirement: Requirement, by: User) -> Order:
    """A draft with the requirement's customer, contact, wanted date, special demands and products at today's list
    prices; asked again while that is a draft, it is the same one.

    Raises:
        PermissionDenied: when this role writes no orders, or may not for this customer.
        ValidationError: when the requirement is not confirmed, or the customer may not order.
    """
    demand(may_write_orders(by))
    lock_customer_of(requirement)
    requirement = lock_row(Requirement, requirement.pk)
    if draft := requirement.orders.filter(status=Status.DRAFT).order_by("-id").first():
        return draft
    if sentence := why_no_order_of(requirement):
        raise ValidationError(sentence)
    today, wanted = timezone.localdate(), requirement.wanted_date
    header = brought_by(requirement.customer) | {
        "customer": requirement.customer,
        "contact": requirement.contact or requirement.customer.primary_contact,
        "payment_terms": requirement.customer.payment_terms,
        "order_date": today,
        "promised_date": wanted if wanted and wanted >= today else None,
        "special_requirements": requirement.special_demands,
    }
    order = save_draft(order=None, header=header, lines=_lines_of(requirement), by=by)
    order.requirement = requirement
    order.save(update_fields=["requirement"])
    record(requirement, "order_made", by=by, order=str(order))
    return order


def _lines_of(requirement: Requirement) -> list[LineInput]:
    """What is wanted; products of the catalogue at their list prices, the rest in the customer's words, without one."""
    return [
        LineInput(
            name=row.product.name,
            product_id=row.product.pk,
            specification=row.product.specification,
            unit=row.product.unit,
            quantity=row.quantity,
            unit_price=row.product.list_price,
            tax_rate=row.product.tax_rate,
        )
        if row.product
        else LineInput(name=row.name, quantity=row.quantity)
        for row in requirement.wanted.select_related("product")
    ]


def follow_orders(requirement: Requirement) -> bool:
    """Brings a requirement to where its orders are: ordered with the first submission, confirmed again when all that
    were submitted are cancelled. Whether it moved.
    """
    live = requirement.orders.filter(submitted_at__isnull=False).exclude(status=Status.CANCELLED).order_by("id").first()
    last = requirement.orders.order_by("-id").first()
    if live and requirement.status == RequirementStatus.CONFIRMED:
        verb = "order"
    elif last and not live and requirement.status == RequirementStatus.ORDERED:
        verb = "lose_order"
    else:
        return False
    try:
        take(requirement, verb, by=None, answers={"order": str(live or last)})
    except Refused:
        return False
    return True

"""How an amendment comes into force: the order moves to the next revision, and what hangs on it follows."""

from dataclasses import replace
from typing import Any

from django.utils import timezone

from approvals.amendments.kinds import Kind, changes_of
from approvals.amendments.proposal import Proposed, products_in
from approvals.models import Amendment
from approvals.policies import CONFIRMED_ANEW
from billing.balance import free_excess
from billing.entries import refresh_received
from billing.new_terms import pay_anew
from core import policy
from core.events import record
from fulfilment.progress import move_shipments, refresh_progress
from orders.content import line_changes
from orders.findable import KEYS, make_findable
from orders.instalments import follow_arrival
from orders.models import Instalment, Order
from orders.reservations import refresh_reserved
from orders.revisions import Revision, move_to

#: What shipments say of a line, which goes along with it.
_DELIVERED = ("shipped_quantity", "signed_quantity", "returned_quantity", "signed_off_on")


def bring_into_force(amendment: Amendment, proposed: Proposed, *, by) -> None:
    """Moves the order to the revision that the amendment proposes; call it under the locks of customer and order."""
    order, products = amendment.order, products_in(proposed)
    changes = changes_in_words(proposed)
    revision = proposed.revision()
    columns = {**revision.header, **_columns_besides(amendment, proposed)}
    amendment.net_change, amendment.gross_change = proposed.net_change, proposed.gross_change
    _carry_delivery(proposed, columns.get("first_promised_date", order.first_promised_date))
    order.lines.filter(waits=True).update(waits=False)
    move_to(order, replace(revision, header=columns))
    move_shipments(revision.lines)
    _move_money(proposed, revision, by)
    refresh_received(order)
    refresh_progress(order)
    refresh_reserved(products)
    follow_arrival(order)
    amendment.made_revision, amendment.accepted_at = order.revision, timezone.now()
    amendment.save(update_fields=["made_revision", "accepted_at", "net_change", "gross_change"])
    record(order, "amended", by=by, amendment=amendment.number, changes=changes, due=_due_of(order))


def _columns_besides(amendment: Amendment, proposed: Proposed) -> dict:
    """What the order's row says otherwise from now on, besides its content."""
    order = amendment.order
    columns: dict[str, Any] = {}
    if "customer_reference" in proposed.changed_names:
        make_findable(proposed.order, order.customer.search_key)
        columns |= {key: getattr(proposed.order, key) for key in KEYS}
    if amendment.at_customers_wish and "promised_date" in proposed.changed_names:
        columns["first_promised_date"] = proposed.order.promised_date
    if policy.value(CONFIRMED_ANEW) and set(changes_of(proposed).kinds) - {Kind.WORDS}:
        columns["reconfirm_since"] = timezone.now()
    return columns | {"version": order.version + 1}


def _carry_delivery(proposed: Proposed, promised) -> None:
    """The new lines are promised for the order's day, and know what has left of them."""
    for pair in proposed.pairs:
        if pair.now:
            pair.now.first_promised_date = promised
        if pair.now and pair.was:
            for name in _DELIVERED:
                setattr(pair.now, name, getattr(pair.was, name))


def _move_money(proposed: Proposed, revision: Revision, by) -> None:
    """What the instalments to come cannot take becomes the customer's balance."""
    if proposed.keeps_terms:
        free_excess(proposed.before, revision.instalments, by=by)
    else:
        pay_anew(proposed.before, proposed.before_parts, revision.parts(Instalment), by=by)


def _due_of(order: Order) -> list[list[int | str]]:
    """Position and day of what is due, for the history."""
    due = order.current_instalments().filter(due_date__isnull=False)
    return [[position, day.isoformat()] for position, day in due.values_list("position", "due_date") if day]


def changes_in_words(proposed: Proposed) -> list[list[str]]:
    """``[field or #line, old, new]`` for everything that changes, as the history tells it."""
    header = [
        [field.name, *(field.readable(getattr(order, field.read_name)) for order in (proposed.before, proposed.order))]
        for field in proposed.changed_header
    ]
    return [*header, *line_changes(proposed.before_lines, proposed.lines)]

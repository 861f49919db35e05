"""Orders go along with their customer. What was submitted keeps the names under which it was."""

from django.db.models import F, QuerySet

from core.events import record_all
from customers.moving import Joining, moves
from orders.findable import KEYS, make_findable
from orders.models import Order
from orders.statuses import UNDER_REVIEW, Status

_AT_ONCE = 500
#: What a draft says of its customer, beside the keys.
_COPIES = ("customer_name", "contact")


@moves(Order, "order", fixed=False)
def move_orders(rows: QuerySet, joining: Joining) -> None:
    """Drafts say the new customer's name; what is not approved yet goes by its grade, and is looked at again."""
    into = joining.into
    drafts = list(rows.filter(status=Status.DRAFT))
    for draft in drafts:
        draft.customer_name = into.short_name if draft.number is None else draft.customer_name
        draft.contact = joining.same_person.get(draft.contact_id or 0, draft.contact)
        make_findable(draft, into.search_key)
    Order.objects.bulk_update(drafts, [*_COPIES, *KEYS], _AT_ONCE)
    rows.filter(status__in=(Status.DRAFT, *UNDER_REVIEW)).update(grade=into.grade, version=F("version") + 1)
    told = {"old": joining.merged.number, "new": into.number}
    # Whoever reads their history sees whose they were.
    record_all("order_moved", ((order, told) for order in rows.order_by("pk")), by=joining.by)

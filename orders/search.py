"""What the header's search finds among the orders and their quotations."""

import re

from django.utils.text import capfirst

from core.search import Hit, Question, search_source
from core.templatetags.ui import yuan
from core.text_key import text_key
from customers.models import CustomerSearch
from orders.matching import OrderSearch, orders_matching
from orders.models import Order, Quotation

#: A quotation's number as ``text_key`` writes it: its draft, and the version if one is meant.
_QUOTATION = re.compile(r"bj ?0*(\d{1,9})(?:-(\d{1,4}))?")


@search_source
def hits(question: Question) -> list[Hit]:
    """The newest orders this person may see that the text finds."""
    user = question.user
    # What upper apps know them by is a hit of its own there.
    wanted = OrderSearch(question.text, question.once(CustomerSearch), finders=())
    found = orders_matching(Order.objects.visible_to(user), wanted).order_by("-id")
    return [_hit(order, user.sees_prices) for order in found[: question.limit]]


def _hit(order: Order, with_price: bool) -> Hit:
    facts = (order.customer_name, order.order_date.isoformat(), yuan(order.gross_total) if with_price else "")
    return Hit(
        kind_label=capfirst(str(Order._meta.verbose_name)),
        title=str(order),
        detail=" · ".join(filter(None, facts)),
        url=order.get_absolute_url(),
        family=order.status_family,
        badge=str(order.status_label),
    )


@search_source
def quotation_hits(question: Question) -> list[Hit]:
    """The quotations with this number, or all versions of it, the newest first."""
    meant = _QUOTATION.fullmatch(text_key(question.text))
    if meant is None:
        return []
    order, version = meant.groups()
    found = Quotation.objects.visible_to(question.user).filter(order=int(order))
    found = found.select_related("order__customer").prefetch_related("answers")
    if version:
        found = found.filter(version=int(version))
    return [_offer(quotation) for quotation in found.order_by("-version")[: question.limit]]


def _offer(quotation: Quotation) -> Hit:
    state = quotation.state
    return Hit(
        kind_label=capfirst(str(Quotation._meta.verbose_name)),
        title=str(quotation),
        detail=" · ".join((quotation.order.customer.short_name, yuan(quotation.gross_total))),
        url=quotation.get_absolute_url(),
        family=state.family,
        badge=str(state.label),
    )

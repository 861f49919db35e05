"""What the header's search finds among the orders."""

from django.utils.text import capfirst

from core.search import Hit, Question, search_source
from core.templatetags.ui import yuan
from customers.models import CustomerSearch
from orders.matching import OrderSearch, orders_matching
from orders.models import Order


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

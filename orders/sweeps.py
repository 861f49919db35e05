"""What finds requirements whose orders went on without them."""

from django.db.models import Exists, OuterRef, Q

from core.jobs.schedule import every_few_minutes
from orders.from_requirement import follow_orders
from orders.models import Order
from orders.statuses import Status
from requirements.models import Requirement
from requirements.statuses import RequirementStatus


@every_few_minutes
def follow_all_orders() -> int:
    """Moves the requirements that are not where their orders are; returns how many."""
    orders = Order.objects.filter(requirement=OuterRef("pk"))
    live = Exists(orders.filter(submitted_at__isnull=False).exclude(status=Status.CANCELLED))
    ordered, confirmed = Q(status=RequirementStatus.ORDERED), Q(status=RequirementStatus.CONFIRMED)
    behind = Requirement.objects.filter(confirmed & Q(live) | ordered & Q(Exists(orders)) & ~Q(live))
    return sum(follow_orders(requirement) for requirement in behind.order_by("id"))

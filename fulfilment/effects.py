"""What a verb of a shipment writes besides the status, inside its transaction and under its locks."""

from collections import defaultdict
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_noop

from billing.customer_facts import refresh_customer
from core import policy
from core.events import record
from core.messages import tell
from core.workdays import add_workdays
from core.workflow import Attempt, take
from customers.models import Trigger
from fulfilment.policies import TRANSIT_DAYS
from fulfilment.progress import progress_of, refresh_progress, store_progress
from orders.instalments import follow_arrival, make_due
from orders.statuses import Status
from products.models import Product, StockMove
from products.services import record_stock_move


def keep_quality_check(attempt: Attempt) -> None:
    shipment = attempt.obj
    shipment.quality_checked_by, shipment.quality_checked_at = attempt.by, timezone.now()
    shipment.save(update_fields=["quality_checked_by", "quality_checked_at"])


def keep_packing_check(attempt: Attempt) -> None:
    shipment = attempt.obj
    shipment.packing_checked_by, shipment.packing_checked_at = attempt.by, timezone.now()
    shipment.save(update_fields=["packing_checked_by", "packing_checked_at"])


def tell_of_rejection(attempt: Attempt) -> None:
    """The order's history keeps it, and its rep is told that the goods will come later."""
    shipment = attempt.obj
    record(shipment.order, "quality_rejected", by=attempt.by, note=attempt.note, shipment=str(shipment))
    if shipment.rep:
        sentence = gettext_noop("%(shipment)s did not pass its quality check: %(note)s")
        tell(shipment.rep, sentence, shipment.get_absolute_url(), shipment=str(shipment), note=attempt.note)


def make_due_before_shipment(attempt: Attempt) -> None:
    """What is to be paid before shipment is due when the first goods stand ready."""
    attempt.data["due"] = make_due(attempt.obj.order, Trigger.BEFORE_SHIPMENT, timezone.localdate())


def allow_unpaid(attempt: Attempt) -> None:
    attempt.obj.unpaid_allowed_by = attempt.by
    attempt.obj.save(update_fields=["unpaid_allowed_by"])


def leave(attempt: Attempt) -> None:
    """It has left, today unless somebody wrote another day; nobody said when it arrives: the usual days on the road."""
    shipment, today = attempt.obj, timezone.localdate()
    shipment.shipped_on = shipment.shipped_on or today
    if shipment.shipped_on != today:
        attempt.data["changes"] = [["shipped_on", "", shipment.shipped_on.isoformat()]]
    if shipment.expected_on is None:
        shipment.expected_on = add_workdays(shipment.shipped_on, policy.value(TRANSIT_DAYS)).day
    shipment.save(update_fields=["shipped_on", "expected_on"])


def take_from_stock(attempt: Attempt) -> None:
    """Books the goods out. What leaves without having been in stock comes straight from production."""
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for product, quantity in attempt.obj.lines.values_list("order_line__product", "quantity"):
        if product:
            wanted[product] += quantity
    for product in Product.objects.filter(pk__in=wanted).order_by("pk"):
        if product.keeps_stock:
            _book(product, wanted[product.pk], attempt)


def _book(product: Product, quantity: Decimal, attempt: Attempt) -> None:
    known = {"product": product, "note": str(attempt.obj), "by": attempt.by}
    if quantity > product.on_hand:
        record_stock_move(quantity=quantity - product.on_hand, reason=StockMove.Reason.PRODUCTION, **known)
    record_stock_move(quantity=-quantity, reason=StockMove.Reason.SHIPMENT, **known)


def count_progress(attempt: Attempt) -> None:
    """The order and its lines know at once how far they are delivered."""
    refresh_progress(attempt.obj.order)


def tell_that_it_left(attempt: Attempt) -> None:
    """The order's history keeps it, and its rep is told."""
    shipment = attempt.obj
    words = {"shipment": str(shipment), "carrier": str(shipment.carrier or ""), "tracking": shipment.tracking_number}
    record(shipment.order, "shipment_sent", by=attempt.by, **words)
    if attempt.by != shipment.rep:
        sentence = gettext_noop("%(shipment)s has left, %(carrier)s %(tracking)s")
        tell(shipment.rep, sentence, shipment.get_absolute_url(), **words)


def tell_that_it_arrived(attempt: Attempt) -> None:
    shipment = attempt.obj
    record(shipment.order, "shipment_signed", by=attempt.by, shipment=str(shipment), signed_by=shipment.signed_by)


def make_due_on_arrival(attempt: Attempt) -> None:
    """Arrival is the day on which the last of the order was signed for; what is overdue of it may be so already."""
    follow_arrival(attempt.obj.order)
    refresh_customer(attempt.obj.customer_id)


def count_again(attempt: Attempt) -> None:
    """What follows from a corrected sign-off: a completed order that has not wholly arrived after all is open again."""
    order = attempt.obj.order
    found = progress_of(order)
    if order.status == Status.COMPLETED and (found.status, found.signed_off_on) != (
        order.delivery_status,
        order.signed_off_on,
    ):
        take(order, "reopen", by=None)
    store_progress(order, found)
    follow_arrival(order)
    refresh_customer(order.customer_id)


def tell_of_correction(attempt: Attempt) -> None:
    """The order's history keeps it, and its rep is told."""
    shipment, by = attempt.obj, attempt.by
    record(shipment.order, "sign_off_corrected", by=by, note=attempt.note, shipment=str(shipment))
    if by != shipment.rep:
        sentence = gettext_noop("%(who)s corrected the sign-off of %(shipment)s: %(note)s")
        words = {"who": str(by), "shipment": str(shipment), "note": attempt.note}
        tell(shipment.rep, sentence, shipment.get_absolute_url(), **words)

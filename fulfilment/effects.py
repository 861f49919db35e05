"""What a verb of a shipment writes besides the status, inside its transaction and under its locks."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_noop

from core import policy
from core.events import record
from core.locks import lock_row, lock_rows
from core.messages import tell
from core.workdays import add_workdays
from core.workflow import Attempt
from customers.models import Trigger
from fulfilment.models import Shipment
from fulfilment.progress import refresh_progress
from orders.models import Order
from orders.statuses import DeliveryStatus
from products.models import Product, StockMove
from products.services import record_stock_move


def lock_order(shipment: Shipment) -> None:
    """The order's row is the lock on what of it is still to be shipped."""
    lock_row(Order, shipment.order_id)


def lock_stock(shipment: Shipment) -> None:
    """The products' rows are the locks on their stock."""
    lock_rows(Product.objects.filter(pk__in=shipment.lines.values("order_line__product")))


def keep_quality_check(attempt: Attempt) -> None:
    shipment = attempt.obj
    shipment.quality_checked_by, shipment.quality_checked_at = attempt.by, timezone.now()
    shipment.save(update_fields=["quality_checked_by", "quality_checked_at"])


def keep_packing_check(attempt: Attempt) -> None:
    shipment = attempt.obj
    shipment.packing_checked_by, shipment.packing_checked_at = attempt.by, timezone.now()
    shipment.save(update_fields=["packing_checked_by", "packing_checked_at"])


def make_due_before_shipment(attempt: Attempt) -> None:
    """What is to be paid before shipment is due when the first goods stand ready."""
    make_due(attempt.obj.order, Trigger.BEFORE_SHIPMENT, timezone.localdate())


def make_due(order: Order, trigger: Trigger, happened: date) -> None:
    """Gives the instalments with this trigger their due date, once."""
    for part in order.current_instalments().filter(trigger=trigger, due_date=None):
        part.due_date = happened + timedelta(days=part.days)
        part.save(update_fields=["due_date"])


def allow_unpaid(attempt: Attempt) -> None:
    attempt.obj.unpaid_allowed_by = attempt.by
    attempt.obj.save(update_fields=["unpaid_allowed_by"])


def leave(attempt: Attempt) -> None:
    """It has left today; where nobody said when it arrives, the usual days on the road are assumed."""
    shipment = attempt.obj
    shipment.shipped_on = timezone.localdate()
    if shipment.expected_on is None or shipment.expected_on < shipment.shipped_on:
        shipment.expected_on = add_workdays(shipment.shipped_on, policy.value("transit_days")).day
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
    """Arrival is the day on which the last of the order was signed for."""
    order = attempt.obj.order
    if order.delivery_status == DeliveryStatus.SIGNED and order.signed_off_on:
        make_due(order, Trigger.ARRIVAL, order.signed_off_on)

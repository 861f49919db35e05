"""What the checks look at when an order would be amended: the order as it would be, and what it is now."""

import copy
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from agreements.models import PriceAgreement
from agreements.prices import AgreedPrices
from approvals.amendments.floor import Floor, floors_of
from approvals.amendments.proposal import Proposed
from approvals.checks.result import from_json
from approvals.dossier import Batch, CreditOverride, Dossier
from approvals.feasible_date import Feasible, Need, earliest_day, needs_of
from approvals.models import Stage
from care.supply import is_supplied_first
from core.workdays import exceptions_between, horizon
from orders.models import Instalment, OrderLine
from orders.statuses import Status
from products.models import Product


class AmendedOrder(Dossier):
    """The dossier of one order as an amendment would have it."""

    def __init__(self, proposed: Proposed):
        super().__init__(proposed.order, Batch([proposed.order]))
        self.proposed = proposed

    @property
    def lines(self) -> list[OrderLine]:
        return self.proposed.lines

    @cached_property
    def _agreed(self) -> AgreedPrices:
        order = self.order
        return AgreedPrices(
            (order.customer_id, line.product_id, order.order_date) for line in self.lines if line.product_id
        )

    def agreement_about(self, line: OrderLine) -> PriceAgreement | None:
        """What is agreed about a line's product; the order has no product that an amendment adds."""
        return self._agreed.on(self.order.customer_id, line.product_id, self.order.order_date)

    @cached_property
    def instalments(self) -> list[Instalment]:
        """With what was received for each: it pays the first ones first where the terms are new."""
        return with_receipts(self.proposed)

    @cached_property
    def floors(self) -> dict[int, Floor]:
        return floors_of(self.proposed)

    @cached_property
    def feasible(self) -> Feasible:
        """When what is still to be shipped can be there, from today on."""
        today = timezone.localdate()
        needs = _needs_of(self.proposed)
        longest = max((need.lead_time for need in needs), default=0)
        return earliest_day(today, needs, exceptions_between(today, horizon(today, longest)))

    @cached_property
    def credit_override(self) -> CreditOverride | None:
        """A credit shortage that the manager released of this amendment."""
        decision = self.proposed.amendment.decisions.filter(stage=Stage.MANAGER).select_related("by").first()
        checks = decision.checks if decision else []
        found = next((check for check in checks if check["code"] == "credit" and check["override"]), None)
        if decision is None or found is None:
            return None
        return CreditOverride(str(decision.by), found["override"], from_json(found).figure("available"))


def with_receipts(proposed: Proposed) -> list[Instalment]:
    """The instalments to come with what is received for each once it is moved to them."""
    parts = [copy.copy(part) for part in proposed.instalments]
    if proposed.keeps_terms:
        for part, before in zip(parts, proposed.before_parts, strict=True):
            part.received = min(before.received, part.amount)
        return parts
    rest = proposed.before.received_total
    for part in parts:
        part.received = min(rest, part.amount)
        rest -= part.received
    return parts


def _needs_of(proposed: Proposed) -> list[Need]:
    """What is still to be shipped, against the stock that is free or reserved for this order."""
    order, shipped = proposed.before, {pair.now.position: pair.was for pair in proposed.pairs if pair.now and pair.was}
    reserves = order.status == Status.APPROVED and order.released_at is not None
    own: dict[int, Decimal] = {}
    for line in proposed.before_lines if reserves else []:
        own[line.product_id or 0] = own.get(line.product_id or 0, Decimal(0)) + line.to_ship
    left: list[tuple[int | None, Decimal | None]] = []
    for line in proposed.lines:
        was = shipped.get(line.position)
        rest = (line.quantity or Decimal(0)) - (was.shipped_quantity if was else Decimal(0))
        left.append((line.product_id, max(rest, Decimal(0))))
    products = Product.objects.in_bulk({pk for pk, _rest in left if pk})
    return needs_of(left, products, first=is_supplied_first(order.customer_id), own=own)

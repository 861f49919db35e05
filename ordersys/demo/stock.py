"""The stock ledger of the past: what left with shipments, and what was made or bought so that there was enough."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Sum

from core.bulk import new_row
from ordersys.demo.clock import at
from ordersys.demo.past import Scene
from products.models import Product, StockMove

_MORNING, _AFTERNOON = 8 * 60 + 30, 16 * 60
_BATCH = 5000


class Ledger:
    """Collects what leaves on which day, and books the days in their order, filling the stock up as they need it."""

    def __init__(self, scene: Scene):
        self._operations, self._writer = scene.operations, scene.writer
        self._leaving: dict[date, list[tuple[int, Decimal, str]]] = defaultdict(list)
        self._products = {product.pk: product for product in scene.market.products if product.keeps_stock}
        opened = StockMove.objects.order_by().values_list("product").annotate(Sum("quantity"))
        self._on_hand = {pk: Decimal(quantity) for pk, quantity in opened}
        self._lots = dict(self._on_hand)
        self._moves: list[StockMove] = []

    def take(self, day: date, product: Product, quantity: Decimal, note: str) -> None:
        if product.pk in self._products:
            self._leaving[day].append((product.pk, quantity, note))

    def book_until(self, day: date) -> None:
        """Books every day before that one: nothing more will leave on them."""
        for past in sorted(known for known in self._leaving if known < day):
            self._book(past, self._leaving.pop(past))
        if len(self._moves) >= _BATCH:
            self._write()

    def book_all(self) -> None:
        self.book_until(date.max)
        self._write()
        self._writer.wait()
        for product in self._products.values():
            product.on_hand = self._on_hand.get(product.pk, Decimal(0))
            product.note_level()
        Product.objects.bulk_update(self._products.values(), ["on_hand", "low_since"])

    def _book(self, day: date, leaving: list[tuple[int, Decimal, str]]) -> None:
        for pk, together in groupby(sorted(leaving), key=lambda move: move[0]):
            moves = list(together)
            # Filled up in the morning, when what leaves that day would leave less than a third of a lot.
            lot, wanted = self._lots.get(pk, Decimal(1)), sum((quantity for _pk, quantity, _note in moves), Decimal(0))
            short = wanted + lot / 3 - self._on_hand.get(pk, Decimal(0))
            if short > 0:
                made = self._products[pk].unit == "台"
                reason = StockMove.Reason.PRODUCTION if made else StockMove.Reason.PURCHASE
                self._move(pk, (lot * (1 + short // lot)).quantize(Decimal(1)), reason, day, _MORNING, "")
            for _pk, quantity, note in moves:
                self._move(pk, -quantity, StockMove.Reason.SHIPMENT, day, _AFTERNOON, note)

    def _move(self, pk: int, quantity: Decimal, reason: str, day: date, minute: int, note: str) -> None:
        self._on_hand[pk] = self._on_hand.get(pk, Decimal(0)) + quantity
        by = self._operations[len(self._moves) % 2].pk
        self._moves.append(
            new_row(StockMove, product_id=pk, quantity=quantity, reason=reason, note=note, by_id=by, at=at(day, minute))
        )

    def _write(self) -> None:
        self._writer.write(self._moves)
        self._moves = []

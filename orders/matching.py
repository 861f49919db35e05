"""How orders are found by what people have in hand: a number, the customer, a product, and what upper apps know."""

import re
from collections.abc import Callable
from functools import cached_property

from django.db.models import F, Q, QuerySet

from core.text_key import half_width, words_of
from customers.models import MANY, CustomerSearch
from orders.models import Order, OrderLine
from products.models import Product

#: Further ways to find an order, entered by the apps that know them.
FINDERS: list[Callable[[str], QuerySet]] = []

_DRAFT_NAME = re.compile(r"\D*?(?P<pk>\d{1,12})")
_SHORTEST = 2  # characters; less names neither product nor parcel


def finds_orders(find: Callable[[str], QuerySet]) -> Callable[[str], QuerySet]:
    """Enters a function that returns the ids of the orders which a text finds."""
    FINDERS.append(find)
    return find


class OrderSearch:
    """Words by which somebody looks for orders; each index is asked once, however often one looks."""

    #: So many of the newest orders tell whether most have a word.
    _SAMPLE = 50

    def __init__(self, text: str, customers: CustomerSearch | None = None, finders=FINDERS):
        self.text = text.strip()
        self.words = words_of(text)
        self.customers = customers or CustomerSearch(text)
        self._finders = finders

    @classmethod
    def of(cls, wanted: "str | OrderSearch") -> "OrderSearch":
        return wanted if isinstance(wanted, OrderSearch) else cls(wanted)

    @cached_property
    def called(self) -> list[int] | None:
        """The ids of the orders whose own number or the customer's has every word; None when they are many.

        Words that most of the newest orders have (the month) are not even looked for: a walk finds them sooner.
        """
        keys = list(Order.objects.order_by("-pk").values_list("own_key", flat=True)[: self._SAMPLE])
        rare = [word for word in self.words if sum(word in key for key in keys) <= len(keys) // 2]
        if not rare:
            return None
        found = Order.objects.order_by()
        for word in self.words:
            found = found.filter(own_key__holds=word) if word in rare else found.filter(own_key__contains=word)
        few = list(found.values_list("pk", flat=True)[: MANY + 1])
        return few if len(few) <= MANY else None

    @cached_property
    def holding(self) -> list[list[int] | QuerySet]:
        """The ids of orders that hold something of that name: a product, a line without one, and what ``FINDERS`` know.

        A list where they are few, else the question itself.
        """
        if sum(map(len, self.words)) < _SHORTEST:
            return []
        products = list(Product.objects.matching(self.text).order_by().values_list("pk", flat=True)[: MANY + 1])
        called = self._called_freely
        if 0 < len(products) <= MANY:
            called |= Q(product__pk__among=products)
        lines = OrderLine.objects.filter(called, revision=F("order__revision"))
        found: list[QuerySet] = [lines.order_by().values_list("order_id", flat=True).distinct()]
        found += [find(self.text) for find in self._finders]
        fews = [list(ids[: MANY + 1]) for ids in found]
        return [few if len(few) <= MANY else ids for few, ids in zip(fews, found, strict=True) if few]

    @property
    def _called_freely(self) -> Q:
        """The lines without a product in whose name and specification, as they were written, every word stands."""
        found = Q(product=None)
        for word in self.text.split():
            forms = {word, half_width(word)}
            found &= Q(
                *(Q(**{f"{field}__icontains": form}) for field in ("name", "specification") for form in forms),
                _connector=Q.OR,
            )
        return found


def orders_matching(orders: QuerySet[Order], wanted: str | OrderSearch) -> QuerySet[Order]:
    """The orders that the text finds: number, draft id, customer's number, customer, product, tracking number."""
    wanted = OrderSearch.of(wanted)
    return orders.filter(order_called(wanted)) if wanted.text else orders


def order_called(wanted: str | OrderSearch, at: str = "") -> Q:
    """The condition of ``orders_matching``; ``at`` leads to the order from elsewhere, as in ``order__``.

    Finds the few orders and customers first, because a pattern over all orders has no index to use. The newest of many
    are found sooner by walking the orders.
    """
    wanted = OrderSearch.of(wanted)
    # The draft with this id, typed as ``128`` or as its whole name.
    draft = _DRAFT_NAME.fullmatch(wanted.text)
    found = Q(**{f"{at}pk": int(draft["pk"]), f"{at}number__isnull": True}) if draft else Q(**{f"{at}pk__in": []})
    for ids in wanted.holding:
        found |= Q(**{f"{at}pk__among" if isinstance(ids, list) else f"{at}pk__in": ids})
    if wanted.called is None or wanted.customers.few is None:
        return found | Q(*(Q(**{f"{at}search_key__contains": word}) for word in wanted.words))
    theirs = Q(**{f"{at}customer__pk__among": wanted.customers.few})
    return found | theirs | Q(**{f"{at}pk__among": wanted.called})

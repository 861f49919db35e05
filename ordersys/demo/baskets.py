"""What a demonstration customer might order: lines, terms and dates that fit its grade."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto
from functools import cached_property
from random import Random

from customers.models import Customer, Grade, PaymentTerms, TermsInstalment
from orders.lines import LineInput
from orders.models import Order
from orders.terms import parts_of
from ordersys.demo.agreements import Agreed
from ordersys.demo.companies import Client
from products.models import Product

#: Net value of an order in 元, from and to.
_SIZE = {Grade.A: (30_000, 170_000), Grade.B: (12_000, 60_000), Grade.C: (2_500, 26_000)}
_LARGE = {Grade.A: 320_000, Grade.B: 165_000, Grade.C: 88_000}
_MAIN = ("控制柜", "驱动与电机", "传感器")
#: A usual quantity of an accessory, by unit.
_USUAL = {"台": 2, "只": 20, "件": 12, "米": 300, "天": 3, "次": 1}
_DEMANDS = ("", "", "", "", "红色外观 RAL 3020", "柜门右开", "铭牌中英文", "线缆预留 5 米")
_REQUIREMENTS = ("", "", "", "随货附出厂检验报告。", "到货前一天电话通知仓库。", "木箱包装，防潮。")
_LIABILITY = "逾期交货每日按未交部分货款的 0.05% 支付违约金，累计不超过 5%。"


class Flavour(Enum):
    """What is remarkable about an order, so that a check of the review has something to say."""

    PLAIN = auto()
    LARGE = auto()  # above the single-order cap
    CHEAP = auto()  # a discount beyond the grade's
    RUSHED = auto()  # promised before it is feasible
    OPEN_TERMS = auto()  # without a prepayment
    PREPAID = auto()  # with one
    SKETCH = auto()  # a draft that lacks its date and its terms


@dataclass(frozen=True)
class Market:
    """What there is to order and on which terms."""

    products: list[Product]
    terms: dict[str, PaymentTerms]
    agreed: Agreed

    @cached_property
    def mains(self) -> list[Product]:
        """What an order is about."""
        return [p for p in self.products if p.category.name in _MAIN and p.list_price > 1000]

    @cached_property
    def by_key(self) -> dict[int, Product]:
        return {product.pk: product for product in self.products}

    @cached_property
    def parts(self) -> dict[int, list[TermsInstalment]]:
        """The instalments of the terms, by the terms' id."""
        return {terms.pk: parts_of(terms) for terms in self.terms.values()}


def header_for(client: Client, day: date, market: Market, flavour: Flavour, rng: Random) -> dict:
    """Header values as ``orders.entry.draft.save_draft`` takes them."""
    sketch = flavour is Flavour.SKETCH
    promised = None
    if not sketch:
        promised = day + timedelta(days=rng.randint(3, 6) if flavour is Flavour.RUSHED else rng.randint(42, 60))
    return {
        "customer": client.customer,
        "contact": client.contact,
        "order_date": day,
        "promised_date": promised,
        "channel": rng.choice(Order.Channel.values),
        "delivery_method": rng.choices(Order.DeliveryMethod.values, [9, 1])[0],
        "payment_terms": None if sketch else market.terms[_terms(client.customer, flavour, rng)],
        "special_requirements": rng.choice(_REQUIREMENTS),
        "liability_clauses": _LIABILITY if rng.random() < 0.4 else "",
        "customer_reference": f"PO-{day:%y%m}-{rng.randint(100, 999)}" if rng.random() < 0.5 else "",
    }


def _terms(customer: Customer, flavour: Flavour, rng: Random) -> str:
    if flavour is Flavour.OPEN_TERMS:
        return "100%到货后30天"
    usual = ["30%预付款，70%到货款"] * 3 + ["50%预付款，50%发货前", "100%预付款"]
    if customer.grade == Grade.A and flavour is Flavour.PLAIN:
        usual += ["100%到货后30天", "30%预付款，60%到货款，10%验收后90天"]
    return rng.choice(usual)


def lines_for(customer: Customer, market: Market, flavour: Flavour, day: date, rng: Random) -> list[LineInput]:
    """One main product in a quantity that makes up the order's size, and up to three accessories.

    What is agreed with the customer on that day is kept to, unless the order is to be a cheap one.
    """
    grade = Grade(customer.grade)
    size = _LARGE[grade] if flavour is Flavour.LARGE else rng.randint(*_SIZE[grade])
    fitting = [p for p in market.mains if p.list_price <= size] or market.products[:1]
    main = max(fitting, key=lambda p: p.lead_time) if flavour is Flavour.RUSHED else rng.choice(fitting)
    others = [p for p in rng.sample(market.products, k=rng.choice((0, 1, 1, 2, 3))) if p.pk != main.pk]
    discount = Decimal(12 if flavour is Flavour.CHEAP else rng.choice((0, 0, 0, 2, 3)))
    quantity = max(1, round(size / float(main.list_price)))
    lines = [
        _line(main, quantity, discount, rng.choice(_DEMANDS)),
        *(
            _line(p, max(1, round(_USUAL.get(p.unit, 1) * rng.uniform(0.5, 1.8))), Decimal(0), "")
            for p in others
            if p.list_price < size
        ),
    ]
    return lines if flavour is Flavour.CHEAP else [_as_agreed(line, customer, market, day) for line in lines]


def _as_agreed(line: LineInput, customer: Customer, market: Market, day: date) -> LineInput:
    price = market.agreed.price_of(customer, line.product_id or 0, day)
    return line if price is None else replace(line, unit_price=price, discount=Decimal(0))


def _line(product: Product, quantity: int, discount: Decimal, demand: str) -> LineInput:
    return LineInput(
        product_id=product.pk,
        name=product.name,
        specification=product.specification,
        unit=product.unit,
        quantity=Decimal(quantity),
        unit_price=product.list_price,
        discount=discount,
        tax_rate=product.tax_rate,
        special_demand=demand,
    )

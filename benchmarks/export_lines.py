"""The list of order lines that ``benchmarks.exports`` exports, and what each of its processes does."""

import json
import random
import resource
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import django_filters
from django.conf import settings
from django.core.management import call_command
from openpyxl import Workbook

from accounts.models import Team, User
from accounts.roles import Role
from core import exports
from core.columns import Column, DateColumn, MomentColumn, MoneyColumn, PercentColumn, PriceColumn, QuantityColumn
from core.jobs import files, runner
from core.listing import ListPage
from core.models import Job
from customers.models import Customer
from orders.models import Order, OrderLine
from products.models import Category, Product

LINES_PER_ORDER = 10
PRODUCTS = 200
# What each column shows, and how the bare loop finds the same value.
COLUMNS = (
    ("order__id", lambda line: line.order, Column),
    ("order__customer_name", lambda line: line.order.customer_name, Column),
    ("order__rep__name", lambda line: line.order.rep, Column),
    ("order__order_date", lambda line: line.order.order_date, DateColumn),
    ("order__promised_date", lambda line: line.order.promised_date, DateColumn),
    ("order__created_at", lambda line: line.order.created_at, MomentColumn),
    ("order__gross_total", lambda line: line.order.gross_total, MoneyColumn),
    ("position", lambda line: line.position, QuantityColumn),
    ("product__code", lambda line: line.product.code, Column),
    ("product__list_price", lambda line: line.product.list_price, PriceColumn),
    ("name", lambda line: line.name, Column),
    ("specification", lambda line: line.specification, Column),
    ("unit", lambda line: line.unit, Column),
    ("quantity", lambda line: line.quantity, QuantityColumn),
    ("unit_price", lambda line: line.unit_price, PriceColumn),
    ("discount", lambda line: line.discount, PercentColumn),
    ("tax_rate", lambda line: line.tax_rate, PercentColumn),
    ("net_amount", lambda line: line.net_amount, MoneyColumn),
    ("tax_amount", lambda line: line.tax_amount, MoneyColumn),
    ("special_demand", lambda line: line.special_demand, Column),
)
NAMES = [name for name, _value, _column in COLUMNS]
_MOMENT = NAMES.index("order__created_at")


class LineFilter(django_filters.FilterSet):
    upto = django_filters.NumberFilter(field_name="id", lookup_expr="lte", label="Lines up to")

    class Meta:
        model = OrderLine
        fields: list[str] = []


class LineList(ListPage):
    """Every order line."""

    title = "Order lines"
    export_key = "benchmark-lines"
    filterset_class = LineFilter
    default_sort = "id"
    columns = tuple(column(name, name, value) for name, value, column in COLUMNS)

    def get_queryset(self):
        return OrderLine.objects.select_related("order__rep", "product")


def main() -> None:
    """``fill|bare|rows|export LINES``: does it and prints the figures as JSON."""
    what, size = sys.argv[1], int(sys.argv[2])
    before = _cpu()
    path = {"fill": fill, "bare": bare, "rows": rows, "export": export}[what](size)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": _cpu() - before, "peak": peak, "file": path.stat().st_size / 1e6 if path else 0}))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def bare(size: int) -> Path:
    """What openpyxl needs for the same values in the same types, without styles."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(NAMES)
    found = OrderLine.objects.filter(pk__lte=size).order_by("pk").values_list(*NAMES)
    for values in found.iterator(chunk_size=2000):
        cells = list(values)
        cells[_MOMENT] = cells[_MOMENT].replace(tzinfo=None)
        sheet.append(cells)
    path = Path(settings.MEDIA_ROOT) / f"bare-{size}.xlsx"
    path.parent.mkdir(exist_ok=True)
    book.save(path)
    return path


def rows(size: int) -> None:
    """Reads what the job reads, column by column."""
    page = exports.page_for(LineList.export_key, _owner(), f"upto={size}")
    keys = exports.keys_of(page)
    for chunk in exports.chunks_of(page, keys):
        for row in chunk:
            for column in page.columns:
                column.of(row)


def export(size: int) -> Path | None:
    """The whole job."""
    job = exports.request_export(LineList.export_key, query=f"upto={size}", by=_owner())
    runner.run_job(job.pk)
    job.refresh_from_db()
    if job.state != Job.State.DONE or job.progress_done != size:
        raise RuntimeError(job.error_sentence or f"{job.progress_done} of {size} lines")
    return files.path_of(job)


def _owner() -> User:
    return User.objects.get(role=Role.FINANCE)


def fill(size: int) -> None:
    """An empty database with that many lines, ten to an order."""
    call_command("migrate", verbosity=0)
    User.objects.create_user("finance", role=Role.FINANCE, name="周敏")
    customers = Customer.objects.bulk_create(_customers())
    dice = random.Random(5)
    goods = Product.objects.bulk_create(_products())
    orders = Order.objects.bulk_create((_order(n, customers) for n in range(-(-size // LINES_PER_ORDER))), 500)
    for start in range(0, len(orders), 1000):
        some = orders[start : start + 1000]
        OrderLine.objects.bulk_create((line for order in some for line in _lines(order, goods, dice)), 500)


def _customers() -> Iterator[Customer]:
    team = Team.objects.create(name="Benchmark")
    reps = [User.objects.create_user(f"rep{n}", role=Role.REP, team=team, name=f"员工 {n}") for n in range(10)]
    for n in range(50):
        yield Customer(number=f"C{n}", name=f"海雅装备{n}", short_name=f"海雅装备{n}", owner=reps[n % 10], team=team)


def _products() -> Iterator[Product]:
    category = Category.objects.get_or_create(name="Benchmark")[0]
    for n in range(PRODUCTS):
        yield Product(category=category, code=f"P{n:05}", name=f"不锈钢操作台 {n}", list_price=Decimal(f"{n}.9"))


def _order(n: int, customers: list) -> Order:
    customer, day = customers[n % len(customers)], date(2024, 1, 1) + timedelta(days=n % 700)
    total = Decimal(n * 7919 % 10_000_000) / 100
    return Order(
        customer=customer,
        customer_name=customer.short_name,
        rep=customer.owner,
        team=customer.team,
        drafted_by=customer.owner,
        order_date=day,
        promised_date=day + timedelta(days=14),
        net_total=total,
        gross_total=total,
    )


def _lines(order: Order, goods: list[Product], dice: random.Random) -> Iterator[OrderLine]:
    for position in range(1, LINES_PER_ORDER + 1):
        product, net = dice.choice(goods), Decimal(dice.randrange(10_000_000)) / 100
        yield OrderLine(
            order=order,
            position=position,
            product=product,
            name=product.name,
            specification=f"{dice.randrange(600, 2400)}×700×800 mm",
            unit="台",
            quantity=dice.randrange(1, 99),
            unit_price=net,
            discount=Decimal(dice.randrange(0, 30)),
            net_amount=net,
            tax_amount=(net * 13 / 100).quantize(Decimal("0.01")),
            special_demand="加急 & 送货上楼" if dice.random() < 0.3 else "",
        )

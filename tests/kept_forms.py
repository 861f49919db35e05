"""Every form that keeps itself while somebody types: who fills it in, where it stands, and what is typed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.urls import get_resolver, resolve, reverse
from django.utils import timezone

from accounts.models import User
from analytics.figures.months import Month
from analytics.models import Report
from analytics.report.jobs import request_report
from billing.customer_receipts import receive
from care.plans import follow_grade
from core.files import store_file
from core.jobs import runner
from customers.models import Customer
from fulfilment.guards import SIGN_OFF
from fulfilment.statuses import ShipmentStatus
from orders.statuses import Status
from products.counting import open_count
from tests.factories import (
    AgreementFactory,
    CarrierFactory,
    CategoryFactory,
    ProductFactory,
    RequirementFactory,
    make_order,
    make_shipment,
    released_order,
)
from tests.sample_files import picture

LAST_MONTH = Month.current().shifted(-1)
TODAY = timezone.localdate().isoformat()


@dataclass(frozen=True)
class Kept:
    """One form: who writes in it, its address (of a customer whose file is whole), what is typed, and its file's field.

    The first of what is typed is what a test looks for.
    """

    role: str
    where: Callable[[Customer, User], str]
    typed: dict[str, str]
    file: str = ""


def at(name: str, *about, query: str = "") -> str:
    return reverse(name, args=[str(getattr(each, "pk", each)) for each in about]) + query


def shipment_on(customer: Customer, status: str):
    CarrierFactory(name="远山物流")
    return make_shipment(released_order(customer=customer), status=status)


def care_plan(customer: Customer, by: User) -> str:
    customer.grade = "A"
    customer.save()
    follow_grade(customer, by=None)
    return at("care:plan", customer)


def new_product(customer: Customer, by: User) -> str:
    CategoryFactory(name="机柜")
    return at("products:new")


def new_count(customer: Customer, by: User) -> str:
    ProductFactory()
    return at("products:count-new")


def count(customer: Customer, by: User):
    category = CategoryFactory()
    ProductFactory(category=category)
    return open_count(category=category, note="", by=by)


def signed_off(customer: Customer, by: User) -> str:
    shipment = shipment_on(customer, ShipmentStatus.SIGNED_OFF)
    store_file(subject=shipment, upload=picture(), purpose=SIGN_OFF, by=by)
    return at("fulfilment:correction", shipment)


def report(customer: Customer, by: User) -> str:
    make_order(customer=customer, status=Status.APPROVED, order_date=LAST_MONTH.first)
    runner.run_job(request_report(month=LAST_MONTH, by=by).pk)
    return Report.objects.get().get_absolute_url()


def balance_to_refund(customer: Customer, by: User) -> str:
    paid = {"amount": Decimal("300"), "received_on": timezone.localdate(), "method": "transfer"}
    receive(customer=customer, shares={}, by=by, token=uuid4(), bank_reference="TK-300", payer="", note="", **paid)
    return at("billing:new-refund", query=f"?customer={customer.pk}")


def owing_customer(customer: Customer, by: User) -> str:
    order = make_order(customer=customer, status=Status.APPROVED)
    order.instalments.update(due_date=timezone.localdate() - timedelta(days=5))
    return at("billing:owing", customer)


def agreement_to_end(customer: Customer, by: User) -> str:
    return at("agreements:end", AgreementFactory(customer=customer))


FORMS = {
    "customer": Kept(
        "rep", lambda customer, by: at("customers:new"), {"name": "青岚晴川科技有限公司", "short_name": "晴川科技"}
    ),
    "customer-edit": Kept("rep", lambda customer, by: at("customers:edit", customer), {"core_needs": "先付款再发货"}),
    "requirement": Kept(
        "rep",
        lambda customer, by: at("requirements:new", query=f"?customer={customer.pk}"),
        {"description": "二号泵站换成变频控制"},
    ),
    "requirement-edit": Kept(
        "rep",
        lambda customer, by: at("requirements:edit", RequirementFactory(customer=customer)),
        {"description": "三号泵站换成变频控制"},
    ),
    "requirement-letter": Kept(
        "rep",
        lambda customer, by: at("requirements:confirm", RequirementFactory(customer=customer, status="clarifying")),
        {"confirmed_by": "李强 采购经理", "confirmed_on": TODAY},
        file="letter",
    ),
    "visit": Kept(
        "rep",
        lambda customer, by: at("care:visits", customer),
        {"said": "二厂三月投产", "visited_on": TODAY, "met": "李强"},
        file="enclosed",
    ),
    "care-plan": Kept("rep", care_plan, {"notes": "先联系采购"}),
    "change-report": Kept("rep", lambda customer, by: at("care:changes", customer), {"text": "联系人已经离职"}),
    "product": Kept(
        "manager",
        new_product,
        {"name": "变频控制柜", "code": "BP-900", "list_price": "8600", "category": "机柜"},
    ),
    "product-edit": Kept("manager", lambda customer, by: at("products:edit", ProductFactory()), {"name": "变频控制柜"}),
    "stock": Kept(
        "operations",
        lambda customer, by: at("products:adjust", ProductFactory()),
        {"note": "样品归还", "quantity": "3"},
    ),
    "count": Kept("operations", new_count, {"note": "月末盘点"}),
    "count-sheet": Kept("operations", lambda customer, by: at("products:count", count(customer, by)), {"counted": "7"}),
    "order": Kept(
        "rep",
        lambda customer, by: at("orders:new", query=f"?customer={customer.pk}"),
        {"remarks": "到货前电话通知"},
    ),
    "order-edit": Kept(
        "rep",
        lambda customer, by: at("orders:edit", make_order(customer=customer, rep=by)),
        {"remarks": "到货前电话通知"},
    ),
    "quotation": Kept(
        "rep",
        lambda customer, by: at("orders:quote", make_order(customer=customer, rep=by)),
        {"remark": "含运费到厂"},
    ),
    "receipt": Kept(
        "finance",
        lambda customer, by: at("billing:receipts", make_order(customer=customer, status=Status.APPROVED)),
        {"note": "代付", "amount": "123.45"},
    ),
    "customer-receipt": Kept(
        "finance",
        lambda customer, by: at("billing:new-receipt", query=f"?customer={customer.pk}"),
        {"note": "两张单一起付", "amount": "456.78"},
    ),
    "refund": Kept("finance", balance_to_refund, {"note": "多付退回", "bank_reference": "TK20261128001"}),
    "dunning": Kept("finance", owing_customer, {"whom": "李强", "said": "月底付清"}),
    "shipment": Kept(
        "operations",
        lambda customer, by: at("fulfilment:delivery", released_order(customer=customer)),
        {"tracking_number": "YSLW20261122001"},
    ),
    "transport": Kept(
        "operations",
        lambda customer, by: at("fulfilment:transport", shipment_on(customer, ShipmentStatus.PACKING)),
        {"tracking_number": "YSLW20261122002"},
    ),
    "departure": Kept(
        "operations",
        lambda customer, by: at("fulfilment:departure", shipment_on(customer, ShipmentStatus.READY)),
        {"tracking_number": "YSLW20261122003", "carrier": "远山物流"},
    ),
    "sign-off": Kept(
        "rep",
        lambda customer, by: at("fulfilment:sign-off", shipment_on(customer, ShipmentStatus.SHIPPED)),
        {"signed_by": "周建"},
        file="proof",
    ),
    "sign-off-correction": Kept(
        "operations",
        signed_off,
        {"note": "签收人写错", "signed_by": "吴敏"},
    ),
    "agreement": Kept(
        "manager",
        lambda customer, by: at("agreements:new", query=f"?renews={AgreementFactory(customer=customer).pk}"),
        {"note": "年度框架，李强确认", "price": "8800"},
    ),
    "agreement-end": Kept("manager", agreement_to_end, {"reason": "铜价下调，重新议价"}),
    "amendment": Kept(
        "rep",
        lambda customer, by: at("approvals:amend", released_order(customer=customer)),
        {"reason": "现场少用一台"},
    ),
    "report": Kept("finance", report, {"summary": "订单平稳，准时率见下。"}),
}


def routes_that_take_up(patterns=None, prefix: str = "") -> Iterator[str]:
    """Every route of the site whose page shows what was typed on it before."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from routes_that_take_up(entry.url_patterns, route)
        elif getattr(getattr(entry.callback, "view_class", entry.callback), "takes_up", False):
            yield route


def route_of(url: str) -> str:
    return resolve(url.partition("?")[0]).route

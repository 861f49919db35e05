"""The demonstration as the browser finds it, and what each page in the walk is about."""

from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from analytics.archive.closing import request_closing
from analytics.months import Month
from analytics.report.jobs import request_report
from analytics.report.services import keep_words, report_of
from approvals.queue import waiting_for
from core import registries
from core.exports import request_export
from core.imports.store import bring, confirm
from core.imports.template import template_of
from core.models import ImportRun, Job
from core.workflow import take
from customers.models import Customer
from fulfilment.models import Shipment
from orders.entry import HEADER, save_draft
from orders.lines import LineInput
from orders.models import Order
from orders.statuses import Status
from ordersys.demo.loader import is_empty, load
from products.models import Product
from tests.workbooks import upload, workbook

LAST_MONTH = Month.current().shifted(-1)
#: Long enough ago that nothing of it is open any more.
ARCHIVED = LAST_MONTH.shifted(-6)
#: The month before the last: its report is signed.
SIGNED = LAST_MONTH.shifted(-1)
#: Products that are brought: some that can be imported, some with a mistake in every column that can have one, and some
#: whose headings are nobody's.
HEADINGS = ["商品编号", "商品名称", "规格型号", "类别", "单位", "单价", "税率", "交期"]
BROUGHT = {
    "产品.xlsx": [HEADINGS, ["KX-900", "控制柜", "KX-900", "控制柜", "台", 9800, "13%", 12]],
    "有问题.xlsx": [HEADINGS, ["", "控制柜", "", "没有这一类", "台", "12O", "1300", -1]],
    "别的表头.xlsx": [["甲", "乙", "丙"], ["KX-901", "控制柜", 9800]],
    "已导入.xlsx": [HEADINGS, ["KX-902", "控制柜", "KX-902", "控制柜", "台", 9900, "13%", 12]],
}
LINE = ("name", "product_id", "specification", "unit", "quantity", "unit_price", "tax_rate")
#: The other kinds are brought as their templates, with the example row that everybody overwrites.
TEMPLATES = {"customers": "客户.xlsx", "orders": "历史订单.xlsx"}


def make_world() -> None:
    """Loads the demonstration into an empty database, and does what leaves jobs, imports, a report and an archive."""
    assert is_empty(), "The demonstration must not mix with data that somebody has entered."
    load(orders=90, customers=24, seed=1)
    manager, finance = (User.objects.get(username=login) for login in ("manager1", "finance1"))
    send_one_back(User.objects.get(username="rep1"), manager)
    for person in (User.objects.get(username="rep1"), finance):
        request_export("orders", query="", by=person)
    bring_workbooks(manager)
    request_closing(month=ARCHIVED, by=finance)
    for month in (LAST_MONTH, SIGNED):
        request_report(month=month, by=manager)
    run_jobs()
    confirm(run=ImportRun.objects.get(name="已导入.xlsx"))
    sign_report(manager)
    run_jobs()


def send_one_back(rep: User, manager: User) -> None:
    """Whose orders were sent back, the demonstration draws anew each day; the walk wants one of this rep's."""
    orders = Order.objects.visible_to(rep)
    if orders.filter(status=Status.DRAFT, sent_back=True).exists():
        return
    old = orders.filter(status=Status.APPROVED, customer__active=True).latest("pk")
    header = {name: getattr(old, name) for name in HEADER}
    header |= {"order_date": timezone.localdate(), "promised_date": timezone.localdate() + timedelta(days=60)}
    lines = [LineInput(**{name: getattr(line, name) for name in LINE}) for line in old.current_lines()]
    order = save_draft(order=None, header=header, lines=lines, by=rep)
    for verb in ("submit", "rep_approve"):
        take(order, verb, by=rep)
    take(order, "send_back", by=manager, note="交期排不进去，请与客户改到下月中旬。")


def bring_workbooks(by: User) -> None:
    kinds = registries.import_kinds
    for name, rows in BROUGHT.items():
        bring(kind=kinds["products"], upload=upload(workbook(rows), name), by=by)
    for key, name in TEMPLATES.items():
        with translation.override("zh-hans"):
            bring(kind=kinds[key], upload=upload(template_of(kinds[key]), name), by=by)


def sign_report(by: User) -> None:
    report = report_of(SIGNED)
    keep_words(report=report, summary="订单平稳，准时率见下。", comments={}, version=report.version, sign=True, by=by)


def run_jobs() -> None:
    call_command("run_jobs", stdout=StringIO())
    unfinished = Job.objects.exclude(state=Job.State.DONE)
    assert not unfinished, [(job.kind, job.error) for job in unfinished]


@dataclass(frozen=True)
class World:
    """One person's view of the demonstration: each of these finds something this person may see."""

    person: User

    def order(self, status: str, **more) -> Order:
        """The one with the most lines, which shows the most."""
        return _richest(Order.objects.visible_to(self.person).filter(status=status, **more))

    def waiting_order(self) -> Order:
        """The first that waits for this person's decision, if possible one with something to decide."""
        return waiting_for(self.person).order_by("-gross_total", "id")[0]

    def shipment(self, status: str) -> Shipment:
        return _richest(Shipment.objects.visible_to(self.person).filter(status=status))

    def customer(self) -> Customer:
        """The one that has ordered most."""
        found = Customer.objects.visible_to(self.person).annotate(number_of_orders=Count("orders"))
        return found.order_by("-number_of_orders", "id")[0]

    def product(self) -> Product:
        return Product.objects.get(code="KX-200")

    def job(self, kind: str) -> Job:
        return Job.objects.visible_to(self.person).filter(kind=kind).latest("id")

    def imported(self, name: str) -> ImportRun:
        return ImportRun.objects.visible_to(self.person).get(name=name)


def _richest(rows: QuerySet):
    return rows.annotate(number_of_lines=Count("lines")).order_by("-number_of_lines", "-id")[0]


def page_of(name: str, *about, query: str = "") -> str:
    """A page's address by its URL name."""
    return reverse(name, args=[str(getattr(each, "pk", each)) for each in about]) + query

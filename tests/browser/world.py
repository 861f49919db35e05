"""The demonstration as the browser finds it, and what each page in the walk is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

from django.core.exceptions import ObjectDoesNotExist
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.roles import Role
from agreements.models import PriceAgreement
from analytics.archive.closing import request_closing
from analytics.figures.months import Month
from analytics.report.jobs import request_report
from analytics.report.services import report_of, save_and_sign
from approvals.models import Amendment
from approvals.queue import waiting_for
from billing.models import Receipt, Refund
from core import registries
from core.exports import request_export
from core.imports.store import bring, confirm
from core.imports.template import template_of
from core.links.purposes import Purpose
from core.links.services import make_link
from core.models import ImportRun, Job, PrivateLink
from core.workflow import take
from customers.models import Customer
from fulfilment.models import Shipment
from orders.content import HEADER_NAMES, LINE_NAMES
from orders.entry.draft import save_draft
from orders.lines import LineInput
from orders.models import Order, Quotation
from orders.quotations import make_quotation, usual_last_day
from orders.statuses import Status
from ordersys.demo.loader import is_empty, load
from products.counting import open_count
from products.models import Category, Product, StockCount
from requirements.models import Requirement
from tests.factories import UserFactory
from tests.workbooks import upload, workbook

#: Somebody who has no customer yet, and so no figures.
NEWCOMER = "newcomer"
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
#: The other kinds are brought as their templates, with the example row that everybody overwrites.
TEMPLATES = {"customers": "客户.xlsx", "orders": "历史订单.xlsx"}


def make_world() -> None:
    """Loads the demonstration into an empty database, and does what leaves jobs, imports, a report and an archive."""
    assert is_empty(), "The demonstration must not mix with data that somebody has entered."
    load_what_the_walk_wants()
    manager, finance = (User.objects.get(username=login) for login in ("manager1", "finance1"))
    send_one_back(User.objects.get(username="rep1"), manager)
    UserFactory(username=NEWCOMER, name="周新", role=Role.REP, team=manager.team)
    for person in (User.objects.get(username="rep1"), finance):
        request_export("orders", query="", by=person)
    bring_workbooks(manager)
    hand_out_a_link(User.objects.get(username="rep1"))
    offer_a_draft(User.objects.get(username="rep1"))
    open_count(
        category=Product.objects.get(code="KX-200").category,
        note="月末盘点",
        by=User.objects.get(username="operations1"),
    )
    request_closing(month=ARCHIVED, by=finance)
    for month in (LAST_MONTH, SIGNED):
        request_report(month=month, by=manager)
    run_jobs()
    confirm(run=ImportRun.objects.get(name="已导入.xlsx"))
    sign_report(finance)
    run_jobs()


def send_one_back(rep: User, manager: User) -> None:
    """Whose orders were sent back, the demonstration draws anew each day; the walk wants one of this rep's."""
    orders = Order.objects.visible_to(rep)
    if orders.filter(status=Status.DRAFT, sent_back=True).exists():
        return
    old = orders.filter(status=Status.APPROVED, customer__status="active").latest("pk")
    header = {name: getattr(old, name) for name in HEADER_NAMES}
    header |= {"order_date": timezone.localdate(), "promised_date": timezone.localdate() + timedelta(days=60)}
    lines = [LineInput(**{name: getattr(line, name) for name in LINE_NAMES}) for line in old.current_lines()]
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


def load_what_the_walk_wants() -> None:
    """Who sold what, the demonstration draws anew each day: one in which the walk finds all that it looks at."""
    for seed in range(1, 13):
        with transaction.atomic():
            load(orders=180, customers=24, seed=seed)
            if lacking := what_the_walk_lacks():
                transaction.set_rollback(True)
            else:
                return
    raise AssertionError(f"No demonstration has it all; the last lacks {lacking}.")


def what_the_walk_lacks() -> list[str]:
    people = {person.username: World(person) for person in User.objects.all()}
    rep, manager, operations = people["rep1"], people["manager1"], people["operations1"]
    wanted: dict[str, Callable[[], object]] = {
        "an order of the rep that is not amended": rep.unamended_order,
        "a review of the rep, of the manager, of finance": lambda: [
            person.waiting_order() for person in (rep, manager, people["finance1"])
        ],
        "a draft of the rep": lambda: rep.order(Status.DRAFT),
        "an amendment of the rep in force": lambda: rep.amendment("accepted"),
        "an amendment under the manager": lambda: manager.amendment("manager_review"),
        "a sign-off": operations.lately_signed,
    }
    return [what for what, find in wanted.items() if not _finds(find)]


def _finds(find: Callable[[], object]) -> bool:
    try:
        return find() is not None
    except (IndexError, ObjectDoesNotExist):
        return False


def hand_out_a_link(rep: User) -> None:
    requirement = World(rep).requirement(status="clarifying")
    make_link(purpose=registries.link_purposes["summary"], record=requirement, by=rep)


def offer_a_draft(rep: User) -> None:
    """Of which rep the demonstration's drafts are, it draws anew each day; the walk wants a quotation of this one's."""
    draft = Order.objects.visible_to(rep).filter(status=Status.DRAFT).latest("pk")
    make_quotation(order=draft, valid_until=usual_last_day(), remark="含税含运", by=rep)


def sign_report(by: User) -> None:
    report = report_of(SIGNED)
    save_and_sign(
        report=report, summary="订单平稳，准时率见下。", comments={}, version=report.version, sign=True, by=by
    )


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

    def unamended_order(self) -> Order:
        """An approved one that nobody amends just now."""
        open_ones = Amendment.objects.open().values("order")
        return _richest(Order.objects.visible_to(self.person).filter(status="approved").exclude(pk__in=open_ones))

    def amendment(self, status: str) -> Amendment:
        return Amendment.objects.visible_to(self.person).filter(status=status).latest("id")

    def shipment(self, status: str) -> Shipment:
        return _richest(Shipment.objects.visible_to(self.person).filter(status=status))

    def lately_signed(self) -> Shipment:
        """One whose sign-off can be corrected: no import brought it."""
        signed = Shipment.objects.visible_to(self.person).filter(status="signed_off", imported=False)
        return signed.latest("signed_on", "id")

    def requirement(self, **more) -> Requirement:
        return Requirement.objects.visible_to(self.person).filter(**more).latest("id")

    def quotation(self) -> Quotation:
        """The last one that holds."""
        return Quotation.objects.visible_to(self.person).in_force().filter(order__status=Status.DRAFT).latest("id")

    def public_page(self, purpose: Purpose, record) -> str:
        """The page of a link that is made for it now."""
        return page_of("private-page", make_link(purpose=purpose, record=record, by=self.person)[1])

    def link(self) -> PrivateLink:
        return PrivateLink.objects.filter(made_by=self.person).latest("id")

    def agreement(self) -> PriceAgreement:
        """One that holds today, of the customer with most of them."""
        found = PriceAgreement.objects.visible_to(self.person).valid_on(timezone.localdate())
        found = found.annotate(of_customer=Count("customer__price_agreements"))
        return found.order_by("-of_customer", "id")[0]

    def count(self) -> StockCount:
        return StockCount.objects.visible_to(self.person).latest("id")

    def category(self) -> Category:
        return self.product().category

    def customer(self) -> Customer:
        """The one that has ordered most."""
        found = Customer.objects.visible_to(self.person).annotate(number_of_orders=Count("orders"))
        return found.order_by("-number_of_orders", "id")[0]

    def receipt(self) -> Receipt:
        """One of which something is balance."""
        return Receipt.objects.visible_to(self.person).filter(rest__gt=0, is_reversed=False).latest("id")

    def owing(self) -> Customer:
        """The one that owes most beyond the due date."""
        return Customer.objects.visible_to(self.person).order_by("-overdue_amount", "id")[0]

    def refund(self) -> Refund:
        return Refund.objects.visible_to(self.person).latest("id")

    def twin(self) -> str:
        """The way to merge that one with another one."""
        other = Customer.objects.visible_to(self.person).open().exclude(pk=self.customer().pk).order_by("pk")[0]
        return f"?into={other.pk}"

    def transfer(self) -> str:
        """The way to give away the first few."""
        some = Customer.objects.visible_to(self.person).order_by("pk").values_list("pk", flat=True)[:4]
        owner = User.objects.filter(role="rep", team=self.person.team, is_active=True).order_by("pk")[0]
        return "?" + "&".join(f"customer={pk}" for pk in some) + f"&new_owner={owner.pk}"

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

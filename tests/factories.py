"""Valid, boring objects for tests. They reach any status directly, the way imported history does."""

import datetime
from dataclasses import replace
from decimal import Decimal

import factory
from django.db import transaction
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Role
from agreements.models import PriceAgreement
from approvals.amendments.proposal import HEADER as AMENDABLE
from approvals.amendments.proposal import input_of
from approvals.amendments.services import save_amendment
from approvals.models import Amendment
from billing.customer_facts import refresh_customer
from core.files import store_file
from core.pinyin import reading_of, search_key_of
from core.workflow import born
from customers.models import Contact, Customer, PaymentTerms
from customers.services import make_findable as make_customer_findable
from fulfilment.models import Carrier, Shipment, ShipmentLine
from fulfilment.progress import refresh_progress
from fulfilment.statuses import GONE, ShipmentStatus
from grading.models import GradeProposal
from orders.booking import book
from orders.documents import CONFIRMATION
from orders.findable import make_findable
from orders.instalments import payment_status_of
from orders.models import Instalment, Order, OrderLine, Quotation
from orders.quotations import make_quotation, usual_last_day
from orders.reservations import products_of, refresh_reserved
from orders.statuses import EFFECTIVE, Status
from products.models import Category, Product
from requirements.clock import response_due
from requirements.models import Question, Requirement
from requirements.services import make_findable as make_requirement_findable
from requirements.statuses import LostReason, RequirementStatus
from tests.sample_files import picture

PASSWORD = "correct horse battery"


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"销售{n + 1}组")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"员工{n}")
    role = Role.REP
    language = "zh-hans"
    team = factory.Maybe(
        factory.LazyAttribute(lambda o: o.role in (Role.REP, Role.MANAGER)), factory.SubFactory(TeamFactory), None
    )


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category
        django_get_or_create = ("name",)

    name = "控制柜"


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    category = factory.SubFactory(CategoryFactory)
    code = factory.Sequence(lambda n: f"KX-{200 + n}")
    name = "控制柜"
    specification = factory.LazyAttribute(lambda o: o.code)
    unit = "台"
    list_price = Decimal("1000")
    tax_rate = Decimal("13")
    lead_time = 5
    search_key = factory.LazyAttribute(lambda o: search_key_of([o.code], [o.name, o.specification]))
    name_pinyin = factory.LazyAttribute(lambda o: reading_of(o.name))


class AgreementFactory(factory.django.DjangoModelFactory):
    """A price that holds this year and the next."""

    class Meta:
        model = PriceAgreement

    customer = factory.SubFactory("tests.factories.CustomerFactory")
    product = factory.SubFactory(ProductFactory)
    price = Decimal("950")
    starts_on = factory.LazyFunction(lambda: timezone.localdate().replace(month=1, day=1))
    ends_on = factory.LazyAttribute(lambda o: o.starts_on + datetime.timedelta(days=700))
    last_day = factory.LazyAttribute(lambda o: o.ends_on or datetime.date.max)


class CustomerFactory(factory.django.DjangoModelFactory):
    """A complete file: name, industry, primary contact with title and phone, address, owner."""

    class Meta:
        model = Customer
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"C2026{n + 1:03d}")
    name = factory.Sequence(lambda n: f"云汀海雅装备{n}制造有限公司")
    short_name = factory.Sequence(lambda n: f"海雅装备{n}")
    industry = "环保设备"
    province = "云汀省"
    city = "云汀市"
    district = "望潮区"
    address = "拾贝路 18 号"
    owner = factory.SubFactory(UserFactory)
    team = factory.LazyAttribute(lambda o: o.owner.team if o.owner else None)
    invoice_title = factory.LazyAttribute(lambda o: o.name)
    tax_number = "91000000MA000HY060"
    bank_name = "云汀银行望潮支行"
    bank_account = "6200000000000000"
    contact = factory.RelatedFactory("tests.factories.ContactFactory", factory_related_name="customer")

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        """With its contact: what is searched and sorted by, unless the test says it."""
        if not instance.search_key:
            name_pinyin, contact = instance.name_pinyin, (results or {}).get("contact")
            make_customer_findable(instance, [contact] if contact else [])
            instance.name_pinyin = name_pinyin or instance.name_pinyin
            instance.save(update_fields=["search_key", "name_pinyin"])


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    customer = factory.SubFactory(CustomerFactory, contact=None)
    name = "李强"
    job_title = "采购经理"
    phone = "0000-8016"
    is_primary = True


class RequirementFactory(factory.django.DjangoModelFactory):
    """A requirement in any state, received yesterday; confirmed and lost ones with what belongs to that."""

    class Meta:
        model = Requirement

    customer = factory.SubFactory(CustomerFactory)
    number = factory.Sequence(lambda n: f"XQ202511{n + 1:03d}")
    owner = factory.LazyAttribute(lambda o: o.customer.owner)
    team = factory.LazyAttribute(lambda o: o.customer.team)
    received_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=1))
    description = "二号泵站三台老泵换成变频控制"
    response_due_on = factory.LazyAttribute(lambda o: response_due(o.received_at, o.priority))
    priority = "regular"

    @classmethod
    def _create(cls, model_class, *args, status=RequirementStatus.RECORDED, **kwargs):
        requirement = model_class(*args, **kwargs)
        if status in (RequirementStatus.CONFIRMED, RequirementStatus.ORDERED):
            requirement.confirmed_on = requirement.confirmed_on or timezone.localdate()
        make_requirement_findable(requirement)
        requirement.save()
        if status == RequirementStatus.LOST:
            lost = {"lost_on": timezone.localdate(), "lost_reason": LostReason.PRICE}
            Requirement.objects.filter(pk=requirement.pk).update(status=status, **lost)
        elif status != RequirementStatus.RECORDED:
            born([requirement], status)
        requirement.refresh_from_db()
        make_requirement_findable(requirement)
        requirement.save(update_fields=["urgency", "own_key"])
        return requirement


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question

    requirement = factory.SubFactory(RequirementFactory)
    text = "控制柜放室内还是室外？"
    asked_by = factory.LazyAttribute(lambda o: o.requirement.owner)


def terms(name: str = "30%预付款，70%到货款") -> PaymentTerms:
    """Seeded payment terms by name."""
    return PaymentTerms.objects.get(name=name)


def make_order(*, customer=None, status=Status.DRAFT, lines=None, payment_terms=None, number=None, **header) -> Order:
    """An order with consistent totals and instalments, born in ``status``.

    ``lines`` are ``(product or name, quantity, unit price)`` tuples; default one line of 10 × 1,000.00 at 13 %.
    """
    customer = customer or CustomerFactory()
    header.setdefault("order_date", timezone.localdate())
    header.setdefault("promised_date", header["order_date"] + datetime.timedelta(days=60))
    lines = [_line(position, *given) for position, given in enumerate(lines or [(ProductFactory(), 10, "1000")], 1)]
    net_total, tax_total = sum(line.net_amount for line in lines), sum(line.tax_amount for line in lines)
    order = Order(
        customer=customer,
        customer_name=customer.short_name,
        grade=customer.grade,
        contact=customer.contacts.first(),
        rep=header.pop("rep", customer.owner),
        team=customer.team,
        drafted_by=header.pop("drafted_by", customer.owner),
        payment_terms=payment_terms or terms(),
        delivery_address=header.pop("delivery_address", ""),
        net_total=net_total,
        tax_total=tax_total,
        gross_total=net_total + tax_total,
        payment_status=header.pop("payment_status", payment_status_of(Decimal(0), net_total + tax_total)),
        **header,
    )
    make_findable(order, customer.search_key)
    order.save()
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    _add_instalments(order)
    _move_to(order, status, number)
    return order


def _line(position: int, product, quantity, price) -> OrderLine:
    named = isinstance(product, str)
    net = (Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01"))
    return OrderLine(
        position=position,
        product=None if named else product,
        name=product if named else product.name,
        specification="" if named else product.specification,
        unit="台",
        quantity=quantity,
        unit_price=price,
        list_price=None if named else product.list_price,
        tax_rate=Decimal("13"),
        net_amount=net,
        tax_amount=(net * Decimal("0.13")).quantize(Decimal("0.01")),
    )


def _add_instalments(order: Order) -> None:
    parts, rest, instalments = list(order.payment_terms.instalments.all()), order.gross_total, []
    for part in parts:
        amount = rest if part is parts[-1] else (order.gross_total * part.percent / 100).quantize(Decimal("0.01"))
        rest -= amount
        of_terms = {name: getattr(part, name) for name in ("position", "percent", "trigger", "days")}
        instalments.append(Instalment(order=order, amount=amount, **of_terms))
    Instalment.objects.bulk_create(instalments)


def _move_to(order: Order, status: str, number: str | None) -> None:
    if status == Status.DRAFT and number is None:
        return
    if number or status != Status.CANCELLED:
        order.number = number or f"{order.order_date:%Y%m}{order.customer_name}{order.pk:03d}"
        make_findable(order, order.customer.search_key)
        order.submitted_at = timezone.now()
        order.round = 1
    if status in EFFECTIVE:
        book(order, approved_at=timezone.now())
        order.lines.update(first_promised_date=order.first_promised_date)
    order.save()
    if status != Status.DRAFT:
        born([order], status)
        refresh_customer(order.customer_id)
    order.refresh_from_db()


def make_offer(order: Order | None = None, **more) -> Quotation:
    """A quotation of the order (default: of a new draft), by its rep, in force for some days."""
    order = order or make_order()
    said = {"valid_until": usual_last_day(), "remark": "含运费", "by": order.rep} | more
    return make_quotation(order=order, **said)


class CarrierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Carrier
        django_get_or_create = ("name",)

    name = "远山物流"


def confirmed(order: Order) -> Order:
    """The order with the customer's signed confirmation beside it; nothing else happens."""
    store_file(subject=order, upload=picture(), purpose=CONFIRMATION, by=order.rep or UserFactory())
    return order


@transaction.atomic
def released_order(**more) -> Order:
    """An approved order that may be made and shipped."""
    released_at = more.pop("released_at", None) or timezone.now()
    order = make_order(status=Status.APPROVED, **more)
    order.released_at = released_at
    order.save(update_fields=["released_at"])
    refresh_progress(order)
    refresh_reserved(products_of(order))
    return order


@transaction.atomic
def make_shipment(order=None, *, status=ShipmentStatus.PACKING, parts=None, received=None, **more) -> Shipment:
    """A shipment born in ``status``, with the checks and days that belong to it, but without stock moves or proof.

    ``parts`` are quantities by the lines' order (default: all of each); ``received`` likewise, once it is signed off.
    """
    order = order or released_order()
    packer = more.pop("packed_by", None) or UserFactory(role=Role.OPERATIONS)
    more.setdefault("method", order.delivery_method)
    if status != ShipmentStatus.PACKING:
        checker = more.pop("checked_by", None) or UserFactory(role=Role.OPERATIONS)
        more |= {"quality_checked_by": checker, "packing_checked_by": checker}
    if status in GONE:
        more = {"shipped_on": timezone.localdate(), "expected_on": timezone.localdate(), **more}
    if status == ShipmentStatus.SIGNED_OFF:
        more = {"signed_on": timezone.localdate(), "signed_by": "周建", **more}
    count = order.shipments.count()
    shipment = Shipment.objects.create(
        order=order,
        customer=order.customer,
        sequence=count + 1,
        rep=order.rep,
        team=order.team,
        packed_by=packer,
        **more,
    )
    _add_parts(shipment, parts, received)
    born([shipment], status)
    refresh_progress(order)
    shipment.refresh_from_db()
    return shipment


def _add_parts(shipment: Shipment, parts, received) -> None:
    lines = list(shipment.order.current_lines())
    parts = [line.quantity for line in lines] if parts is None else parts
    received = parts if received is None else received
    for line, quantity, arrived in zip(lines, parts, received, strict=False):
        if quantity:
            known = {"received_quantity": arrived, "condition": "good" if arrived == quantity else "short"}
            signed = known if shipment.signed_on else {}
            ShipmentLine.objects.create(shipment=shipment, order_line=line, quantity=quantity, **signed)


def make_proposal(customer: Customer, after: str = "B", **more) -> GradeProposal:
    """An open proposal of another grade; C → B with 120,000.00 in twelve months unless the test says otherwise."""
    figures = {"annual_amount": Decimal(120_000), "previous_amount": Decimal(80_000), "overdue_amount": 0}
    known = {"origin": "quarter", "quarter": datetime.date(2026, 10, 1), "overdue_days": 0} | figures
    return GradeProposal.objects.create(customer=customer, before=customer.grade, after=after, **known | more)


def make_amendment(order: Order | None = None, *, by=None, quantity=None, version=None, **header) -> Amendment:
    """The draft of an amendment by the order's rep: another quantity of its first line, or other header fields."""
    order = order or released_order()
    said = {field.name: getattr(order, field.name) for field in AMENDABLE} | header
    lines = [input_of(line) for line in order.current_lines()]
    if quantity is not None:
        lines[0] = replace(lines[0], quantity=Decimal(quantity))
    known = {"reason": "客户变更函", "at_customers_wish": False, "by": by or order.rep, "version": version}
    return save_amendment(order=order, header=said, lines=lines, **known)

"""Valid, boring objects for tests. They reach any status directly, the way imported history does."""

import datetime
from decimal import Decimal

import factory
from django.db import transaction
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Role
from core.pinyin import reading_of, search_key_of
from core.workflow import born
from customers.models import Contact, Customer, PaymentTerms
from customers.services import make_findable
from fulfilment.models import Carrier, Shipment, ShipmentLine
from fulfilment.progress import refresh_progress
from fulfilment.statuses import GONE, ShipmentStatus
from orders.booking import book
from orders.models import Instalment, Order, OrderLine
from orders.reservations import products_of, refresh_reserved
from orders.statuses import EFFECTIVE, Status
from products.models import Category, Product

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

    @factory.post_generation
    def findable(self, create, extracted, **more):
        """With its contact: what is searched and sorted by, unless the test says it."""
        if not self.search_key:
            name_pinyin = self.name_pinyin
            make_findable(self, list(self.contacts.all()))
            self.name_pinyin = name_pinyin or self.name_pinyin
            self.save(update_fields=["search_key", "name_pinyin"])


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    customer = factory.SubFactory(CustomerFactory, contact=None)
    name = "李强"
    job_title = "采购经理"
    phone = "0000-8016"
    is_primary = True


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
    order = Order.objects.create(
        customer=customer,
        customer_name=customer.short_name,
        grade=customer.grade,
        search_key=customer.search_key,
        contact=customer.contacts.first(),
        rep=header.pop("rep", customer.owner),
        team=customer.team,
        drafted_by=header.pop("drafted_by", customer.owner),
        payment_terms=payment_terms or terms(),
        delivery_address=header.pop("delivery_address", ""),
        **header,
    )
    _add_lines(order, lines or [(ProductFactory(), 10, "1000")])
    _add_instalments(order)
    _move_to(order, status, number)
    return order


def _add_lines(order: Order, lines: list) -> None:
    for position, (product, quantity, price) in enumerate(lines, start=1):
        named = isinstance(product, str)
        net = (Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01"))
        OrderLine.objects.create(
            order=order,
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
    rows = list(order.lines.all())
    order.net_total = sum(row.net_amount for row in rows)
    order.tax_total = sum(row.tax_amount for row in rows)
    order.gross_total = order.net_total + order.tax_total
    order.save(update_fields=["net_total", "tax_total", "gross_total"])


def _add_instalments(order: Order) -> None:
    parts, rest = list(order.payment_terms.instalments.all()), order.gross_total
    for part in parts:
        amount = rest if part is parts[-1] else (order.gross_total * part.percent / 100).quantize(Decimal("0.01"))
        rest -= amount
        Instalment.objects.create(
            order=order,
            position=part.position,
            percent=part.percent,
            trigger=part.trigger,
            days=part.days,
            amount=amount,
        )


def _move_to(order: Order, status: str, number: str | None) -> None:
    if status == Status.DRAFT and number is None:
        return
    if number or status != Status.CANCELLED:
        order.number = number or f"{order.order_date:%Y%m}{order.customer_name}{order.pk:03d}"
        order.search_key = f"{order.number.lower()} {order.search_key}"
        order.submitted_at = timezone.now()
        order.round = 1
    if status in EFFECTIVE:
        book(order, approved_at=timezone.now())
        order.lines.update(first_promised_date=order.first_promised_date)
    order.save()
    if status != Status.DRAFT:
        born([order], status)
    order.refresh_from_db()


class CarrierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Carrier
        django_get_or_create = ("name",)

    name = "远山物流"


@transaction.atomic
def released_order(**more) -> Order:
    """An approved order that may be made and shipped."""
    order = make_order(status=Status.APPROVED, **more)
    order.released_at = timezone.now()
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

"""Numbers, and what records are found and sorted by."""

from django.utils import timezone

from core.models import Counter
from tests.breakers.kit import (
    approved_here,
    breaks,
    damage,
    numbered,
    pay,
)
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    make_order,
    released_order,
)


@breaks("number series")
def a_serial_that_no_order_carries():
    numbered()
    Counter.objects.create(series="order 202611甲", value=1)
    Counter.objects.create(series="something else", value=1)
    yield
    Counter.objects.update(value=2)


@breaks("submissions")
def a_numbered_order_that_was_never_submitted():
    order = numbered()
    yield
    damage(order, submitted_at=None)


@breaks("submissions")
def a_submitted_order_without_a_number():
    order = make_order()
    yield
    damage(order, submitted_at=timezone.now())


@breaks("cells as typed")
def a_submitted_line_that_cannot_be_read():
    order = numbered()
    yield
    damage(order.lines.first(), as_typed={"quantity": "12O"})


@breaks("cells as typed")
def a_submitted_order_with_a_date_that_cannot_be_read():
    order = numbered()
    yield
    damage(order, as_typed={"promised_date": "31.2."})


@breaks("order search")
def an_order_not_found_by_its_number():
    order = numbered()
    yield
    damage(order, search_key=order.customer.search_key)


@breaks("order search")
def an_order_not_found_by_its_customer():
    order = numbered()
    yield
    damage(order, search_key=order.number)


@breaks("order search")
def an_order_not_found_by_what_the_customer_calls_it():
    order = make_order(customer_reference="PO-77881/A")
    yield
    damage(order, customer_reference="PO-77882")


@breaks("keys")
def an_order_looked_up_by_another_number():
    order = numbered()
    yield
    damage(order, number_key="202611乙001")


@breaks("keys")
def a_product_looked_up_by_what_it_was_called():
    product = ProductFactory()
    yield
    damage(product, name="变频器")


@breaks("keys")
def a_receipt_whose_reference_could_be_recorded_again():
    receipt = pay(numbered())
    yield
    damage(receipt, reference_key="another")


@breaks("order search")
def an_order_that_names_no_customer():
    order = numbered()
    yield
    damage(order, customer_name="")


@breaks("customer series")
def a_serial_that_no_customer_carries():
    CustomerFactory(number="C2024001")
    Counter.objects.create(series="customer:2024", value=1)
    Counter.objects.create(series="order 202611甲", value=1)
    yield
    Counter.objects.update(value=2)


@breaks("customer search")
def a_customer_not_found_by_its_contact():
    customer = CustomerFactory()
    yield
    customer.contacts.update(phone="0000-9999")


@breaks("customer search")
def a_customer_sorted_by_another_name():
    customer = CustomerFactory()
    yield
    damage(customer, name_pinyin="zzz")


@breaks("product search")
def a_product_not_found_by_its_name():
    product = ProductFactory()
    yield
    damage(product, name="变频器")


@breaks("product search")
def a_product_sorted_by_another_name():
    product = ProductFactory()
    yield
    damage(product, name_pinyin="zzz")


@breaks("grades")
def a_draft_of_another_grade_than_its_customer():
    order = make_order(customer=CustomerFactory(grade="B"))
    yield
    damage(order, grade="A")


@breaks("promised lines")
def a_line_promised_for_another_day_than_its_order():
    line = approved_here().lines.get()
    yield
    damage(line, first_promised_date=timezone.localdate())


@breaks("promised lines")
def a_line_of_an_approved_order_that_nobody_was_promised():
    line = approved_here().lines.get()
    yield
    damage(line, first_promised_date=None)


@breaks("reserved")
def a_reservation_that_no_order_made():
    product = ProductFactory()
    yield
    damage(product, reserved=7)


@breaks("reserved")
def a_released_order_that_holds_nothing():
    product = released_order().lines.get().product
    yield
    damage(product, reserved=0)


@breaks("reserved")
def a_reservation_that_comes_first_without_a_plan_that_says_so():
    product = released_order().lines.get().product
    yield
    damage(product, reserved_first=product.reserved)

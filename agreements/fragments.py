"""Price agreements on other pages: what holds with a customer, and with whom a product's price was agreed."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.rights import demand
from agreements.columns import OF_CUSTOMER, OF_PRODUCT, table_of
from agreements.models import PriceAgreement
from agreements.rights import may_agree, may_read_agreements
from customers.models import Customer
from products.models import Product

_SHOWN = 20


@require_GET
def of_customer(request, pk: int):
    """What holds with a customer today and later, for the overview of its file."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    demand(may_read_agreements(request.user))
    kept = PriceAgreement.objects.visible_to(request.user).held().filter(customer=customer)
    lasting = kept.filter(last_day__gte=timezone.localdate()).select_related("customer", "product")
    rows = list(lasting.order_by("product__name_pinyin", "product", "starts_on")[: _SHOWN + 1])
    context = {"customer": customer, "rows": rows[:_SHOWN], "more": rows[_SHOWN:], "may_agree": may_agree(request.user)}
    return render(request, "agreements/_of_customer.html", {**context, **table_of(rows[:_SHOWN], OF_CUSTOMER)})


@require_GET
def of_product(request, pk: int):
    """With which of this person's customers a product's price was agreed, those that end last first."""
    product = get_object_or_404(Product.objects.visible_to(request.user), pk=pk)
    demand(may_read_agreements(request.user))
    kept = PriceAgreement.objects.visible_to(request.user).held().filter(product=product)
    rows = list(kept.select_related("customer__owner", "product").order_by("-last_day", "-id")[: _SHOWN + 1])
    context = {"product": product, "rows": rows[:_SHOWN], "more": rows[_SHOWN:]}
    return render(request, "agreements/_of_product.html", {**context, **table_of(rows[:_SHOWN], OF_PRODUCT)})

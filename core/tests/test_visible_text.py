"""What nobody sees and no database keeps stays outside, whatever parameter it came in."""

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse

from core.middleware import VisibleTextMiddleware
from customers.models import Customer
from orders.models import Order
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db
UNSEEN = "\x00\u200b\u202e\x07\ufeff"


def passed(request):
    middleware = VisibleTextMiddleware(lambda request: None)
    middleware(request)
    middleware.process_view(request, None, (), {})
    return request


def test_parameters_cookies_and_path_lose_what_nobody_sees():
    request = RequestFactory().post("/x%00/?q=%00a&q=%E2%80%8Bb", {f"no{UNSEEN}te": f"一{UNSEEN}\r\n二"})
    request.COOKIES = {"sessionid": "a\x00b"}
    passed(request)
    assert request.path_info == "/x/"
    assert request.GET.getlist("q") == ["a", "b"]
    assert request.POST.dict() == {"note": "一\n二"}
    assert request.COOKIES == {"sessionid": "ab"}


def test_full_width_and_blanks_reach_the_form_as_they_were_typed():
    assert passed(RequestFactory().post("/", {"name": " 海雅（集团） Ａ "})).POST["name"] == " 海雅（集团） Ａ "


def test_a_password_loses_only_what_is_no_text():
    assert passed(RequestFactory().post("/", {"password": "a\x00\u200bb"})).POST["password"] == "a\u200bb"


def test_what_is_clean_is_passed_on_untouched():
    request = RequestFactory().get("/?q=%E6%B5%B7")
    given = request.GET
    assert passed(request).GET is given
    assert isinstance(given, QueryDict)


@pytest.mark.parametrize(
    "page",
    [
        "orders:list",
        "customers:list",
        "products:list",
        "fulfilment:list",
        "search",
        "customers:suggest",
        "products:suggest",
        "worklist",
        "admin:products_product_changelist",
    ],
)
def test_no_search_or_suggestion_stumbles_over_raw_bytes(as_rep, as_admin, page):
    CustomerFactory()
    client = as_admin if page.startswith("admin") else as_rep
    for name in ("q", "sort", "month", "status", "after", "page", "o", "customer"):
        assert client.get(reverse(page), {name: f"海{UNSEEN}"}).status_code < 500


def test_a_verb_takes_its_words_without_raw_bytes(as_rep, rep):
    order = make_order(customer=CustomerFactory(owner=rep))
    posted = {"note": f"撤{UNSEEN}销", "version": UNSEEN, "back": UNSEEN}
    assert as_rep.post(f"/orders/{order.pk}/cancel/", posted).status_code < 500
    assert Order.objects.filter(pk=order.pk).exists()


def test_a_name_is_stored_as_it_was_written(as_rep, rep):
    names = {"name": f"{UNSEEN}云汀海雅（集团）有限公司\u3000", "short_name": "海雅（集团）"}
    rows = {"contacts-TOTAL_FORMS": 0, "contacts-INITIAL_FORMS": 0}
    token = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    assert as_rep.post(reverse("customers:new"), names | rows | {"submit_token": token}).status_code == 303
    customer = Customer.objects.get()
    assert (customer.name, customer.short_name) == ("云汀海雅（集团）有限公司", "海雅（集团）")

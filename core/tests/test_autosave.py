"""What is typed and not saved: kept for its person alone, offered on its page, dropped once it is saved."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core.autosave import KEPT_FOR, MOST_OF_A_PERSON, forget_old
from core.models import Autosave, Event
from orders.models import Order
from orders.statuses import Status
from orders.tests.entry_forms import form, row
from tests.browsers import browser_of
from tests.factories import CustomerFactory, make_order, terms

pytestmark = pytest.mark.django_db
NEW = "/orders/new/"


@pytest.fixture(autouse=True)
def _in_english(rep, other_rep):
    for person in (rep, other_rep):
        person.language = "en"
        person.save()


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, payment_terms=terms())


@pytest.fixture
def keep(as_rep):
    """A function that does what the page does while somebody types."""

    def send(data, page=NEW, token=""):
        return as_rep.post("/autosave/", {**data, "autosave-page": page, "autosave-form": token})

    return send


def is_offered(browser) -> bool:
    return re.search(r'id="autosave-offer"[^>]* data-age="[0-9.]+"', browser.get(NEW).content.decode()) is not None


def test_what_is_typed_is_offered_on_its_page_and_comes_back_as_typed(keep, as_rep, customer):
    token = str(uuid4())
    assert (
        keep(form(customer, row("零件 <1>", quantity="12O"), remarks="急", token=token), token=token).status_code == 200
    )
    assert is_offered(as_rep)
    assert as_rep.post("/autosave/restore/", {"autosave": Autosave.objects.get().pk}).url == NEW
    page = as_rep.get(NEW).content.decode()
    assert "零件 &lt;1&gt;" in page
    assert 'value="12O"' in page
    assert token in page
    assert 'data-age=""' in page
    assert not Order.objects.exists()


def test_the_next_keeping_takes_the_place_of_the_one_before(keep, customer):
    for text in ("第一", "第二"):
        keep(form(customer, remarks=text))
    assert dict(Autosave.objects.get().entries)["remarks"] == "第二"


def test_two_orders_begun_on_one_page_are_two(keep, customer):
    for token in (str(uuid4()), str(uuid4())):
        keep(form(customer, token=token), token=token)
    assert Autosave.objects.count() == 2


def test_once_saved_it_is_kept_no_longer(keep, as_rep, customer):
    token = str(uuid4())
    data = form(customer, row("零件"), token=token)
    keep(data, token=token)
    answer = as_rep.post(NEW, {**data, "save": "1"})
    assert not Autosave.objects.exists()
    assert token in answer.cookies["form-saved"].value


def test_a_draft_that_is_saved_with_the_cursor_in_its_cell_is_kept_no_longer(keep, as_rep, rep, customer):
    order = make_order(customer=customer, rep=rep, status=Status.DRAFT)
    path = reverse("orders:edit", args=[order.pk])
    data = form(customer, row("零件"), version=order.version)
    keep(data, page=path)
    assert as_rep.post(path, {**data, "save": "1", "stay": "1"}).json()["url"] == path
    assert not Autosave.objects.exists()


def test_a_refused_form_stays_kept(keep, as_rep, customer):
    token = str(uuid4())
    data = form(customer, row("零件"), order_date="", token=token)
    keep(data, token=token)
    assert as_rep.post(NEW, {**data, "save": "1"}).status_code == 422
    assert Autosave.objects.count() == 1


def test_nobody_else_is_offered_it_or_can_fetch_or_drop_it(keep, other_rep, customer):
    keep(form(customer, remarks="秘密"))
    other, pk = browser_of(other_rep), Autosave.objects.get().pk
    assert not is_offered(other)
    assert other.post("/autosave/restore/", {"autosave": pk}).status_code == 404
    assert other.post("/autosave/discard/", {"autosave": pk}).status_code == 404
    assert "秘密" not in other.get(NEW).content.decode()
    assert Autosave.objects.count() == 1


def test_who_lost_the_order_gets_neither_the_order_nor_its_page(keep, as_rep, rep, other_rep, customer):
    order = make_order(customer=customer, rep=rep, status=Status.DRAFT)
    path = reverse("orders:edit", args=[order.pk])
    keep(form(customer, remarks="急"), page=path)
    Order.objects.filter(pk=order.pk).update(rep=other_rep, team=other_rep.team)
    customer.owner, customer.team = other_rep, other_rep.team
    customer.save()
    as_rep.post("/autosave/restore/", {"autosave": Autosave.objects.get().pk})
    assert as_rep.get(path).status_code == 404


def test_who_lost_the_customer_finds_only_what_was_typed(keep, as_rep, other_rep, customer):
    keep(form(customer, row("零件"), remarks="急"))
    customer.owner, customer.team = other_rep, other_rep.team
    customer.credit_limit = "7654.32"
    customer.save()
    as_rep.post("/autosave/restore/", {"autosave": Autosave.objects.get().pk})
    page = as_rep.get(NEW).content.decode()
    assert "零件" in page
    assert customer.name not in page
    assert "7,654.32" not in page


def test_what_was_typed_into_an_older_state_says_so_and_overwrites_nothing_unseen(keep, as_rep, rep, customer):
    order = make_order(customer=customer, rep=rep, status=Status.DRAFT)
    path = reverse("orders:edit", args=[order.pk])
    as_rep.post(path, {**form(customer, row("新"), version=order.version), "save": "1"})
    keep(form(customer, row("旧"), version=order.version), page=path)
    as_rep.post("/autosave/restore/", {"autosave": Autosave.objects.get().pk})
    assert "was saved again after you typed this" in as_rep.get(path).content.decode()
    answer = as_rep.post(path, {**form(customer, row("旧"), version=order.version), "save": "1"})
    assert answer.status_code == 422
    assert "saved this draft while you were writing" in answer.content.decode()


def test_what_the_browser_has_kept_comes_back_the_same_way(as_rep, customer):
    answer = as_rep.post("/autosave/restore/", {**form(customer, remarks="来自浏览器"), "autosave-page": NEW})
    assert answer.url == NEW
    assert "来自浏览器" in as_rep.get(NEW).content.decode()


def test_discarded_is_gone(keep, as_rep, customer):
    keep(form(customer, remarks="急"))
    assert as_rep.post("/autosave/discard/", {"autosave": Autosave.objects.get().pk}).url == NEW
    assert not is_offered(as_rep)


@pytest.mark.parametrize(
    "page", ["", "/", "/orders/", "/nowhere/", "//evil/", "https://evil/", "/orders/new/" + "x" * 300]
)
def test_only_pages_that_take_it_up_have_it(keep, customer, page):
    assert keep(form(customer), page=page).status_code == 404
    assert not Autosave.objects.exists()


def test_passwords_are_never_kept(keep):
    keep({"old_password": "geheim", "note": "x"})
    assert Autosave.objects.get().entries == []


def test_a_form_larger_than_any_is_not_kept(keep, customer):
    assert keep(form(customer, remarks="x" * 2_100_000)).status_code == 413
    assert not Autosave.objects.exists()


def test_of_a_person_only_the_newest_are_kept(keep, rep, other_rep, customer):
    Autosave.objects.create(person=other_rep, page=NEW, entries=[])
    long_ago = timezone.now() - timedelta(days=1)
    for number in range(MOST_OF_A_PERSON):
        Autosave.objects.create(person=rep, page=NEW, form=str(number), entries=[], at=long_ago)
    keep(form(customer), token="newest")
    assert Autosave.objects.filter(person=rep).count() == MOST_OF_A_PERSON
    assert Autosave.objects.filter(person=rep, form="newest").exists()
    assert Autosave.objects.filter(person=other_rep).exists()


def test_what_nobody_came_back_for_is_dropped(rep):
    old = timezone.now() - KEPT_FOR - timedelta(minutes=1)
    Autosave.objects.create(person=rep, page=NEW, form="old", entries=[], at=old)
    Autosave.objects.create(person=rep, page=NEW, form="new", entries=[])
    forget_old()
    assert Autosave.objects.get().form == "new"


def test_keeping_leaves_no_event_and_asks_little(keep, customer, django_assert_max_num_queries):
    lines = [row(f"零件 {n}") for n in range(200)]
    keep(form(customer, *lines))
    before = Event.objects.count()
    with django_assert_max_num_queries(5):
        keep(form(customer, *lines))
    assert Event.objects.count() == before


def test_without_a_login_a_script_is_told_so(client, customer):
    data = {**form(customer), "autosave-page": NEW}
    assert client.post("/autosave/", data, HTTP_X_REQUESTED_WITH="fetch").status_code == 401
    assert not Autosave.objects.exists()

"""The customer's signed confirmation: filed by sales, read by those who see prices."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from core.events import timeline_of
from core.models import Event
from fulfilment.confirmation import attach_confirmation, confirmations_of
from orders.statuses import Status
from tests import sample_files as sample
from tests.factories import make_order, released_order

pytestmark = pytest.mark.django_db


def url_of(order) -> str:
    return reverse("fulfilment:confirm", args=[order.pk])


def test_sales_file_it_with_the_order(order, as_rep, rep):
    answer = as_rep.post(url_of(order), {"confirmation": sample.picture("确认书.jpg")})
    (kept,) = confirmations_of(order)
    assert (answer.status_code, kept.name, kept.uploaded_by) == (303, "确认书.jpg", rep)
    assert timeline_of(order)[0].tone == "good"


def test_the_same_file_sent_twice_is_kept_once(order, as_rep):
    for _click in range(2):
        assert as_rep.post(url_of(order), {"confirmation": sample.picture("确认书.jpg")}).status_code == 303
    assert confirmations_of(order).count() == 1
    assert Event.objects.filter(verb="confirmed", subject_id=order.pk).count() == 1


def test_another_page_of_it_and_the_file_of_another_order_are_kept_too(order, customer, rep):
    other = released_order(customer=customer)
    first = attach_confirmation(order=order, upload=sample.picture(), by=rep)
    second = attach_confirmation(order=order, upload=sample.picture(kind="PNG", name="第二页.png"), by=rep)
    assert list(confirmations_of(order)) == [first, second]
    assert attach_confirmation(order=other, upload=sample.picture(), by=rep) == confirmations_of(other).get() != first


def test_it_shows_prices_so_operations_do_not_read_it(order, rep, as_rep, as_finance, as_operations):
    kept = attach_confirmation(order=order, upload=sample.picture(), by=rep)
    url, tab = kept.get_absolute_url(), reverse("fulfilment:delivery", args=[order.pk])
    assert [client.get(url).status_code for client in (as_rep, as_finance, as_operations)] == [200, 200, 404]
    assert kept.name in as_rep.get(tab).content.decode()
    assert kept.name not in as_operations.get(tab).content.decode()


@pytest.mark.parametrize("content", [b"", sample.EXE])
def test_a_file_that_cannot_be_taken_is_said_beside_it(order, as_rep, content):
    answer = as_rep.post(url_of(order), {"confirmation": sample.upload("确认书.jpg", content)})
    assert answer.status_code == 422
    assert answer.context["confirmation_error"]
    assert not confirmations_of(order).exists()


@pytest.mark.parametrize("who", ["finance", "operations", "service", "admin"])
def test_only_sales_attach_it(order, request, who):
    with pytest.raises(PermissionDenied):
        attach_confirmation(order=order, upload=sample.picture(), by=request.getfixturevalue(who))


def test_it_belongs_to_an_approved_order(customer, rep):
    order = make_order(customer=customer, status=Status.FINANCE_REVIEW)
    with pytest.raises(ValidationError):
        attach_confirmation(order=order, upload=sample.picture(), by=rep)

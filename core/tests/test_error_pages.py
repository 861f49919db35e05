"""What is not found or not allowed is answered by pages of ours, also while DEBUG is on."""

import pytest
from django.test import Client

from tests.factories import make_order

PAGES = {"404.html", "403.html", "403_csrf.html", "405.html"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _debugging(settings):
    settings.DEBUG = True


def told_by(response) -> tuple[int, str]:
    """The status, and which page of ours the answer is."""
    return response.status_code, next(each.name for each in response.templates if each.name in PAGES)


def is_ours(response) -> bool:
    return b"blank-page" in response.content and b"DEBUG" not in response.content


@pytest.mark.parametrize("path", ["/nowhere/", "/orders/999999/", "/orders/nonsense/", "/files/1/"])
def test_what_does_not_exist_is_our_page(as_rep, path):
    response = as_rep.get(path)
    assert told_by(response) == (404, "404.html")
    assert is_ours(response)


def test_what_is_forbidden_is_our_page_with_its_reason(as_operations):
    response = as_operations.get("/customers/")
    assert told_by(response) == (403, "403.html")
    assert is_ours(response)


def test_a_form_without_its_token_is_our_page(rep):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rep)
    response = client.post("/accounts/password/", {"old_password": "x"})
    assert told_by(response) == (403, "403_csrf.html")
    assert is_ours(response)


def test_the_address_of_a_verb_that_is_looked_at_leads_to_its_record(as_rep):
    order = make_order()
    response = as_rep.get(f"/orders/{order.pk}/withdraw/")
    assert (told_by(response), response["Allow"]) == ((405, "405.html"), "POST")
    assert f'href="/orders/{order.pk}/"' in response.content.decode()
    assert is_ours(response)
    assert b"blank-page" in as_rep.get("/accounts/logout/").content

"""What browsers and proxies may keep: static files, and nothing else. What is not found looks the same everywhere."""

import pytest
from django.urls import reverse

from core.files import store_file
from tests.factories import CustomerFactory, make_order
from tests.sample_files import picture

pytestmark = pytest.mark.django_db


def test_pages_are_never_stored(client, as_rep, rep):
    order = make_order(customer=CustomerFactory(owner=rep, team=rep.team), rep=rep)
    for page in ("/", reverse("customers:list"), order.get_absolute_url(), reverse("customers:suggest"), "/nowhere/"):
        assert "no-store" in as_rep.get(page)["Cache-Control"]
    assert "no-store" in client.get(reverse("login"))["Cache-Control"]
    assert "no-store" in client.get("/")["Cache-Control"]


def test_files_of_people_are_never_stored(as_rep, rep):
    order = make_order(customer=CustomerFactory(owner=rep, team=rep.team), rep=rep)
    answer = as_rep.get(store_file(subject=order, upload=picture(), purpose="", by=rep).get_absolute_url())
    assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
    assert "no-store" in answer["Cache-Control"]
    assert "max-age=3600" not in answer["Cache-Control"]


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("page", ["/nowhere/", "/customers/987654/", "/files/987654/"])
def test_what_is_not_found_has_our_page_also_in_development(as_rep, settings, debug, page):
    settings.DEBUG = debug
    answer = as_rep.get(page)
    assert answer.status_code == 404
    assert "404.html" in [template.name for template in answer.templates]
    assert b"urlpatterns" not in answer.content.lower()


def test_what_is_forbidden_has_our_page_also_in_development(as_operations, settings):
    settings.DEBUG = True
    answer = as_operations.get(reverse("approvals:queue"))
    assert (answer.status_code, answer.templates[0].name) == (403, "403.html")


def test_a_path_without_its_slash_still_leads_on_in_development(as_rep, settings):
    settings.DEBUG = True
    assert as_rep.get("/customers").url == "/customers/"

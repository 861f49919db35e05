"""The questionnaire: a customer fills a requirement in, which arrives once and waits for the owner."""

import pytest
from django.test import Client

from core.links.services import make_link
from core.models import PrivateLink
from core.worklist import items_for
from customers.merge import merge_customers
from requirements.models import Requirement
from requirements.questionnaire import QUESTIONNAIRE, token_of
from requirements.services import record_requirement
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team)


@pytest.fixture
def path(customer, rep):
    return f"/c/{make_link(purpose=QUESTIONNAIRE, record=customer, by=rep)[1]}/"


def test_what_is_filled_in_arrives_on_the_owner_s_worklist(path, customer, rep):
    assert Client().post(path, {"description": "泵站改造", "wanted_date": "2027-01-09"}).status_code == 303
    found = Requirement.objects.get()
    assert (found.customer, found.owner, found.status, found.channel) == (customer, rep, "recorded", "questionnaire")
    assert found.number in Client().get(path).content.decode()
    assert [item.what for item in items_for(rep) if item.kind == "requirements"] == [f"{found}：响应客户"]


def test_sent_twice_it_is_one_and_other_words_are_refused_with_what_was_kept(path):
    for _again in range(2):
        assert Client().post(path, {"description": "泵站改造"}).status_code == 303
    answer = Client().post(path, {"description": "别的"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "泵站改造" in page
    assert "已提交过" in page
    assert "别的" in page
    assert "<form" not in page
    assert Requirement.objects.count() == 1


def test_without_words_it_is_shown_again(path):
    answer = Client().post(path, {"description": " ", "specification": "22 kW"})
    assert answer.status_code == 422
    assert "22 kW" in answer.content.decode()


def test_the_link_is_made_on_the_customer_s_page(as_rep, customer):
    assert "questionnaire" in as_rep.get(f"/fragments/customers/{customer.pk}/requirements/").content.decode()
    answer = as_rep.post(f"/requirements/questionnaire/{customer.pk}/")
    assert answer.url.startswith("/links/")
    assert "/c/" in as_rep.get(answer.url).content.decode()


def test_the_customer_s_page_says_to_whom_it_went_and_what_came_back(as_rep, customer):
    as_rep.post(f"/requirements/questionnaire/{customer.pk}/", {"given_to": "潘峰 项目经理"})
    fragment = f"/fragments/customers/{customer.pk}/requirements/"
    page = as_rep.get(fragment).content.decode()
    assert "潘峰 项目经理" in page
    assert "未打开" in page
    link = PrivateLink.objects.get()
    assert f"/links/{link.pk}/revoke/" in page
    words = {"description": "泵站改造"}
    came = record_requirement(customer=customer, values=words, wanted=[], by=None, token=token_of(link))
    page = as_rep.get(fragment).content.decode()
    assert came.number in page
    assert f"/links/{link.pk}/revoke/" not in page


def test_a_link_of_a_file_that_was_merged_is_seen_on_the_new_file_and_revoked_there(
    as_manager, customer, path, manager
):
    into = CustomerFactory(owner=customer.owner, team=customer.team)
    merge_customers(merged=customer, into=into, by=manager)
    link = PrivateLink.objects.get()
    page = as_manager.get(f"/fragments/customers/{into.pk}/requirements/").content.decode()
    assert f"/links/{link.pk}/revoke/" in page
    assert as_manager.get(f"/links/{link.pk}/").status_code == 200
    answer = as_manager.post(f"/links/{link.pk}/revoke/")
    assert answer.url == into.get_absolute_url()
    assert Client().get(path).status_code == 404
    assert as_manager.post(f"/links/{link.pk}/renew/").status_code == 303
    assert PrivateLink.objects.first().subject == into

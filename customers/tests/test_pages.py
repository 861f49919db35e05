"""The pages of customers: who sees them, what a refused form keeps, what a verb answers."""

import re
import uuid

import pytest
from django.urls import reverse

from customers.models import Customer
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order

NEW = "/customers/new/"


def url(name, customer):
    if name in ("freeze", "unfreeze"):
        return reverse("customers:advance", args=[customer.pk, name])
    return reverse(f"customers:{name}", args=[customer.pk])


def typed(*contacts, primary="0", **values):
    """What the browser posts: a header, and rows of (name, job title, phone)."""
    rows = contacts or [("李强", "采购经理", "0571-8801 8016")]
    data = {"name": "云汀市海雅装备制造有限公司", "submit_token": str(uuid.uuid4()), **values}
    data |= {"contacts-TOTAL_FORMS": len(rows), "contacts-INITIAL_FORMS": 0, "contacts-primary": primary}
    for n, row in enumerate(rows):
        data |= dict(zip([f"contacts-{n}-{part}" for part in ("name", "job_title", "phone")], row, strict=True))
    return data


def retyped(customer, **values):
    """What the browser posts when a stored file with its one contact is saved as it stands."""
    contact = customer.contacts.get()
    data = {"name": customer.name, "short_name": customer.short_name, "industry": customer.industry}
    data |= {name: getattr(customer, name) for name in ("province", "city", "district", "address")}
    data |= {"version": customer.version, "contacts-INITIAL_FORMS": 1, "contacts-0-key": contact.pk}
    return typed((contact.name, contact.job_title, contact.phone)) | data | values


# ---- who sees what ---------------------------------------------------------------------------------------------------


def test_a_rep_sees_own_customers_only(as_rep, as_other_rep, rep):
    customer = CustomerFactory(owner=rep, short_name="海雅装备")
    for name in ("detail", "edit"):
        assert as_rep.get(url(name, customer)).status_code == 200
        assert as_other_rep.get(url(name, customer)).status_code == 404
    assert "海雅装备" in as_rep.get("/customers/").content.decode()
    assert "海雅装备" not in as_other_rep.get("/customers/").content.decode()


def test_a_manager_sees_the_teams_and_unassigned_customers(as_manager, rep, other_rep):
    seen = [CustomerFactory(owner=rep), CustomerFactory(owner=None)]
    foreign = CustomerFactory(owner=other_rep)
    assert [as_manager.get(url("detail", c)).status_code for c in (*seen, foreign)] == [200, 200, 404]


def test_finance_reads_every_file_and_changes_none(as_finance, rep):
    customer = CustomerFactory(owner=rep)
    page = as_finance.get(url("detail", customer))
    assert page.status_code == 200
    assert url("edit", customer) not in page.content.decode()
    assert as_finance.get(url("edit", customer)).status_code == 403
    assert as_finance.get(NEW).status_code == 403
    assert as_finance.post(url("freeze", customer), {"note": "x"}).status_code == 403


def test_operations_have_no_business_with_customer_files(as_operations, rep):
    customer = CustomerFactory(owner=rep)
    assert as_operations.get("/customers/").status_code == 403
    assert as_operations.get("/customers/suggest/").status_code == 403
    assert as_operations.get(NEW).status_code == 403
    assert as_operations.get(url("detail", customer)).status_code == 404
    assert as_operations.post(url("freeze", customer)).status_code == 404


@pytest.mark.parametrize("verb", ["freeze", "unfreeze", "change-owner"])
def test_verbs_are_never_taken_by_get(as_rep, rep, verb):
    assert as_rep.get(url(verb, CustomerFactory(owner=rep))).status_code == 405


def test_nobody_sees_a_customer_without_login(client, rep):
    assert client.get(url("detail", CustomerFactory(owner=rep))).status_code == 302


# ---- the form --------------------------------------------------------------------------------------------------------


def test_a_new_customer_opens_its_page(as_rep, rep):
    answer = as_rep.post(NEW, typed(("李强", "采购经理", "0571-8801 8016"), ("", "", "")))
    customer = Customer.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, customer.get_absolute_url())
    assert (customer.owner, customer.short_name) == (rep, "海雅装备制造")
    assert customer.primary_contact.phone == "0571-8801 8016"


def test_a_short_province_is_stored_in_full_and_a_second_click_is_the_same_file(as_rep):
    data = {**typed(), "province": "浙江", "city": "杭州"}
    answers = [as_rep.post(NEW, data) for _ in range(2)]
    customer = Customer.objects.get()
    assert (customer.province, customer.city) == ("浙江省", "杭州市")
    assert {answer.status_code for answer in answers} == {303}


def test_a_double_click_opens_one_file(as_rep):
    data = typed()
    answers = [as_rep.post(NEW, data) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {Customer.objects.get().get_absolute_url()}


def test_a_refused_form_keeps_every_value_and_names_every_mistake(as_rep):
    data = typed(
        ("李强", "采购经理", "138 0013 8000"),
        ("", "设备工程师", ""),
        credit_code="91110000600037342L",
        name="<script>alert(1)</script>",
        core_needs="=1+1",
        industry="环保设备",
    )
    answer = as_rep.post(NEW, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Customer.objects.exists()
    assert "<script>alert" not in page
    for kept in ("&lt;script&gt;alert(1)", "=1+1", "91110000600037342L", "环保设备", "138 0013 8000", "设备工程师"):
        assert kept in page
    for field in ("credit_code", "contacts-0-phone", "contacts-1-name"):
        assert f'id="err_{field}"' in page
        assert f'href="#id_{field}"' in page
    assert data["submit_token"] in page


def test_a_form_without_a_name_is_refused(as_rep):
    answer = as_rep.post(NEW, typed(name=" "))
    assert answer.status_code == 422
    assert 'id="err_name"' in answer.content.decode()


def test_a_broken_post_is_refused_and_not_a_fault(as_rep):
    assert as_rep.post(NEW, {}).status_code == 422
    assert as_rep.post(NEW, typed(referred_by="🙂", repurchase_on="gestern", owner="x")).status_code == 422


def test_several_contacts_need_one_that_is_marked(as_rep):
    rows = [("李强", "采购经理", ""), ("孙梅", "设备工程师", "")]
    assert as_rep.post(NEW, typed(*rows, primary="")).status_code == 422
    assert as_rep.post(NEW, typed(*rows, primary="7")).status_code == 422
    assert as_rep.post(NEW, typed(*rows, primary="1")).status_code == 303
    assert Customer.objects.get().primary_contact.name == "孙梅"


def test_one_contact_is_the_primary_one_wherever_it_stands(as_rep):
    assert as_rep.post(NEW, typed(("", "", ""), ("孙梅", "", ""))).status_code == 303
    assert Customer.objects.get().primary_contact.name == "孙梅"


def test_a_manager_chooses_an_owner_of_the_team(as_manager, as_rep, rep, other_rep):
    page = as_manager.get(NEW).content.decode()
    assert "王丽" in page
    assert "刘洋" not in page
    assert as_manager.post(NEW, typed(owner=other_rep.pk)).status_code == 422
    assert as_manager.post(NEW, typed(owner=rep.pk)).status_code == 303
    assert Customer.objects.get().owner == rep
    assert 'name="owner"' not in as_rep.get(NEW).content.decode()


def test_a_change_is_saved_with_its_contacts(as_rep, rep):
    customer = CustomerFactory(owner=rep)
    answer = as_rep.post(
        url("edit", customer), retyped(customer, **{"industry": "冶金", "contacts-0-job_title": "总监"})
    )
    customer.refresh_from_db()
    assert (answer.status_code, customer.industry, customer.contacts.get().job_title) == (303, "冶金", "总监")


def test_a_contact_that_left_disappears_from_the_file(as_rep, rep):
    customer = CustomerFactory(owner=rep)
    data = retyped(customer, **{"contacts-0-DELETE": "on", "contacts-0-phone": "13800138000"})
    assert as_rep.post(url("edit", customer), data).status_code == 303
    assert not customer.contacts.exists()


def test_a_lost_update_becomes_a_page_with_both_values(as_rep, as_manager, rep):
    customer = CustomerFactory(owner=rep, industry="环保设备")
    assert as_manager.post(url("edit", customer), retyped(customer, industry="冶金")).status_code == 303
    answer = as_rep.post(url("edit", customer), retyped(customer, industry="造纸"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "冶金" in page
    assert 'value="造纸"' in page
    customer.refresh_from_db()
    assert customer.industry == "冶金"
    assert f'name="version" value="{customer.version}"' in page
    again = as_rep.post(url("edit", customer), retyped(customer, industry="造纸"))
    assert again.status_code == 303
    customer.refresh_from_db()
    assert customer.industry == "造纸"


def test_the_short_name_is_proposed_while_nothing_stands_there(as_rep):
    ask = {"name": "云汀海雅装备有限公司", "province": "云汀省"}
    assert 'value="海雅装备"' in as_rep.get("/customers/short-name/", ask).content.decode()
    assert as_rep.get("/customers/short-name/", ask | {"short_name": "海雅"}).status_code == 204


def test_a_referring_customer_is_taken_by_number_or_id_and_only_if_seen(as_rep, rep, other_rep):
    friend, stranger = CustomerFactory(owner=rep, name="青麦自动化"), CustomerFactory(owner=other_rep)
    data = typed(name="宁远造船厂")
    assert as_rep.post(NEW, data | {"referred_by": stranger.number}).status_code == 422
    assert as_rep.post(NEW, data | {"referred_by": friend.number.lower()}).status_code == 303
    assert Customer.objects.latest("id").referred_by == friend


# ---- likely duplicates -----------------------------------------------------------------------------------------------


@pytest.fixture
def haiya(as_rep, rep):
    as_rep.post(NEW, typed(credit_code="91110000600037341L"))
    return Customer.objects.get()


@pytest.mark.parametrize(
    "values",
    [
        {"name": "海雅装备制造（集团）股份有限公司"},
        {"name": "海亚装备制造有限公司"},
        {"name": "海雅装备制造厂"},
    ],
)
def test_a_name_that_is_the_same_or_nearly_so_asks_first(as_rep, haiya, values):
    data = typed(("周建", "", "8055"), **values)
    answer = as_rep.post(NEW, data)
    assert answer.status_code == 422
    assert haiya.get_absolute_url() in answer.content.decode()
    assert as_rep.post(NEW, data | {"create_anyway": str(haiya.pk)}).status_code == 303


def test_the_same_phone_asks_first(as_rep, haiya):
    data = typed(("周建", "", "(0571) 88018016"), name="青麦自动化有限公司")
    assert as_rep.post(NEW, data).status_code == 422
    assert as_rep.post(NEW, data | {"create_anyway": f"{haiya.pk},999"}).status_code == 303


def test_another_company_is_not_taken_for_a_duplicate(as_rep, haiya):
    assert as_rep.post(NEW, typed(("周建", "", "8016"), name="海宁造船有限公司")).status_code == 303


def test_a_tick_for_one_file_does_not_cover_another(as_rep, haiya, rep):
    data = typed(name="海雅装备制造有限公司", create_anyway="999")
    assert as_rep.post(NEW, data).status_code == 422


def test_the_same_credit_code_cannot_be_created_anyway(as_rep, haiya):
    data = typed(("周建", "", ""), name="青麦自动化", credit_code="91110000600037341L", create_anyway=str(haiya.pk))
    answer = as_rep.post(NEW, data)
    assert answer.status_code == 422
    assert 'id="err_credit_code"' in answer.content.decode()


def test_a_duplicate_that_somebody_else_owns_is_not_shown(as_other_rep, haiya):
    page = as_other_rep.post(NEW, typed(("周建", "", ""), name="海雅装备制造有限公司")).content.decode()
    assert 'name="create_anyway"' in page
    assert haiya.number not in page
    assert haiya.get_absolute_url() not in page


# ---- verbs -----------------------------------------------------------------------------------------------------------


def test_a_frozen_customer_is_not_offered_for_orders(as_rep, rep):
    customer = CustomerFactory(owner=rep)
    assert as_rep.post(url("freeze", customer), {"note": "破产清算"}).status_code == 303
    page = as_rep.get(url("detail", customer)).content.decode()
    assert "破产清算" in page
    assert f"?customer={customer.pk}" not in page
    assert as_rep.get("/customers/suggest/").json() == {"results": []}
    as_rep.post(url("unfreeze", customer), {"note": "重整"})
    assert f"?customer={customer.pk}" in as_rep.get(url("detail", customer)).content.decode()


def test_a_refused_verb_leads_back_with_a_message_and_a_foreign_one_is_404(as_rep, as_other_rep, rep):
    customer = CustomerFactory(owner=rep)
    answer = as_rep.post(url("freeze", customer), {"note": " "}, follow=True)
    assert answer.redirect_chain[0][1] == 303
    assert 'role="alert"' in answer.content.decode()
    assert as_other_rep.post(url("freeze", customer), {"note": "x"}).status_code == 404


def test_a_manager_changes_the_owner_and_a_rep_may_not(as_manager, as_rep, manager, rep, team, other_rep):
    second = UserFactory(team=team, name="赵云")
    customer = CustomerFactory(owner=rep)
    assert "赵云" in as_manager.get(url("detail", customer)).content.decode()
    assert as_rep.post(url("change-owner", customer), {"owner": second.pk}).status_code == 403
    assert as_manager.post(url("change-owner", customer), {"owner": other_rep.pk}).status_code == 403
    assert as_manager.post(url("change-owner", customer), {"owner": "abc"}).status_code == 404
    assert as_manager.post(url("change-owner", customer), {"owner": second.pk}).status_code == 303
    assert as_rep.get(url("detail", customer)).status_code == 404


# ---- list and type-ahead ---------------------------------------------------------------------------------------------


def test_the_list_finds_filters_and_sorts(as_manager, rep):
    CustomerFactory(owner=rep, short_name="海雅装备", search_key="c1 海雅装备 hyzb", name_pinyin="haiya", grade="A")
    CustomerFactory(owner=None, short_name="青麦自动化", search_key="c2", name_pinyin="qingmai", province="浙江省")
    shown = {
        "q=hyzb": "海雅装备",
        "grade=A": "海雅装备",
        f"owner={rep.pk}": "海雅装备",
        "owner=none": "青麦自动化",
        "province=浙江省": "青麦自动化",
    }
    for query, name in shown.items():
        page = as_manager.get(f"/customers/?{query}").content.decode()
        assert [n for n in ("海雅装备", "青麦自动化") if f">{n}</a>" in page] == [name], query
    page = as_manager.get("/customers/?sort=name_pinyin").content.decode()
    assert page.index(">海雅装备<") < page.index(">青麦自动化<")
    assert as_manager.get("/customers/?sort=address&active=maybe&owner=zzz&at=junk").status_code == 200


def test_a_long_list_is_turned_page_by_page(as_rep, rep):
    CustomerFactory.create_batch(53, owner=rep)
    first = as_rep.get("/customers/").content.decode()
    forward = re.search(r'rel="next" href="([^"]+)"', first).group(1)
    second = as_rep.get(f"/customers/{forward}").content.decode()
    assert [page.count("<tr data-href") for page in (first, second)] == [50, 3]
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_the_type_ahead_offers_active_customers_one_may_see(as_rep, rep, other_rep):
    mine = CustomerFactory(owner=rep, short_name="海雅装备")
    CustomerFactory(owner=rep, status="frozen")
    CustomerFactory(owner=other_rep)
    (found,) = as_rep.get("/customers/suggest/?q=hyzb").json()["results"]
    assert found["value"] == mine.pk
    assert found["text"] == f"海雅装备 · {mine.number}"
    assert (found["grade"], found["contact"]) == ("C", "李强 采购经理")


def test_an_empty_list_says_what_belongs_there(as_rep, as_finance):
    assert NEW in as_rep.get("/customers/").content.decode()
    assert NEW not in as_finance.get("/customers/").content.decode()


def test_what_people_type_is_text_on_every_page(as_rep, rep):
    evil = "<script>alert(1)</script>"
    customer = CustomerFactory(owner=rep, short_name=evil, name=evil, core_needs=evil, address=evil)
    for page in ("/customers/", url("detail", customer), url("edit", customer)):
        text = as_rep.get(page).content.decode()
        assert evil not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(as_rep, rep, language):
    rep.language = language
    rep.save()
    customer = CustomerFactory(owner=rep)
    for page in ("/customers/", NEW, url("detail", customer), url("edit", customer)):
        assert as_rep.get(page).status_code == 200


# ---- cost ------------------------------------------------------------------------------------------------------------


def test_a_list_costs_the_same_with_many_rows(as_manager, rep, django_assert_max_num_queries):
    CustomerFactory.create_batch(30, owner=rep)
    as_manager.get("/customers/")
    with django_assert_max_num_queries(11):
        as_manager.get("/customers/")


def test_a_page_costs_the_same_with_a_long_file(as_rep, rep, django_assert_max_num_queries):
    customer = CustomerFactory(owner=rep)
    as_rep.get(url("detail", customer))
    with django_assert_max_num_queries(9):
        as_rep.get(url("detail", customer))


@pytest.mark.parametrize("query", ["customer_type=new", "cooperation=active", "industry=环保设备", "grade=C"])
def test_the_list_is_filtered_by_what_orders_made_of_a_customer(as_rep, rep, query):
    found = make_order(customer=CustomerFactory(owner=rep, team=rep.team), status=Status.APPROVED).customer
    other = CustomerFactory(owner=rep, team=rep.team, industry="光学", grade="A")
    page = as_rep.get(f"/customers/?{query}").content.decode()
    assert found.get_absolute_url() in page
    assert other.get_absolute_url() not in page


def test_the_file_shows_what_its_orders_come_to(as_rep, rep):
    customer = make_order(customer=CustomerFactory(owner=rep, team=rep.team), status=Status.APPROVED).customer
    page = as_rep.get(customer.get_absolute_url()).content.decode()
    assert "10,000.00" in page
    assert "合作中" in page

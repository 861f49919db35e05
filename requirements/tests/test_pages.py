"""The pages of requirements as sales people use them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.links.services import digest_of
from core.models import PrivateLink
from core.worklist import items_for
from requirements.models import Requirement
from tests.factories import CustomerFactory, ProductFactory, QuestionFactory, RequirementFactory
from tests.sample_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, short_name="望星楼电气")


@pytest.fixture
def requirement(customer):
    return RequirementFactory(customer=customer)


def typed(**more):
    words = {
        "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "channel": "call",
        "priority": "urgent",
        "description": "泵站改造，变频柜 8 台",
        "wanted": "VF-022 8",
    }
    return {**words, **more}


def text(response) -> str:
    return response.content.decode()


def test_a_requirement_is_recorded_for_a_customer(as_rep, customer):
    ProductFactory(code="VF-022", list_price=5480)
    page = as_rep.get(f"/requirements/new/?customer={customer.number}")
    assert "望星楼电气" in text(page)
    token = page.context["form"]["submit_token"].value()
    for _again in range(2):
        answer = as_rep.post(f"/requirements/new/?customer={customer.pk}", typed(submit_token=token))
        assert answer.status_code == 303
    requirement = Requirement.objects.get()
    shown = text(as_rep.get(requirement.get_absolute_url()))
    assert "43,840.00" in shown
    assert "泵站改造" in shown


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(as_rep, customer):
    answer = as_rep.post(f"/requirements/new/?customer={customer.pk}", typed(wanted="变频器", budget_to="-1"))
    assert answer.status_code == 422
    assert {"wanted", "budget_to"} <= set(answer.context["form"].errors)
    assert "泵站改造" in text(answer)


def test_without_a_customer_the_page_asks_whose_it_is(as_rep, customer):
    assert as_rep.get("/requirements/new/").status_code == 200
    assert as_rep.get("/requirements/new/?customer=C9999999").status_code == 422


def test_the_list_filters_and_is_found_by_number_and_customer(as_rep, requirement, customer):
    lost = RequirementFactory(customer=customer, status="lost", priority="long_term", description="化验室通风柜")
    month = f"{timezone.localdate() + timedelta(days=20):%Y-%m}"
    wanted = RequirementFactory(customer=customer, wanted_date=timezone.localdate() + timedelta(days=20))

    def listed(query):
        return {row.pk for row in as_rep.get(f"/requirements/?{query}").context["rows"]}

    assert listed("") == {requirement.pk, lost.pk, wanted.pk}
    assert listed("status=lost") == {lost.pk}
    assert listed("status=unanswered") == {requirement.pk, wanted.pk}
    assert listed("priority=long_term") == {lost.pk}
    assert listed(f"wanted={month}") == {wanted.pk}
    assert listed(f"q={lost.number.lower()}") == {lost.pk}
    assert listed("q=望星楼") == {requirement.pk, lost.pk, wanted.pk}
    assert listed("q=hystfg") == {lost.pk}
    assert listed("wanted=nonsense&sort=number") == {requirement.pk, lost.pk, wanted.pk}


def test_the_header_s_search_finds_it(as_rep, requirement):
    answer = as_rep.get(f"/search/?q={requirement.number}")
    assert answer.url == requirement.get_absolute_url()


def test_questions_are_asked_and_answered_on_the_page(as_rep, requirement):
    url = requirement.get_absolute_url()
    as_rep.post(f"{url}ask/", {"answer-question": "室内还是室外？"})
    question = requirement.questions.get()
    as_rep.post(f"{url}answer/", {"answer-about": question.pk, "answer-answer": "室内", "answer-answered_by": "潘峰"})
    shown = text(as_rep.get(url))
    assert "室内，" not in shown
    assert "潘峰" in shown
    assert "1 个中 0 个待答复" in shown


def test_a_refused_question_stays_in_its_box(as_rep, requirement):
    url = requirement.get_absolute_url()
    as_rep.post(f"{url}ask/", {"answer-question": "长" * 1500})
    assert "长" * 1500 in text(as_rep.get(url))


def test_a_confirmed_one_is_not_edited_and_says_why(as_rep, customer):
    requirement = RequirementFactory(customer=customer, status="confirmed")
    answer = as_rep.get(f"{requirement.get_absolute_url()}edit/", follow=True)
    assert "请先提一个问题" in text(answer)


def test_somebody_else_s_change_is_shown_beside_what_was_typed(as_rep, as_manager, requirement):
    url = f"{requirement.get_absolute_url()}edit/"
    version = as_rep.get(url).context["form"]["version"].value()
    assert as_manager.post(url, typed(version=version, description="十台")).status_code == 303
    answer = as_rep.post(url, typed(version=version, description="八台"))
    assert answer.status_code == 422
    assert [each.theirs for each in answer.context["form"].conflict] == ["十台"]
    again = answer.context["form"].data["version"]
    assert as_rep.post(url, typed(version=again, description="八台")).status_code == 303


def test_it_is_confirmed_with_a_letter(as_rep, requirement):
    url = f"{requirement.get_absolute_url()}confirm/"
    words = {"confirmed_by": "潘峰", "confirmed_on": f"{timezone.localdate()}"}
    assert as_rep.post(url, words).status_code == 422
    assert as_rep.post(url, {**words, "letter": picture()}).status_code == 303
    requirement.refresh_from_db()
    assert requirement.status == "confirmed"


def test_an_open_question_stands_against_the_confirmation(as_rep, requirement):
    QuestionFactory(requirement=requirement)
    words = {"confirmed_by": "潘峰", "confirmed_on": f"{timezone.localdate()}", "letter": picture()}
    answer = as_rep.post(f"{requirement.get_absolute_url()}confirm/", words)
    assert answer.status_code == 422
    assert "还有 1 个问题" in text(answer)


def test_files_of_the_customer_are_kept_with_it(as_rep, as_other_rep, requirement):
    as_rep.post(f"{requirement.get_absolute_url()}attach/", {"file": picture()})
    page = as_rep.get(requirement.get_absolute_url())
    (file,) = page.context["files"]
    assert as_rep.get(file.get_absolute_url()).status_code == 200
    assert as_other_rep.get(file.get_absolute_url()).status_code == 404


def test_a_file_that_is_sent_twice_is_kept_once(as_rep, requirement):
    for _click in range(2):
        as_rep.post(f"{requirement.get_absolute_url()}attach/", {"file": picture()})
    assert len(as_rep.get(requirement.get_absolute_url()).context["files"]) == 1


def test_the_paper_is_called_as_teams_call_it(as_rep, requirement):
    assert "客户需求记录表" in text(as_rep.get(f"{requirement.get_absolute_url()}print/"))


def test_the_customer_s_page_shows_its_requirements(as_rep, requirement, customer):
    fragment = as_rep.get(f"/fragments/customers/{customer.pk}/requirements/")
    assert requirement.number in text(fragment)
    assert f"/fragments/customers/{customer.pk}/requirements/" in text(as_rep.get(customer.get_absolute_url()))


def test_the_link_is_made_once_and_leads_to_its_document(as_rep, requirement):
    answer = as_rep.post(f"{requirement.get_absolute_url()}send_summary/", {"version": requirement.version})
    link = PrivateLink.objects.get()
    token = answer.cookies[f"link-{link.pk}"].value
    assert digest_of(token) == link.digest
    assert f"/c/{token}/" in text(as_rep.get(answer.url))
    assert requirement.number in text(as_rep.get(requirement.get_absolute_url()))


@pytest.mark.parametrize("version", ["7", "seven"])
def test_an_outdated_page_makes_no_link(as_rep, requirement, version):
    as_rep.post(f"{requirement.get_absolute_url()}send_summary/", {"version": version})
    assert not PrivateLink.objects.exists()


# ---- worklist --------------------------------------------------------------------------------------------------------


def whats(user) -> list[str]:
    return [item.what for item in items_for(user) if item.kind == "requirements"]


def test_a_first_answer_waits_for_the_owner_and_nobody_else(requirement, rep, other_rep, manager):
    assert whats(rep) == [f"{requirement}：响应客户"]
    assert whats(other_rep) == whats(manager) == []
    requirement.customer.owner = None


def test_nobody_s_requirement_waits_for_the_managers(manager, rep):
    requirement = RequirementFactory(customer=CustomerFactory(owner=None))
    assert whats(manager) == [f"{requirement}：响应客户"]
    assert whats(rep) == []


def test_what_the_customer_said_waits_until_it_is_answered(requirement, rep):
    QuestionFactory(requirement=requirement, asked_by=None, text="应该是十台")
    assert f"{requirement}：客户指出不对的地方" in whats(rep)


def test_wanted_products_are_compared_too_when_somebody_else_saved_first(as_rep, as_manager, requirement):
    ProductFactory(code="VF-022", name="变频器", specification="")
    url = f"/requirements/{requirement.pk}/edit/"
    form = as_rep.get(url).context["form"]
    version = form["version"].value()
    assert as_manager.post(url, typed(version=version, wanted="VF-022 6")).status_code == 303
    answer = as_rep.post(url, typed(version=version, wanted="VF-022 8\n电缆 20"))
    found = {each.label: (each.theirs, each.mine) for each in answer.context["form"].conflict}
    assert found["需要的商品"] == ("变频器 × 6", "变频器 × 8; 电缆 × 20")


def test_equal_products_are_no_difference(as_rep, as_manager, requirement):
    url = f"/requirements/{requirement.pk}/edit/"
    version = as_rep.get(url).context["form"]["version"].value()
    as_manager.post(url, typed(version=version, wanted="电缆 6", description="甲"))
    answer = as_rep.post(url, typed(version=version, wanted="电缆 × 6", description="乙"))
    assert [each.label for each in answer.context["form"].conflict] == ["需求描述"]


def test_links_end_and_begin_anew_beside_the_record(as_rep, requirement):
    as_rep.post(f"{requirement.get_absolute_url()}send_summary/", {"version": requirement.version})
    first = PrivateLink.objects.get()
    page = text(as_rep.get(requirement.get_absolute_url()))
    assert f"/links/{first.pk}/revoke/" in page
    assert f"/links/{first.pk}/renew/" in page
    shown = as_rep.post(f"/links/{first.pk}/renew/")
    first.refresh_from_db()
    newer = PrivateLink.objects.latest("pk")
    assert (first.revoked_at is not None, newer.is_open, newer.pk != first.pk) == (True, True, True)
    assert "/c/" in text(as_rep.get(shown.url))
    as_rep.post(f"/links/{newer.pk}/revoke/")
    assert f"/links/{newer.pk}/revoke/" not in text(as_rep.get(requirement.get_absolute_url()))


def test_who_keeps_no_requirements_ends_no_link(as_finance, as_rep, requirement):
    as_rep.post(f"{requirement.get_absolute_url()}send_summary/", {"version": requirement.version})
    link = PrivateLink.objects.get()
    assert "/renew/" not in text(as_finance.get(requirement.get_absolute_url()))
    assert as_finance.post(f"/links/{link.pk}/renew/").status_code == 403
    assert PrivateLink.objects.count() == 1


# ---- why they were lost ----------------------------------------------------------------------------------------------


def lose(customer, reason="price", **more):
    requirement = RequirementFactory(customer=customer, status="lost")
    Requirement.objects.filter(pk=requirement.pk).update(lost_reason=reason, **more)
    return requirement


def test_losses_are_counted_by_month_owner_and_reason(as_manager, customer, rep):
    today = timezone.localdate()
    lose(customer)
    lose(customer)
    lose(customer, "date")
    lose(customer, lost_on=today - timedelta(days=400))
    lose(CustomerFactory())
    (row,) = as_manager.get("/requirements/lost/").context["rows"]
    assert (row.month, row.owner, row.total) == (today.replace(day=1), str(rep), 3)
    assert as_manager.get("/requirements/lost/").context["sums"] == [("价格", 2), ("交期", 1)]


def test_what_is_late_stands_first_in_the_list(as_rep, customer):
    answered = RequirementFactory(customer=customer, responded_at=timezone.now(), status="clarifying")
    waiting = RequirementFactory(customer=customer)
    long_ago = timezone.now() - timedelta(days=30)
    late = RequirementFactory(customer=customer, received_at=long_ago)
    rows = list(as_rep.get("/requirements/").context["page"].rows)
    assert [row.pk for row in rows] == [late.pk, waiting.pk, answered.pk]

"""Private links, tried as somebody would who should not get in."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import registries
from core.links.limit import forget_old_tries
from core.links.purposes import link_purpose
from core.links.services import digest_of, make_link, revoke_link
from core.models import Event, ImportRun, LinkTry, PrivateLink
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
WRONG = "A" * 43


@pytest.fixture
def shown():
    """What the purpose of these tests was asked for, and whether its form was taken."""
    return []


@pytest.fixture
def purpose(monkeypatch, shown):
    monkeypatch.setattr(registries, "link_purposes", dict(registries.link_purposes))

    def show(visit):
        shown.append((visit.record, visit.sends, visit.refused))
        return HttpResponse(f"document {visit.record.name} {visit.refused}")

    return link_purpose(
        "trial",
        "试验",
        "core.ImportRun",
        allows=lambda user, record: user.pk == record.brought_by_id,
        is_over=lambda record: record.imported_at is not None,
    )(show)


@pytest.fixture
def run(rep):
    return ImportRun.objects.create(kind="customers", name="客户.xlsx", sha256="0" * 64, brought_by=rep)


@pytest.fixture
def given(purpose, run, rep):
    """The link and its token."""
    return make_link(purpose=purpose, record=run, by=rep)


def page(token, **more):
    return Client(**more).get(f"/c/{token}/")


def expire(link):
    """The link as it is when its days are over."""
    long_ago = timezone.now() - timedelta(days=90)
    return PrivateLink.objects.create(
        digest=digest_of("expired"),
        purpose=link.purpose,
        subject_type=link.subject_type,
        subject_id=link.subject_id,
        made_by=link.made_by,
        made_at=long_ago,
        expires_at=long_ago + timedelta(days=30),
    )


def plain(response) -> str:
    """The page without what is drawn anew for every form."""
    return re.sub(r'value="\w{64}"', "", response.content.decode())


def test_a_link_shows_its_document_without_a_login(given, run, shown):
    response = page(given[1])
    assert response.status_code == 200
    assert shown == [(run, False, "")]
    assert "sessionid" not in response.cookies


def test_nothing_that_opens_the_document_is_kept(given):
    link, token = given
    assert len(token) == 43  # 256 bits
    kept = [str(getattr(link, field.attname)) for field in PrivateLink._meta.concrete_fields]
    kept += [str(event.data) for event in Event.objects.all()]
    assert not [text for text in kept if token in text]


def test_pages_of_links_are_neither_indexed_nor_kept_nor_told_to_others(given):
    for response in (page(given[1]), page(WRONG)):
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        assert "no-store" in response["Cache-Control"]


def test_wrong_expired_revoked_and_finished_links_are_one_page(given, purpose, run, rep):
    link, token = given
    expire(link)
    revoked, gone = make_link(purpose=purpose, record=run, by=rep)
    revoke_link(link=revoked, by=rep)
    over = ImportRun.objects.create(
        kind="customers", name="x", sha256="0" * 64, brought_by=rep, imported_at=timezone.now()
    )
    PrivateLink.objects.create(
        digest=digest_of("over"),
        purpose="trial",
        subject_type=link.subject_type,
        subject_id=over.pk,
        made_by=rep,
        expires_at=timezone.now() + timedelta(days=1),
    )
    tried = [WRONG, "expired", gone, "over", "x" * 5000, token[:-1], token.swapcase(), digest_of(token)]
    answers = [page(text) for text in tried]
    assert {answer.status_code for answer in answers} == {404}
    assert len({plain(answer) for answer in answers}) == 1


def test_wrong_expired_and_revoked_links_ask_the_database_the_same(given, purpose, run, rep):
    expire(given[0])
    revoked, gone = make_link(purpose=purpose, record=run, by=rep)
    revoke_link(link=revoked, by=rep)
    asked = []
    for token in (WRONG, "expired", gone):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(token)
        asked.append([re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries])
    assert asked[0] == asked[1] == asked[2]


def test_the_page_is_ours_also_while_debug_is_on(given, settings):
    settings.DEBUG = True
    assert "打不开" in page(WRONG).content.decode()


def test_an_address_that_tries_too_often_gets_nothing_for_a_while(given, settings):
    settings.LINK_TRIES_AN_ADDRESS = 3
    assert [page(WRONG).status_code for _n in range(5)] == [404, 404, 404, 429, 429]
    assert page(given[1]).status_code == 429
    assert page(given[1], REMOTE_ADDR="203.0.113.9").status_code == 200
    assert LinkTry.objects.count() == 3
    LinkTry.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert page(given[1]).status_code == 200


def test_an_address_is_what_a_proxy_of_ours_saw_and_not_what_anybody_writes(given, settings):
    settings.LINK_TRIES_AN_ADDRESS = 2
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    for n in range(2):
        page(WRONG, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"1.1.1.{n}, 203.0.113.7")
    assert page(WRONG, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7").status_code == 429
    assert page(WRONG, REMOTE_ADDR="198.51.100.4", HTTP_X_FORWARDED_FOR="203.0.113.8").status_code == 404


def test_whoever_opens_a_good_link_again_and_again_is_not_kept_out(given, settings):
    settings.LINK_TRIES_AN_ADDRESS = 2
    assert {page(given[1]).status_code for _n in range(6)} == {200}


def test_old_tries_are_forgotten(given):
    page(WRONG)
    assert forget_old_tries() == 0
    LinkTry.objects.update(at=timezone.now() - timedelta(days=2))
    assert forget_old_tries() == 1


def test_looking_sets_nothing_but_when_it_was_opened(given):
    link, token = given
    before = PrivateLink.objects.filter(pk=link.pk).values().get()
    Client().head(f"/c/{token}/")
    assert PrivateLink.objects.filter(pk=link.pk).values().get() == before
    page(token)
    opened = {"opened_first_at", "opened_last_at"}
    after = PrivateLink.objects.filter(pk=link.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == opened
    page(token)
    assert PrivateLink.objects.get(pk=link.pk).opened_first_at == after["opened_first_at"]


def sent(token, client=None, **values):
    return (client or Client()).post(f"/c/{token}/", values)


def test_a_form_comes_in_by_the_link(given, shown):
    assert sent(given[1]).status_code == 200
    assert shown[-1][1:] == (True, "")


def test_nothing_comes_in_by_a_link_after_it_was_revoked(given, rep, shown):
    browser = Client()
    browser.get(f"/c/{given[1]}/")
    revoke_link(link=given[0], by=rep)
    assert sent(given[1], browser).status_code == 404
    assert [taken for _record, taken, _refused in shown] == [False]


def test_a_form_without_the_token_of_its_page_is_shown_again_and_not_taken(given, shown):
    response = sent(given[1], Client(enforce_csrf_checks=True), words="不对")
    assert response.status_code == 200
    assert "请再发送一次" in response.content.decode()
    assert shown[-1][1] is False


def test_a_page_without_a_referrer_may_send_its_form(given, shown):
    """Browsers send ``Origin: null`` from such a page, and no Referer, also over https."""
    browser = Client(enforce_csrf_checks=True)
    token = browser.get(f"/c/{given[1]}/", secure=True).cookies["csrftoken"].value
    words = {"csrfmiddlewaretoken": token}
    browser.post(f"/c/{given[1]}/", words, secure=True, HTTP_ORIGIN="null")
    assert shown[-1][1:] == (True, "")
    browser.post(f"/c/{given[1]}/", words, secure=True, HTTP_ORIGIN="https://elsewhere.example")
    assert shown[-1][1] is False


def test_a_huge_form_is_not_taken(given, shown):
    assert sent(given[1], words="长" * 200_000).status_code == 413
    assert shown == []


def test_forms_are_limited_too(given, settings, shown):
    settings.LINK_TRIES_AN_ADDRESS = 3
    assert [sent(given[1]).status_code for _n in range(5)] == [200, 200, 200, 429, 429]


def test_other_methods_are_none(given):
    assert [getattr(Client(), verb)(f"/c/{given[1]}/").status_code for verb in ("put", "delete", "patch")] == [405] * 3


def test_pages_are_chinese_unless_asked_for_in_english(given):
    assert 'lang="zh-Hans"' in page(WRONG, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert 'lang="en"' in Client().get(f"/c/{WRONG}/?language=en").content.decode()
    assert 'lang="zh-Hans"' in Client().get(f"/c/{WRONG}/?language=klingon").content.decode()


# ---- for staff -------------------------------------------------------------------------------------------------------


def test_only_who_may_gives_a_link_away(purpose, run):
    with pytest.raises(PermissionDenied):
        make_link(purpose=purpose, record=run, by=UserFactory())


def test_only_who_may_give_a_link_away_revokes_it(given):
    with pytest.raises(PermissionDenied):
        revoke_link(link=given[0], by=UserFactory())
    assert PrivateLink.objects.get().is_open


def test_the_link_is_shown_only_in_the_browser_that_made_it(given, as_rep):
    link, token = given
    path = f"/links/{link.pk}/"
    assert token not in as_rep.get(path).content.decode()
    as_rep.cookies[f"link-{link.pk}"] = token
    shown = as_rep.get(path).content.decode()
    assert f"http://testserver/c/{token}/" in shown
    assert "<svg viewBox" in shown
    as_rep.cookies[f"link-{link.pk}"] = WRONG
    assert "/c/" not in as_rep.get(path).content.decode()


def test_a_link_of_a_foreign_record_does_not_exist(given, as_manager):
    assert as_manager.get(f"/links/{given[0].pk}/").status_code == 404
    assert as_manager.post(f"/links/{given[0].pk}/revoke/").status_code == 404
    assert PrivateLink.objects.get().is_open


def test_a_link_is_revoked_once_and_stays_so(given, as_rep):
    for _again in range(2):
        assert as_rep.post(f"/links/{given[0].pk}/revoke/").status_code == 303
    assert page(given[1]).status_code == 404
    assert list(Event.objects.filter(verb="link_revoked").values_list("data", flat=True)) == [{"link": given[0].pk}]


@pytest.mark.parametrize(
    "change", [{"digest": "0" * 64}, {"subject_id": 0}, {"expires_at": timezone.now() + timedelta(days=900)}]
)
def test_the_database_keeps_a_link_as_it_was_made(given, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        PrivateLink.objects.update(**change)


def test_the_database_lets_no_revoked_link_live_again(given, rep):
    revoke_link(link=given[0], by=rep)
    with pytest.raises(DatabaseError), transaction.atomic():
        PrivateLink.objects.update(revoked_at=None, revoked_by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        PrivateLink.objects.all()._raw_delete("default")

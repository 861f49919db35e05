"""The pages of jobs and messages: one's own only, live ones renew themselves, verbs by POST."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.jobs import runner, table
from core.messages import tell
from core.models import Job, Message
from core.sentences import stored_sentence
from core.tests import sample_jobs  # noqa: F401  (registers the kinds)

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def job(rep):
    return table.enqueue("sample.file", owner=rep, arguments={"text": "content"})


@pytest.fixture
def done(job):
    runner.run_job(job.pk)
    job.refresh_from_db()
    return job


def page_of(client, job, **headers):
    return client.get(job.get_absolute_url(), **headers)


def test_a_person_sees_their_own_jobs(as_rep, rep, finance, job):
    table.enqueue("sample.break", owner=finance)
    page = as_rep.get(reverse("jobs")).content.decode()
    assert "Write a file" in page
    assert "Break" not in page


def test_an_administrator_sees_the_systems_jobs_too_but_not_others(as_admin, job):
    system = table.enqueue("sample.count", owner=None)
    assert page_of(as_admin, system).status_code == 200
    assert page_of(as_admin, job).status_code == 404


@pytest.mark.parametrize("verb", ["cancel", "repeat"])
def test_a_strangers_job_is_not_there(as_manager, job, verb):
    assert page_of(as_manager, job).status_code == 404
    assert as_manager.post(reverse(f"job-{verb}", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


@pytest.mark.parametrize("client", ["as_manager", "as_admin", "as_other_rep"])
def test_a_file_is_its_owners_only(request, client, done):
    assert request.getfixturevalue(client).get(reverse("job-download", args=[done.pk])).status_code == 404


def test_the_owner_downloads_the_file_under_a_harmless_name(as_rep, done):
    response = as_rep.get(reverse("job-download", args=[done.pk]))
    assert b"".join(response.streaming_content) == b"content"
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "/" not in disposition
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_a_file_that_has_expired_is_said_to_be_gone(as_rep, done):
    Job.objects.update(result_file="")
    assert as_rep.get(reverse("job-download", args=[done.pk])).status_code == 404
    assert "job-repeat" in page_of(as_rep, done).content.decode()


def test_a_live_job_renews_itself_and_a_finished_one_does_not(as_rep, job):
    whole, part = page_of(as_rep, job).content.decode(), page_of(as_rep, job, **HTMX).content.decode()
    assert 'hx-trigger="every 1s"' in part
    assert "<html" in whole
    assert "<html" not in part
    assert "every 2s" in as_rep.get(reverse("jobs"), **HTMX).content.decode()
    runner.run_job(job.pk)
    assert "every 1s" not in page_of(as_rep, job, **HTMX).content.decode()
    assert "every 2s" not in as_rep.get(reverse("jobs"), **HTMX).content.decode()


def test_progress_is_shown_as_a_bar(as_rep, job):
    table.renew(table.claim(job.pk), progress_done=300, progress_total=1200)
    page = page_of(as_rep, job).content.decode()
    assert 'max="1200" value="300"' in page
    assert "300 / 1,200" in page


def test_a_job_that_will_be_tried_again_says_when_and_why(as_rep, rep):
    job = table.enqueue("sample.break", owner=rep)
    runner.run_job(job.pk)
    page = page_of(as_rep, job).content.decode()
    assert "ValueError" in page
    assert "1 / 5" in page


def test_a_job_that_nobody_takes_says_so(as_rep, job):
    assert not job.is_stuck
    Job.objects.update(due_at=timezone.now() - timedelta(minutes=10))
    job.refresh_from_db()
    assert job.is_stuck
    assert "i-alert-triangle" in page_of(as_rep, job).content.decode()


def test_cancelling_leads_back_to_the_job(as_rep, job):
    response = as_rep.post(reverse("job-cancel", args=[job.pk]))
    assert (response.status_code, response.url) == (303, job.get_absolute_url())
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_cancelling_what_is_over_says_so(as_rep, done):
    page = as_rep.post(reverse("job-cancel", args=[done.pk]), follow=True).content.decode()
    assert "note-wait" in page


def test_a_failed_job_can_be_asked_for_once_more(as_rep, rep):
    job = table.enqueue("sample.refuse", owner=rep, unique_key="x")
    runner.run_job(job.pk)
    response = as_rep.post(reverse("job-repeat", args=[job.pk]))
    again = Job.objects.exclude(pk=job.pk).get()
    assert response.url == again.get_absolute_url()
    assert (again.kind, again.unique_key, again.state) == (job.kind, "x", Job.State.QUEUED)


def test_a_live_job_is_not_repeated(as_rep, job):
    as_rep.post(reverse("job-repeat", args=[job.pk]))
    assert Job.objects.count() == 1


@pytest.mark.parametrize("name", ["job-cancel", "job-repeat", "message-open"])
def test_verbs_are_not_taken_by_looking(as_rep, job, rep, name):
    pk = tell(rep, "Hello.").pk if name == "message-open" else job.pk
    assert as_rep.get(reverse(name, args=[pk])).status_code == 405


def test_nobody_sees_jobs_without_logging_in(client, job):
    assert client.get(reverse("jobs")).status_code == 302


def test_an_empty_list_says_what_belongs_there(as_rep):
    assert "i-hourglass" in as_rep.get(reverse("jobs")).content.decode()


def test_the_list_of_jobs_costs_the_same_however_long_it_is(as_rep, rep, django_assert_max_num_queries):
    for _n in range(30):
        table.enqueue("sample.count", owner=rep)
    with django_assert_max_num_queries(5):
        as_rep.get(reverse("jobs"), **HTMX)


# ---- messages --------------------------------------------------------------------------------------------------------


def test_a_message_is_opened_once_and_leads_where_it_says(as_rep, rep):
    message = tell(rep, "“%(job)s” is ready.", "/jobs/", job="X")
    assert "“X”" in as_rep.get(reverse("messages")).content.decode()
    response = as_rep.post(reverse("message-open", args=[message.pk]))
    assert (response.status_code, response.url) == (303, "/jobs/")
    message.refresh_from_db()
    assert message.read_at


def test_a_strangers_message_is_not_there(as_finance, rep):
    message = tell(rep, "Hello.")
    assert as_finance.post(reverse("message-open", args=[message.pk])).status_code == 404
    assert "Hello." not in as_finance.get(reverse("messages")).content.decode()


def test_all_are_marked_as_read_but_not_those_of_others(as_rep, rep, finance):
    for person in (rep, rep, finance):
        tell(person, "Hello.")
    as_rep.post(reverse("messages-read"))
    assert Message.objects.filter(read_at__isnull=True).get().user == finance


def test_a_message_reads_in_the_language_of_its_reader(as_rep, rep):
    tell(rep, "Orders")
    assert "订单" in as_rep.get(reverse("messages")).content.decode()


def test_the_bell_says_how_many_are_unread(as_rep, rep):
    counts = reverse("navigation-counts")
    assert 'data-count="messages"' not in as_rep.get(counts).content.decode()
    tell(rep, "Hello.")
    tell(rep, "Hello again.")
    assert 'data-count="messages"' in as_rep.get(counts).content.decode()
    assert 'data-count="messages"' in as_rep.get(reverse("messages")).content.decode()


def test_text_in_a_message_is_text(as_rep, rep):
    tell(rep, "“%(job)s” is ready.", job="<b>x</b>")
    assert "&lt;b&gt;x" in as_rep.get(reverse("messages")).content.decode()


def test_a_percent_sign_without_values_is_only_a_sign():
    assert str(Message(sentence=stored_sentence("100 % done"))) == "100 % done"


# ---- what somebody watched to its end is no news ---------------------------------------------------------------------


def test_a_job_that_its_owner_watched_to_its_end_stays_out_of_the_bell(as_rep, rep, done):
    assert Message.objects.filter(user=rep, read_at=None).count() == 1
    page_of(as_rep, done, **HTMX)
    assert not Message.objects.filter(user=rep).exists()


def test_what_was_read_before_and_what_is_about_another_job_stays(as_rep, rep, done):
    Message.objects.update(read_at=timezone.now())
    other = table.enqueue("sample.file", owner=rep, arguments={"text": "b"})
    runner.run_job(other.pk)
    page_of(as_rep, done)
    assert Message.objects.count() == 2


def test_a_job_that_still_runs_takes_nothing_back(as_rep, rep, job):
    tell(rep, "Attempt failed", job.get_absolute_url())
    page_of(as_rep, job, **HTMX)
    assert Message.objects.count() == 1

"""Requirements answered in time: by its definition, by the roll-ups, by the command, and in the archive."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone

from analytics.archive.closing import archive_of, request_closing
from analytics.archive.verify import differences as of_archive
from analytics.figures.counting import BY_KEY, differences
from analytics.figures.kpis import RequirementFacts, Share, response_in_time
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Change, Scope
from analytics.rollups.freshness import refresh
from analytics.rollups.lookup import figures_by_month
from core.jobs import runner
from core.workflow import take
from customers.services import change_owner
from orders.statuses import Status
from requirements.models import Requirement
from tests.factories import CustomerFactory, RequirementFactory, UserFactory, make_order

pytestmark = pytest.mark.django_db
LAST = Month.current().shifted(-1)
TODAY = timezone.localdate()


def facts(due: date, responded: date | None = None) -> RequirementFacts:
    return RequirementFacts(due, responded)


def test_the_definition_by_hand():
    november = Month.of(date(2026, 11, 1))
    rows = [
        facts(date(2026, 11, 2), date(2026, 11, 2)),  # on the day
        facts(date(2026, 11, 3), date(2026, 11, 4)),  # a day late
        facts(date(2026, 11, 30)),  # never
        facts(date(2026, 12, 1), date(2026, 11, 30)),  # due in another month
    ]
    assert response_in_time(rows, november, date(2026, 12, 5)) == Share(1, 3)
    # In the running month what is neither over nor answered does not count yet; what is due today is not over.
    assert response_in_time(rows, november, date(2026, 11, 30)) == Share(1, 2)
    assert response_in_time([facts(date(2026, 11, 30), date(2026, 11, 5))], november, date(2026, 11, 6)) == Share(1, 1)


def moment(day: date, hour: int = 0) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def requirement(customer, received: date, answered: date | None = None, hour: int = 0) -> Requirement:
    at = moment(answered, hour) if answered else None
    return RequirementFactory(customer=customer, received_at=moment(received), responded_at=at)


@pytest.fixture
def customers(rep, other_rep):
    return [CustomerFactory(owner=owner, team=owner.team) for owner in (rep, other_rep)]


def counted(segment: Segment, month: Month) -> Share:
    assert refresh()
    return figures_by_month(segment, [month])[month].response


def by_definition(month: Month, **narrowed) -> Share:
    rows = [facts(each.response_due_on, each.responded_on) for each in Requirement.objects.filter(**narrowed)]
    return response_in_time(rows, month, TODAY)


def test_roll_ups_of_every_scope_follow_the_definition(customers, rep):
    rng = Random(7)
    for n in range(60):
        received = LAST.first + timedelta(days=rng.randrange(50))
        received = min(received, TODAY - timedelta(days=1))
        answered = min(received + timedelta(days=rng.randrange(8)), TODAY)
        requirement(customers[n % 2], received, answered if rng.random() < 0.8 else None, rng.choice([0, 7, 23]))
    for month in (LAST, Month.current()):
        assert counted(Segment(), month) == by_definition(month)
        assert counted(Segment(Scope.REP, rep.pk), month) == by_definition(month, owner=rep)
        assert counted(Segment(Scope.TEAM, rep.team_id), month) == by_definition(month, team=rep.team)
        assert list(differences(BY_KEY["responses"], month, TODAY)) == []


def test_a_new_one_an_answer_and_a_hand_over_are_noticed(customers, rep, manager):
    day = LAST.first + timedelta(days=2)
    found = requirement(customers[0], day)
    assert counted(Segment(), LAST) == Share(0, 1)
    assert not Change.objects.exists()
    take(found, "respond", by=rep, note="已回电")
    assert Change.objects.filter(kind="response", month=Month.of(found.response_due_on).first).exists()
    other = UserFactory(team=rep.team)
    change_owner(customer=customers[0], owner=other, by=manager)
    assert counted(Segment(Scope.REP, other.pk), LAST) == Share(0, 1)
    assert counted(Segment(Scope.REP, rep.pk), LAST) == Share()


def test_what_is_due_in_a_month_to_come_is_counted_once_it_has_begun_even_before_the_first_order(
    customers, monkeypatch
):
    coming = Month.current().shifted(1)
    requirement(customers[0], LAST.first)
    RequirementFactory(customer=customers[0], response_due_on=coming.first + timedelta(days=1))
    assert counted(Segment(), LAST) == Share(0, 1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: coming.first + timedelta(days=9))
    assert counted(Segment(), coming) == Share(0, 1)


def kpi(month: Month) -> dict:
    out = StringIO()
    call_command("kpi", str(month), json=True, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_tells_it_and_a_closed_month_keeps_it(customers, finance):
    first = LAST.first
    make_order(customer=customers[0], rep=customers[0].owner, status=Status.APPROVED, order_date=first)
    requirement(customers[0], first, first + timedelta(days=1))
    late = requirement(customers[1], first)
    assert kpi(LAST)["response_in_time"] == 0.5
    request_closing(month=LAST, by=finance)
    runner.run_due()
    assert kpi(LAST)["response_in_time"] == 0.5
    take(late, "respond", by=late.owner, note="晚了")
    requirement(customers[0], first, first)
    refresh()
    assert kpi(LAST)["response_in_time"] == 0.5
    assert list(of_archive(archive_of(LAST))) == []


def test_without_requirements_there_is_no_figure():
    assert kpi(LAST)["response_in_time"] is None

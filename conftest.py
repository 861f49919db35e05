"""The cast of the tests: one person per role, a second rep and manager in another team, and their browsers."""

import pytest
from django.db import connections
from django.test import Client
from django.test import testcases as django_testcases

from accounts.roles import Role
from core import guards
from core.invariants import examine
from core.jobs import bell
from tests.factories import TeamFactory, UserFactory


@pytest.fixture(autouse=True)
def _plain_passwords_and_english_off(settings):
    """Fast password hashes; pages in the default language, Chinese."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AXES_ENABLED = False


@pytest.fixture(autouse=True)
def _files_of_this_test_alone(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """The ids of the jobs for which a worker was woken up; in tests nobody hears it."""
    ids: list[int] = []
    monkeypatch.setattr(bell, "ring", lambda job_id, **options: ids.append(job_id) or True)
    return ids


@pytest.fixture(scope="session", autouse=True)
def _flush_without_guards():
    """A transactional test ends with a flush, which append-only guards would refuse on SQLite."""
    flush = django_testcases.TransactionTestCase._fixture_teardown

    def flush_without_guards(self):
        for alias in self._databases_names(include_mirrors=False):
            guards.drop_all(alias)
        flush(self)
        for alias in self._databases_names(include_mirrors=False):
            guards.create_all(alias)

    django_testcases.TransactionTestCase._fixture_teardown = flush_without_guards
    yield
    django_testcases.TransactionTestCase._fixture_teardown = flush
    connections.close_all()


def is_transactional(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def still_sound(request):
    """At the end of the test every rule of ``check_invariants`` must hold."""
    request.getfixturevalue("transactional_db" if is_transactional(request) else "db")
    yield
    assert [(finding.invariant.name, finding.examples) for finding in examine() if not finding.holds] == []


@pytest.fixture
def team(db):
    return TeamFactory(name="华东组")


@pytest.fixture
def other_team(db):
    return TeamFactory(name="华南组")


@pytest.fixture
def rep(team):
    return UserFactory(username="rep", name="王丽", role=Role.REP, team=team)


@pytest.fixture
def other_rep(other_team):
    return UserFactory(username="other_rep", name="刘洋", role=Role.REP, team=other_team)


@pytest.fixture
def manager(team):
    return UserFactory(username="manager", name="陈志远", role=Role.MANAGER, team=team)


@pytest.fixture
def second_manager(team):
    return UserFactory(username="second_manager", name="孙静", role=Role.MANAGER, team=team)


@pytest.fixture
def other_manager(other_team):
    return UserFactory(username="other_manager", name="何勇", role=Role.MANAGER, team=other_team)


@pytest.fixture
def finance(db):
    return UserFactory(username="finance", name="周敏", role=Role.FINANCE)


@pytest.fixture
def operations(db):
    return UserFactory(username="operations", name="张建国", role=Role.OPERATIONS)


@pytest.fixture
def service(db):
    return UserFactory(username="service", name="吴倩", role=Role.SERVICE)


@pytest.fixture
def admin(db):
    return UserFactory(username="admin", name="管理员", role=Role.ADMIN, is_staff=True, is_superuser=True)


@pytest.fixture
def browser_of():
    """A function: person → a test client that is logged in as them."""

    def log_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture
def as_rep(browser_of, rep):
    return browser_of(rep)


@pytest.fixture
def as_other_rep(browser_of, other_rep):
    return browser_of(other_rep)


@pytest.fixture
def as_manager(browser_of, manager):
    return browser_of(manager)


@pytest.fixture
def as_finance(browser_of, finance):
    return browser_of(finance)


@pytest.fixture
def as_operations(browser_of, operations):
    return browser_of(operations)


@pytest.fixture
def as_service(browser_of, service):
    return browser_of(service)


@pytest.fixture
def as_admin(browser_of, admin):
    return browser_of(admin)

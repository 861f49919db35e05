"""The cast of the tests: one person per role, a second rep and manager in another team, and their browsers."""

import gc
from itertools import count

import hypothesis
import pytest
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.test import testcases as django_testcases
from django.utils import translation

from core import protections
from core.invariants import examine
from core.jobs import bell
from tests import browsers, roles
from tests.cast import make_person, make_team

# A busy machine draws and tries examples slowly, which says nothing about the code.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], database=None
)
hypothesis.settings.load_profile("patient")


def pytest_collection_finish():
    """What is loaded by now stays; looking through it for garbage again and again costs a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_addoption(parser):
    text = "write tests/statements.csv anew instead of comparing with it"
    parser.addoption("--record-statements", action="store_true", help=text)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """SQLite is built from the models, which takes a second; PostgreSQL by the migrations, as an installation is."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A database built from the models is as far as all migrations are (``tests/test_migrations.py``)."""
    with django_db_blocker.unblock():
        recorder, known = MigrationRecorder(connection), MigrationLoader(connection)
        recorder.ensure_schema()
        for app, name in known.graph.nodes.keys() - known.applied_migrations.keys():
            recorder.record_applied(app, name)
    with django_db_blocker.unblock(), roles.application_role():
        django_db_blocker.block()
        yield
        django_db_blocker.restore()


@pytest.fixture(scope="session", autouse=True)
def _lean_settings(django_test_environment):
    """Fast password hashes, no lock-outs, and no look through all static files for each browser."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        AXES_ENABLED=False,
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


@pytest.fixture(autouse=True)
def _patient_dashboard(monkeypatch):
    """The dashboard waits for what a busy machine is slow to count, and leaves to a worker what takes a minute."""
    monkeypatch.setattr("analytics.dashboard.views.PATIENCE", 50.0)


@pytest.fixture(scope="session")
def media_folders(tmp_path_factory):
    """A function: the next folder for uploads and results, which is made by who first writes into it."""
    root, numbers = tmp_path_factory.mktemp("media"), count()
    return lambda: root / str(next(numbers))


@pytest.fixture(autouse=True)
def _language_of_this_test_alone():
    """What a page was asked for in English would otherwise speak English in the next test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _files_of_this_test_alone(settings, media_folders):
    settings.MEDIA_ROOT = media_folders()


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """The ids of the jobs for which a worker was woken up; in tests nobody hears it."""
    ids: list[int] = []
    monkeypatch.setattr(bell, "ring", lambda job_id, **options: ids.append(job_id) or True)
    return ids


@pytest.fixture(scope="session", autouse=True)
def _flush_without_protections():
    """A transactional test ends with a flush, which append-only protections would refuse on SQLite."""
    flush = django_testcases.TransactionTestCase._fixture_teardown

    def flush_without_protections(self):
        with roles.as_owner():
            for alias in self._databases_names(include_mirrors=False):
                protections.drop_all(alias)
            flush(self)
            for alias in self._databases_names(include_mirrors=False):
                protections.create_all(alias)

    django_testcases.TransactionTestCase._fixture_teardown = flush_without_protections
    yield
    django_testcases.TransactionTestCase._fixture_teardown = flush
    connections.close_all()


def is_transactional(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def tables_owner(request):
    """On PostgreSQL the test is the owner of the tables instead of the application's role."""
    request.getfixturevalue("transactional_db" if is_transactional(request) else "db")
    with roles.as_owner():
        yield


@pytest.fixture
def still_sound(request):
    """At the end of the test every rule of ``check_invariants`` must hold."""
    request.getfixturevalue("transactional_db" if is_transactional(request) else "db")
    yield
    assert [(finding.invariant.name, finding.examples) for finding in examine() if not finding.holds] == []


@pytest.fixture
def team(db):
    return make_team("team")


@pytest.fixture
def other_team(db):
    return make_team("other_team")


@pytest.fixture
def rep(team):
    return make_person("rep", team)


@pytest.fixture
def other_rep(other_team):
    return make_person("other_rep", other_team)


@pytest.fixture
def manager(team):
    return make_person("manager", team)


@pytest.fixture
def second_manager(team):
    return make_person("second_manager", team)


@pytest.fixture
def other_manager(other_team):
    return make_person("other_manager", other_team)


@pytest.fixture
def finance(db):
    return make_person("finance")


@pytest.fixture
def operations(db):
    return make_person("operations")


@pytest.fixture
def service(db):
    return make_person("service")


@pytest.fixture
def admin(db):
    return make_person("admin")


@pytest.fixture
def browser_of():
    """A function: person → a test client that is logged in as them."""
    return browsers.browser_of


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

"""One of everybody, for tests that ask what each may."""

import pytest
from django.db import transaction

from tests.browsers import session_of
from tests.cast import one_of_everybody


@pytest.fixture
def people(rep, other_rep, manager, other_manager, finance, operations, service, admin):
    everybody = (rep, other_rep, manager, other_manager, finance, operations, service, admin)
    names = ("rep", "other_rep", "manager", "other_manager", "finance", "operations", "service", "admin")
    return dict(zip(names, everybody, strict=True))


@pytest.fixture(scope="module")
def sessions(django_db_setup, django_db_blocker):
    """One of everybody, logged in once for all tests of a module: name → session; who is anonymous has none."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {name: session_of(person) for name, person in one_of_everybody().items()}
        transaction.set_rollback(True)

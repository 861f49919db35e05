"""A database that stays locked past its timeout."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError

from core.middleware import BusyDatabaseMiddleware


def answer_to(request, problem):
    request.user, request.session = AnonymousUser(), {}
    return BusyDatabaseMiddleware(lambda request: None).process_exception(request, problem)


@pytest.mark.parametrize("words", ["database is locked", "canceling statement due to lock timeout"])
def test_what_was_typed_is_kept_on_a_page_that_asks_to_try_again(rf, words):
    typed = {"name": "<海雅>", "csrfmiddlewaretoken": "secret"}
    response = answer_to(rf.post("/customers/new/", typed), OperationalError(words))
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "&lt;海雅&gt;" in response.content.decode()
    assert "secret" not in response.content.decode()


def test_other_problems_of_the_database_are_not_called_busy(rf):
    assert answer_to(rf.get("/"), OperationalError("no such table")) is None
    assert answer_to(rf.get("/"), ValueError("locked")) is None

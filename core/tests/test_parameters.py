"""What comes beside a form is read in one way, and what cannot be is as if it had not been sent."""

import pytest
from django.http import QueryDict

from core import parameters


def sent(value, name="x"):
    data = QueryDict(mutable=True)
    data.setlist(name, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize(
    ("value", "key"),
    [("12", 12), ("0", 0), ("", None), ("x", None), ("-1", None), ("1.0", None), ("²", None), ("9" * 40, None),
     ("7" * 5000, None), (" 1", None)],
)  # fmt: skip
def test_an_id_has_digits_and_as_many_as_a_database_takes(value, key):
    assert parameters.key(sent(value), "x") == key
    assert parameters.key(QueryDict(), "x") is None


def test_of_many_ids_those_that_are_none_are_left_out():
    assert parameters.keys(sent(["3", "x", "", "9" * 40, "5"]), "x") == [3, 5]


def test_texts_lose_blanks_at_their_ends_and_searches_what_nobody_searches():
    assert parameters.text(sent("  急件 \n"), "x") == "急件"
    assert parameters.text(QueryDict(), "x") == ""
    assert len(parameters.searched(sent("水" * 9000, "q"))) == parameters.LONGEST_SEARCH


@pytest.mark.parametrize("path", ["/orders/", "/orders/?q=1#top", "/"])
def test_a_form_may_lead_on_to_a_path_of_ours(rf, path):
    assert parameters.page_of_ours(rf.post("/", {"next": path}).POST, "next", "/home/") == path


@pytest.mark.parametrize(
    "path",
    ["", "no path", "orders/", "//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
     "http://[::1", "9" * 40, "/" * 5000, "/orders/" + "x" * 5000],
)  # fmt: skip
def test_and_nowhere_else(rf, path):
    assert parameters.page_of_ours(rf.post("/", {"next": path}).POST, "next", "/home/") == "/home/"

"""The picture of the order's life in docs/order-lifecycle.md is the one that the table prints."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from approvals.lifecycle import lifecycle_markdown, with_lifecycle
from approvals.workflow import ORDER_LIFE

PAGE = Path(settings.BASE_DIR) / "docs" / "order-lifecycle.md"


def test_the_page_is_up_to_date():
    page = PAGE.read_text()
    assert page == with_lifecycle(page), "Stale: run manage.py print_lifecycle --write"


def test_every_verb_and_every_arrow_is_in_the_picture():
    printed = lifecycle_markdown()
    for each in ORDER_LIFE.transitions:
        for source in each.source:
            assert f"{source} --> {each.target}: {each.name}" in printed


def test_every_condition_and_effect_says_what_it_means():
    for each in ORDER_LIFE.transitions:
        for function in (*each.guards, *each.input_guards, *each.effects):
            assert f"`{function.__name__}`: {function.__doc__.splitlines()[0]}" in lifecycle_markdown()


def test_the_command_prints_the_same():
    out = StringIO()
    call_command("print_lifecycle", stdout=out)
    assert out.getvalue().strip() == lifecycle_markdown()


def test_a_page_without_place_for_it_is_refused():
    with pytest.raises(ValueError, match="no place"):
        with_lifecycle("# The life of an order")

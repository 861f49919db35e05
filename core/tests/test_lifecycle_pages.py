"""The pictures of records' lives in docs are those that their state tables print."""

from io import StringIO

import pytest
from django.core.management import call_command

from approvals.workflow import ORDER_LIFE
from core.lifecycle import lifecycle_markdown, lifecycle_pages, with_lifecycle
from requirements.workflow import REQUIREMENT_LIFE

PAGES = lifecycle_pages()
MACHINES = pytest.mark.parametrize("machine", PAGES.values(), ids=[page.stem for page in PAGES])


def test_orders_and_requirements_have_a_page():
    assert ORDER_LIFE in PAGES.values()
    assert REQUIREMENT_LIFE in PAGES.values()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_is_up_to_date(page):
    text = page.read_text()
    assert text == with_lifecycle(text, PAGES[page]), "Stale: run manage.py print_lifecycle --write"


@MACHINES
def test_every_verb_and_every_arrow_is_in_the_picture(machine):
    printed = lifecycle_markdown(machine)
    for each in machine.transitions:
        for source in each.source:
            assert f"{source} --> {each.target}: {each.name}" in printed


@MACHINES
def test_every_condition_and_effect_says_what_it_means(machine):
    printed = lifecycle_markdown(machine)
    for each in machine.transitions:
        for function in (*each.guards, *each.input_guards, *each.effects):
            assert f"`{function.__name__}`: {function.__doc__.splitlines()[0]}" in printed


def test_the_command_prints_the_same():
    out = StringIO()
    call_command("print_lifecycle", stdout=out)
    assert out.getvalue().strip() == "\n".join(map(lifecycle_markdown, PAGES.values()))


def test_a_page_without_place_for_it_is_refused():
    with pytest.raises(ValueError, match="no place"):
        with_lifecycle("# The life of an order", ORDER_LIFE)

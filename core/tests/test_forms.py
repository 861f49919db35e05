"""Fieldset forms: the layout, the widgets, and errors that say where they belong."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpResponse
from django.template import Context, Template
from django.utils import translation
from pytest_django.asserts import assertInHTML

from core import http
from core.forms import FieldsetForm, FigureInput


class SampleForm(FieldsetForm):
    fieldsets = (("Header", ("name", ("day", "amount"))), ("More", (("kind", "agreed"),)))
    widths = {"name": 5, "day": (6, 3)}

    name = forms.CharField(help_text="As on the contract")
    day = forms.DateField(required=False)
    amount = forms.DecimalField(required=False, max_digits=14, decimal_places=2, min_value=Decimal(1))
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    agreed = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_name(self):
        if self.cleaned_data["name"] == "{{ form }}<b>":
            raise ValidationError("Not {{ form }}<b>")
        return self.cleaned_data["name"]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def render(form) -> str:
    return Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))


def typed(**values) -> SampleForm:
    return SampleForm({"name": "N", **values})


def test_fields_stand_in_their_declared_columns():
    html = render(SampleForm())
    for columns in ("col-12 col-md-5", "col-6 col-md-3", "col-12 col-md-6"):
        assert f'class="{columns}"' in html
    assert html.index("Header") < html.index('id="id_name"') < html.index("More") < html.index('id="id_kind"')


def test_hidden_fields_are_rendered_without_being_declared():
    assert 'type="hidden" name="token"' in render(SampleForm())


def test_a_visible_field_without_a_place_is_a_programming_error():
    form = SampleForm()
    form.fields["stray"] = forms.CharField()
    with pytest.raises(ImproperlyConfigured, match="stray"):
        render(form)


def test_a_field_that_was_removed_leaves_no_gap():
    form = SampleForm()
    del form.fields["amount"]
    assert "id_amount" not in render(form)


def test_required_fields_are_marked():
    html = render(SampleForm())
    assert '<label class="form-label required" for="id_name">' in html
    assert '<label class="form-label" for="id_day">' in html


def test_a_day_uses_the_browsers_picker_with_an_iso_date():
    html = render(SampleForm(initial={"day": "2026-11-24"}))
    assertInHTML(
        '<input type="date" name="day" value="2026-11-24" max="9999-12-31" class="form-control" id="id_day">', html
    )


@pytest.mark.parametrize("text", ["8,600.00", "¥ 8600", "８６００．００", "8\u00a0600"])
def test_figures_are_taken_as_people_have_them(text):
    form = typed(amount=text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == 8600


def test_a_stored_figure_shows_no_needless_zeros():
    assert FigureInput().format_value(Decimal("12.345000")) == "12.345"
    assert FigureInput().format_value(Decimal("12.500000")) == "12.50"
    assert FigureInput().format_value(Decimal("12")) == "12"
    assert FigureInput().format_value("12O") == "12O"


def test_an_error_stands_under_its_field_and_is_tied_to_it():
    html = render(SampleForm({"name": "", "amount": "x"}))
    assert 'aria-invalid="true" aria-describedby="err_name help_name"' in html
    assert '<p class="error" id="err_name">' in html
    assert 'class="form-control num is-invalid"' in html


def test_the_note_above_links_to_every_field_with_an_error():
    html = render(SampleForm({"name": "", "amount": "x"}))
    note = html[: html.index("<fieldset")]
    assert '<a href="#id_name">' in note
    assert '<a href="#id_amount">' in note
    assert "2 things to mend" in note


def test_a_form_in_order_has_no_note():
    assert 'role="alert"' not in render(typed())


def test_what_was_typed_is_text_and_never_a_template():
    html = render(SampleForm({"name": "{{ form }}<b>"}))
    assert "Not {{ form }}&lt;b&gt;" in html
    assert 'value="{{ form }}&lt;b&gt;"' in html


def test_fields_outside_the_layout_can_be_rendered_one_by_one():
    assert str(SampleForm()["kind"]).startswith('<select name="kind" class="form-select"')


def test_see_other_redirects_with_303():
    response = http.see_other("/orders/1/")
    assert (response.status_code, response["Location"]) == (303, "/orders/1/")


def test_an_invalid_form_answers_422(rf, monkeypatch):
    monkeypatch.setattr(http, "render", lambda request, template, context, status: HttpResponse(status=status))
    assert http.render_invalid(rf.post("/"), "any.html", {}).status_code == 422

"""Forms that declare their fieldsets; here, and nowhere else, these become a page.

    class ReceiptForm(FieldsetModelForm):
        fieldsets = ((_("Money received"), (("received_on", "amount"), "bank_reference")),)
        widths = {"bank_reference": 6, "received_on": (6, 3)}

A nested tuple shares one line of twelve columns equally, a name alone takes a whole line; ``widths`` overrules both,
as columns on a desk or as (columns on a phone, columns on a desk). Show the form with ``{% crispy form %}``.
"""

import re
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string

from core.text_key import half_width

Width = int | tuple[int, int]


class FigureInput(forms.TextInput):
    """A text box for figures that takes them as people have them: ``8,600.00``, ``￥１２``, pasted from a sheet."""

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def value_from_datadict(self, data, files, name):
        typed = super().value_from_datadict(data, files, name)
        plain = half_width(typed or "").replace("−", "-")
        return "".join(character for character in plain if character not in ",¥ \t\u00a0")

    def format_value(self, value):
        """A stored figure with separators, without zeros beyond its second decimal; what somebody typed stays."""
        if not isinstance(value, Decimal):
            return super().format_value(value)
        whole, _point, decimals = f"{value:,f}".partition(".")
        decimals = decimals[:2] + decimals[2:].rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole


_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DayInput(forms.DateInput):
    """The browser's own date picker; it wants and gives ISO dates in every language.

    With a last day the year has four digits, so that a date can be typed in one go.
    """

    input_type = "date"

    def get_context(self, name, value, attrs):
        """What is no day stands in a text box, where it can be seen and mended."""
        context = super().get_context(name, value, attrs)
        if (said := context["widget"]["value"]) and not _ISO_DAY.fullmatch(said):
            context["widget"]["type"] = "text"
        return context

    def __init__(self, attrs=None):
        super().__init__({"max": "9999-12-31", **(attrs or {})}, format="%Y-%m-%d")


_CSS_CLASSES = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.Select, "form-select"),
    (FigureInput, "form-control num"),
)


class TidyBoundField(BoundField):
    """Gives each widget its class and ties its error and its hint to it for screen readers."""

    @property
    def error_id(self) -> str:
        return f"err_{self.html_name}"

    @property
    def help_id(self) -> str:
        return f"help_{self.html_name}"

    @property
    def is_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def aria_describedby(self) -> str:
        tied = (self.error_id if self.errors else "", self.help_id if self.help_text else "")
        return " ".join(filter(None, tied))

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        if self.is_hidden:
            return attrs
        own = (widget or self.field.widget).attrs.get("class", "")
        usual = next((css for kind, css in _CSS_CLASSES if isinstance(self.field.widget, kind)), "form-control")
        attrs["class"] = " ".join(filter(None, (own, usual, "is-invalid" if self.errors else "")))
        return attrs


class _Mistakes:
    """Layout object: the note above the form that says how many things to mend and links to each."""

    def render(self, form, context, template_pack=None, **kwargs):
        return render_to_string("components/_form_errors.html", {"form": form})


class FieldsetMixin(forms.BaseForm):
    """What the two base classes below share: layout, widgets, errors with their links."""

    bound_field_class = TidyBoundField
    fieldsets: ClassVar[tuple] = ()
    widths: ClassVar[dict[str, Width]] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # Django's default widget for days and figures; one that the form chose itself stays.
            if type(field.widget) is forms.DateInput:
                _swap(field, DayInput())
            elif isinstance(field, forms.DecimalField) and type(field.widget) is forms.NumberInput:
                _swap(field, FigureInput())

    @cached_property
    def helper(self) -> FormHelper:
        """The crispy helper; the page brings the form tag, the token and the buttons."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = False
        helper.render_hidden_fields = True
        helper.field_template = "components/_field.html"
        helper.layout = self._layout()
        return helper

    @property
    def mistakes(self) -> list[BoundField]:
        """The fields with an error, in the order of the page: the note above the form links to each."""
        return [self[name] for name in self._declared() if name in self.errors]

    def _declared(self) -> list[str]:
        names = [name for _legend, entries in self.fieldsets for entry in entries for name in _names(entry)]
        visible = {name for name, field in self.fields.items() if not field.widget.is_hidden}
        if lost := visible - set(names):
            raise ImproperlyConfigured(f"{type(self).__name__} has no place for {', '.join(sorted(lost))}.")
        return [name for name in names if name in self.fields]

    def _layout(self) -> Layout:
        self._declared()
        fieldsets = []
        for legend, entries in self.fieldsets:
            columns = []
            for names in map(_names, entries):
                for name in names:
                    width = self.widths.get(name, 12 // len(names))
                    phone, desk = width if isinstance(width, tuple) else (12, width)
                    if name in self.fields:
                        columns.append(Div(name, css_class=f"col-{phone} col-md-{desk}"))
            fieldsets.append(Fieldset(legend, *columns, template="components/_fieldset.html"))
        return Layout(_Mistakes(), *fieldsets)


def _names(entry: str | tuple[str, ...]) -> tuple[str, ...]:
    return (entry,) if isinstance(entry, str) else entry


def _swap(field: forms.Field, widget: forms.Widget) -> None:
    widget.attrs.update((name, v) for name, v in field.widget.attrs.items() if name not in ("min", "max", "step"))
    widget.is_required = field.required
    field.widget = widget


class FieldsetForm(FieldsetMixin, forms.Form):
    """A form without a model, laid out by its ``fieldsets``."""


class FieldsetModelForm(FieldsetMixin, forms.ModelForm):
    """A form of one record, laid out by its ``fieldsets``."""

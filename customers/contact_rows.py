"""The rows of contacts in the customer form: a formset and one group of radio buttons for the primary contact."""

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import get_default_renderer
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetModelForm
from customers.contacts import ContactInput
from customers.models import Contact, Customer

WRITTEN = ("name", "job_title", "phone", "email")
SPARE_ROWS = 2
MOST_ROWS = 30


class ContactForm(FieldsetModelForm):
    """One row. A row without any word does not count; ``key`` names the stored contact it stands for."""

    key = forms.IntegerField(widget=forms.HiddenInput, required=False)
    fieldsets = (("", (WRITTEN,)),)

    class Meta:
        model = Contact
        fields = WRITTEN

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        for name in WRITTEN:
            # A row has no room for a label above each box on a desk; the heading of the column says it.
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label

    @property
    def is_blank(self) -> bool:
        return not any(str(self[name].value() or "").strip() for name in WRITTEN)

    @property
    def has_left(self) -> bool:
        return "DELETE" in self.fields and bool(self["DELETE"].value())

    def clean(self):
        super().clean()
        if not self.is_blank and not self.cleaned_data.get("name") and "name" not in self.errors:
            self.add_error("name", _("Please write the contact's name."))
        return self.cleaned_data


class ContactRows(forms.BaseFormSet):
    """The contacts of a new file (``customer`` is None) or of a stored one."""

    form = ContactForm
    extra = SPARE_ROWS
    min_num, validate_min = 0, False
    max_num = absolute_max = MOST_ROWS
    validate_max = True
    can_order = False
    can_delete, can_delete_extra = True, False
    renderer = get_default_renderer()

    def __init__(self, data=None, *, customer: Customer | None = None):
        stored = list(customer.contacts.all()) if customer else []
        rows = [{"key": row.pk, **{name: getattr(row, name) for name in WRITTEN}} for row in stored]
        super().__init__(data, initial=rows, prefix="contacts")
        self._stored_primary = next((n for n, row in enumerate(stored) if row.is_primary), 0)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Has left")

    @property
    def primary(self) -> str:
        """The number of the row that is marked as the primary contact, as it stands in the page."""
        return self.data.get("contacts-primary", "") if self.is_bound else str(self._stored_primary)

    @property
    def rows(self) -> list[tuple[str, ContactForm, bool]]:
        """Each row with its number and whether it is the primary one, for the page."""
        return [(str(n), form, str(n) == self.primary) for n, form in enumerate(self.forms)]

    @property
    def mistakes(self) -> list[BoundField]:
        """The boxes with an error, in the order of the page."""
        return [form[name] for form in self._counted() for name in WRITTEN if name in form.errors]

    @property
    def sentence(self) -> str:
        """What is wrong with the rows as a whole."""
        return str(next(iter(self.non_form_errors()), _("Please look at the contacts.")))

    def clean(self):
        if self._counted() and self._primary_row() is None:
            raise forms.ValidationError(_("Please mark which contact is the primary one."))

    def phones(self) -> list[str]:
        """The phone numbers as they were typed."""
        return [str(form["phone"].value() or "") for form in self._counted()]

    def inputs(self) -> list[ContactInput]:
        """The contacts as they were written."""
        primary = self._primary_row()
        return [
            ContactInput(
                pk=form.cleaned_data.get("key"),
                is_primary=form is primary,
                **{name: form.cleaned_data.get(name, "") for name in WRITTEN},
            )
            for form in self._counted()
        ]

    def _counted(self) -> list[ContactForm]:
        """The rows with words in them, without those marked as having left."""
        return [form for form in self.forms if not form.is_blank and not form.has_left]

    def _primary_row(self) -> ContactForm | None:
        """The marked row; when only one contact is written it is that one, marked or not."""
        counted = self._counted()
        if len(counted) == 1:
            return counted[0]
        return next((form for form in counted if str(self.forms.index(form)) == self.primary), None)

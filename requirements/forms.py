"""The forms of requirements: what is wanted, and the letter that confirms it."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetForm, FieldsetModelForm
from core.stale import Difference, differences_between
from customers.fields import CustomerField
from customers.models import Customer
from requirements.models import Requirement
from requirements.services import FIELDS
from requirements.wanted import Wanted, in_words, lines_of, read_wanted, wanted_of, written_wanted


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a day and a time."""

    input_type = "datetime-local"

    def __init__(self):
        super().__init__({"max": "9999-12-31T23:59"}, format="%Y-%m-%dT%H:%M")


class WhoseForm(FieldsetForm):
    """For which customer something is to be written down."""

    customer = CustomerField(label=_("Customer"), help_text=_("Name, pinyin or number"))

    fieldsets = (("", ("customer",)),)
    widths = {"customer": 6}

    def __init__(self, data=None, *, by):
        super().__init__(data)
        field: Any = self.fields["customer"]
        field.queryset = Customer.objects.visible_to(by)
        field.show_choice(self["customer"].value())


class RequirementForm(FieldsetModelForm):
    """Records a requirement of a customer (no instance), or changes one."""

    wanted = forms.CharField(
        label=_("Wanted products"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: product number or name, a blank, how many. Rows can be pasted from Excel."),
    )
    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    fieldsets = (
        (_("How it came to us"), (("received_at", "channel", "contact", "priority"),)),
        (_("What the customer wants"), ("description", ("specification", "quality_standard"), "special_demands")),
        (_("When, how much, how many"), (("wanted_date", "budget_from", "budget_to"), "wanted")),
    )

    class Meta:
        model = Requirement
        fields = FIELDS
        field_classes = {"received_at": forms.DateTimeField}
        widgets = {
            "received_at": MomentInput(),
            "description": forms.Textarea(attrs={"rows": 4}),
            "specification": forms.Textarea(attrs={"rows": 4}),
            "quality_standard": forms.Textarea(attrs={"rows": 4}),
            "special_demands": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, data=None, *, customer: Customer, instance: Requirement | None = None):
        super().__init__(data, instance=instance)
        self.conflict: list[Difference] = []
        self.instance.customer = customer
        contact: Any = self.fields["contact"]
        contact.queryset, contact.empty_label = customer.contacts.all(), "—"
        if instance:
            written = written_wanted(list(instance.wanted.select_related("product")))
            self.initial.update(version=instance.version, wanted=written)
        else:
            self.initial.update(submit_token=uuid.uuid4(), contact=customer.primary_contact)
        del self.fields["submit_token" if instance else "version"]

    def clean_wanted(self) -> list[Wanted]:
        return read_wanted(self.cleaned_data["wanted"])

    def values(self) -> dict:
        """What was written, by field."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def go_on_from(self, current: Requirement) -> None:
        """After somebody else saved first: shows what differs, and lets the next save replace it knowingly."""
        self.conflict = [*differences_between(current, self.values()), *self._other_products(current)]
        posted: Any = self.data
        self.data = {**posted.dict(), "version": current.version}

    def _other_products(self, current: Requirement) -> list[Difference]:
        """Both lists of wanted products, where they differ."""
        theirs, mine = wanted_of(current), self.cleaned_data["wanted"]
        if lines_of(theirs) == lines_of(mine):
            return []
        return [Difference(str(self.fields["wanted"].label), in_words(theirs), in_words(mine))]


class LetterForm(FieldsetForm):
    """The customer's mail or letter that confirms a requirement."""

    confirmed_by = forms.CharField(label=_("Confirmed by"), max_length=60, help_text=_("Name and job title"))
    confirmed_on = forms.DateField(label=_("Date of the mail or letter"))
    letter = forms.FileField(label=_("Mail or letter"), help_text=_("Picture, PDF or Office file"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    fieldsets = ((_("Confirmed in writing"), (("confirmed_by", "confirmed_on"), "letter")),)
    widths = {"letter": 6}

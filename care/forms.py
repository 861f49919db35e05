"""The forms of care: a visit that was made, and the plan."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from care import plans, visits
from care.models import CarePlan, Visit
from care.rights import visitors_for
from core.forms import FieldsetModelForm
from customers.models import Customer


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Any number of files."""

    widget = FilesInput

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(each, initial) for each in data or []]


class VisitForm(FieldsetModelForm):
    """A visit that was made; ``by`` decides whose it may be."""

    enclosed = FilesField(label=_("Files"), required=False, help_text=_("Picture, PDF or Office file"))
    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    fieldsets = (
        (
            _("Record a visit"),
            (("visited_on", "way", "visitor", "met"), "said", ("next_on", "enclosed")),
        ),
    )
    widths = {"visited_on": (6, 3), "way": (6, 3), "next_on": (6, 3), "enclosed": (12, 6)}

    class Meta:
        model = Visit
        fields = visits.FIELDS
        widgets = {"said": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data=None, files=None, *, customer: Customer, by: User):
        super().__init__(data, files)
        self.instance.customer = customer
        visitor: Any = self.fields["visitor"]
        visitor.queryset, visitor.empty_label = visitors_for(by), None
        self.fields["next_on"].help_text = _("Empty: by the care plan's interval")
        self.initial.update(submit_token=uuid.uuid4(), visitor=by, met=str(customer.primary_contact or ""))
        self.fields["visited_on"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean_visited_on(self):
        day = self.cleaned_data["visited_on"]
        try:
            visits.check_day(day)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return day

    def values(self) -> dict:
        """What was written, by field."""
        return {name: self.cleaned_data[name] for name in visits.FIELDS}


class PlanForm(FieldsetModelForm):
    """How a customer is looked after."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    fieldsets = ((_("Care plan"), (("interval", "contact"), "priority_supply", "notes")),)
    widths = {"interval": (6, 3), "contact": (6, 3)}

    class Meta:
        model = CarePlan
        fields = plans.FIELDS
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, data=None, *, instance: CarePlan):
        super().__init__(data, instance=instance)
        contact: Any = self.fields["contact"]
        contact.queryset, contact.empty_label = instance.customer.contacts.all(), "—"
        self.initial["version"] = instance.version

    def values(self) -> dict:
        """What was written, by field."""
        return {name: self.cleaned_data[name] for name in plans.FIELDS}

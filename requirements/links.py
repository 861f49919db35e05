"""The private links of requirements: a customer reads the record and confirms it, or says what is wrong."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import FieldsetForm
from core.http import see_other
from core.links.purposes import Visit, link_purpose
from core.models import Company
from core.workflow import Refused, take
from requirements import questionnaire  # noqa: F401  (its purpose registers itself)
from requirements.models import Requirement
from requirements.rights import may_keep_requirements
from requirements.statuses import RequirementStatus

_SHOWN_AFTERWARDS = (RequirementStatus.CONFIRMED, RequirementStatus.ORDERED)


class ConfirmForm(FieldsetForm):
    """What a customer says about the record: who it is, and what is not right, if anything."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=60)
    job_title = forms.CharField(label=gettext_lazy("Job title"), max_length=60)
    wrong = forms.CharField(
        label=gettext_lazy("What is not right?"),
        max_length=800,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    fieldsets = (("", (("name", "job_title"), "wrong")),)

    def __init__(self, data=None):
        super().__init__(data)
        self.is_objection = data is not None and "object" in data

    def clean_wrong(self) -> str:
        wrong = self.cleaned_data["wrong"].strip()
        if self.is_objection and not wrong:
            raise forms.ValidationError(_("Write what is not right."))
        if wrong and not self.is_objection:
            raise forms.ValidationError(_("You wrote that something is not right: send it back, or clear the box."))
        return wrong

    @property
    def who(self) -> str:
        return f"{self.cleaned_data['name'].strip()} {self.cleaned_data['job_title'].strip()}"


def _is_over(requirement: Any) -> bool:
    return requirement.status == RequirementStatus.LOST


@link_purpose(
    "summary",
    gettext_lazy("Requirement to confirm"),
    "requirements.Requirement",
    allows=lambda user, requirement: may_keep_requirements(user),
    is_over=_is_over,
)
def SUMMARY(visit: Visit) -> HttpResponse:
    """The record as it stands; its form confirms it, or its words become open questions."""
    form = ConfirmForm(visit.typed)
    refused = visit.refused
    if visit.sends and form.is_valid():
        try:
            _take(visit, form)
            return see_other(visit.request.get_full_path())
        except Refused as error:
            refused = str(error)
    requirement = Requirement.objects.select_related("customer", "contact", "owner").get(pk=visit.record.pk)
    questions = list(requirement.questions.all())
    context = {
        "company": Company.ours(),
        "requirement": requirement,
        "form": form,
        "refused": refused,
        "questions": questions,
        "said": [each for each in questions if each.asked_by_id is None and not each.answered_at],
        "wanted": requirement.wanted.select_related("product"),
        "is_confirmed": requirement.status in _SHOWN_AFTERWARDS,
    }
    status = 422 if visit.typed is not None else 200
    return render(visit.request, "requirements/summary_public.html", context, status=status)


def _take(visit: Visit, form: ConfirmForm) -> None:
    requirement = visit.record
    if form.is_objection:
        take(requirement, "ask", by=None, answers={"question": f"{form.who}: {form.cleaned_data['wrong']}"})
        return
    answers = {
        "confirmed_by": form.who,
        "confirmed_on": timezone.localdate().isoformat(),
        "address": visit.address,
    }
    take(requirement, "confirm", by=None, answers=answers)

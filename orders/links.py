"""The private links of quotations: a customer reads what was offered, and accepts it or writes back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import FieldsetForm
from core.http import see_other
from core.links.purposes import Visit, link_purpose
from orders.models import Quotation, QuotationState
from orders.offer import offer_of
from orders.quotations import Said, answer_quotation
from orders.rights import may_quote


class AnswerForm(FieldsetForm):
    """Who answers, and either that it is accepted or words; the button decides which."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=60)
    job_title = forms.CharField(label=gettext_lazy("Job title"), max_length=60)
    words = forms.CharField(
        label=gettext_lazy("What you want to tell us"),
        max_length=800,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    fieldsets = (("", (("name", "job_title"), "words")),)

    def __init__(self, data=None):
        super().__init__(data)
        self.accepts = data is not None and "accept" in data

    def clean_words(self) -> str:
        words = self.cleaned_data["words"].strip()
        if not words and not self.accepts:
            raise forms.ValidationError(_("Write what you want to tell us."))
        if words and self.accepts:
            raise forms.ValidationError(_("You wrote something: send that, or clear the box and accept."))
        return words


def _is_over(quotation: Any) -> bool:
    return quotation.state == QuotationState.REVOKED


@link_purpose(
    "quotation",
    gettext_lazy("Quotation"),
    "orders.Quotation",
    allows=lambda user, quotation: may_quote(user),
    is_over=_is_over,
    outlasts=lambda quotation: quotation.valid_until,
    told_in=lambda quotation: quotation.order,
)
def QUOTATION(visit: Visit) -> HttpResponse:
    """The offer as it was made, what was answered, and the form while it can be answered."""
    form, refused = AnswerForm(visit.typed), visit.refused
    if visit.sends and form.is_valid():
        try:
            _take(visit, form)
            return see_other(visit.request.get_full_path())
        except ValidationError as error:
            refused = " ".join(error.messages)
    quotation = Quotation.objects.select_related("order").prefetch_related("answers").get(pk=visit.record.pk)
    offer = offer_of(quotation)
    context = {
        "company": offer.company,
        "quotation": quotation,
        "offer": offer,
        "form": form,
        "refused": refused,
        "closed": quotation.why_no_answer,
        "answers": quotation.answers.all(),
    }
    status = 422 if visit.typed is not None else 200
    return render(visit.request, "orders/quotation_public.html", context, status=status)


def _take(visit: Visit, form: AnswerForm) -> None:
    typed = form.cleaned_data
    name, job_title = typed["name"].strip(), typed["job_title"].strip()
    said = Said(form.accepts, name, job_title, typed["words"])
    answer_quotation(quotation=visit.record, said=said, link=visit.link, address=visit.address)

"""The private links of confirmations: a customer reads what was agreed, and confirms it or wants it changed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import FieldsetForm
from core.http import see_other
from core.links.purposes import Visit, link_purpose
from fulfilment.rights import may_confirm
from fulfilment.sheets import Said, answer_sheet
from orders.models import ConfirmationSheet
from orders.offer import Offer, offer_in
from orders.statuses import Status


class ConfirmForm(FieldsetForm):
    """Who confirms on whose behalf, or what is to be changed; the button decides which."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=60)
    job_title = forms.CharField(label=gettext_lazy("Job title"), max_length=60)
    speaks_for_us = forms.BooleanField(required=False)
    wrong = forms.CharField(
        label=gettext_lazy("What is not right?"),
        max_length=800,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    fieldsets = (("", (("name", "job_title"), "speaks_for_us", "wrong")),)

    def __init__(self, data, offer: Offer):
        super().__init__(data, initial={"name": offer.buyer.contact})
        self.is_objection = data is not None and "object" in data
        sentence = _("On behalf of %(buyer)s I confirm these goods, quantities, prices, dates and payments.")
        self.fields["speaks_for_us"].label = sentence % {"buyer": offer.buyer.name}

    def clean_speaks_for_us(self) -> bool:
        agreed = self.cleaned_data["speaks_for_us"]
        if not agreed and not self.is_objection:
            raise forms.ValidationError(_("Tick this to confirm, or write what is not right."))
        return agreed

    def clean_wrong(self) -> str:
        wrong = self.cleaned_data["wrong"].strip()
        if self.is_objection and not wrong:
            raise forms.ValidationError(_("Write what is not right."))
        if wrong and not self.is_objection:
            raise forms.ValidationError(_("You wrote that something is not right: send it back, or clear the box."))
        return wrong

    @property
    def said(self) -> Said:
        typed = self.cleaned_data
        return Said(not self.is_objection, typed["name"].strip(), typed["job_title"].strip(), typed["wrong"])


def _is_over(sheet: Any) -> bool:
    return sheet.order.status == Status.CANCELLED


@link_purpose(
    "confirmation",
    gettext_lazy("Order confirmation"),
    "orders.ConfirmationSheet",
    allows=lambda user, sheet: may_confirm(user),
    is_over=_is_over,
    told_in=lambda sheet: sheet.order,
)
def CONFIRMATION_LINK(visit: Visit) -> HttpResponse:
    """The confirmation of one revision; its form confirms it, or says what is to be changed."""
    offer = offer_in(visit.record.content)
    form, refused = ConfirmForm(visit.typed, offer), visit.refused
    if visit.sends and form.is_valid():
        try:
            answer_sheet(sheet=visit.record, said=form.said, link=visit.link, address=visit.address)
            return see_other(visit.request.get_full_path())
        except ValidationError as error:
            refused = " ".join(error.messages)
    sheets = ConfirmationSheet.objects.select_related("order").prefetch_related("answers")
    context = {**page_of(sheets.get(pk=visit.record.pk), offer), "form": form, "refused": refused}
    status = 422 if visit.typed is not None else 200
    return render(visit.request, "fulfilment/confirm_public.html", context, status=status)


def page_of(sheet: ConfirmationSheet, offer: Offer) -> dict[str, Any]:
    """What pages show of a sheet."""
    return {
        "sheet": sheet,
        "offer": offer,
        "company": offer.company,
        "dated": sheet.content["dated"],
        "closed": sheet.why_no_answer,
        "wishes": [each for each in sheet.answers.all() if not each.accepts],
        "today": timezone.localdate(),
    }

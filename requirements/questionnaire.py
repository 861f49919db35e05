"""The questionnaire of a customer without a login: what is filled in arrives as a requirement, once for each link."""

from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetForm
from core.http import see_other
from core.links.purposes import Visit, link_purpose
from core.links.services import links_of
from core.models import Company, PrivateLink
from core.submitted import SentOtherwise, first_result
from customers.models import Customer
from requirements.models import Requirement
from requirements.rights import may_keep_requirements
from requirements.services import record_requirement

_SPACE = UUID("5c1f3f0e-0d2b-4f0e-9a53-6b7a9d0c3d11")
_LONG = 4000
_SHOWN = 10


class QuestionnaireForm(FieldsetForm):
    """What a customer wants, in the customer's words."""

    description = forms.CharField(label=_("What do you need?"), max_length=_LONG, widget=forms.Textarea({"rows": 5}))
    specification = forms.CharField(
        label=_("Function and specification"), max_length=_LONG, required=False, widget=forms.Textarea({"rows": 3})
    )
    quality_standard = forms.CharField(
        label=_("Quality standard"), max_length=_LONG, required=False, widget=forms.Textarea({"rows": 2})
    )
    special_demands = forms.CharField(
        label=_("Special demands"), max_length=_LONG, required=False, widget=forms.Textarea({"rows": 2})
    )
    wanted_date = forms.DateField(label=_("Wanted date"), required=False)

    fieldsets = (("", ("description", "specification", "quality_standard", "special_demands", "wanted_date")),)
    widths = {"wanted_date": 6}


_ANSWERED = _("This was answered already; what is new is not kept.")


def token_of(link: PrivateLink) -> UUID:
    """Under which the one requirement of a link is kept."""
    return uuid5(_SPACE, str(link.pk))


@link_purpose(
    "questionnaire",
    _("Questionnaire"),
    "customers.Customer",
    allows=lambda user, customer: may_keep_requirements(user),
    is_over=lambda customer: not customer.active,
)
def QUESTIONNAIRE(visit: Visit) -> HttpResponse:
    """The questions; once they are answered, thanks and the number, with what was written besides if sent again."""
    form, token = QuestionnaireForm(visit.typed), token_of(visit.link)
    answered, refused = first_result(Requirement, token), visit.refused
    if visit.sends and form.is_valid():
        try:
            record_requirement(customer=visit.record, values=form.cleaned_data, wanted=[], by=None, token=token)
            return see_other(visit.request.get_full_path())
        except SentOtherwise:
            answered, refused = first_result(Requirement, token), str(_ANSWERED)
        except ValidationError as error:
            form.add_error(None, error)
    context = {
        "company": Company.ours(),
        "customer": visit.record,
        "form": form,
        "refused": refused,
        "answered": answered,
        "unkept": unkept(form) if answered else [],
    }
    status = 422 if visit.typed is not None else 200
    return render(visit.request, "requirements/questionnaire_public.html", context, status=status)


def unkept(form: QuestionnaireForm) -> list[tuple[str, str]]:
    """What was written into a questionnaire that is answered already, by label: its customer can copy it."""
    return [(str(field.label), str(field.value())) for field in form if form.is_bound and field.value()]


def questionnaires_of(customer: Customer) -> list[tuple[PrivateLink, Requirement | None]]:
    """The questionnaire links that a customer was given, newest first, each with the requirement that came of it.

    Those of the files that were merged into the customer's lead to it, and are among them.
    """
    merged = customer.absorbed.all() if customer.former_names else ()
    links = list(links_of(customer, *merged).filter(purpose=QUESTIONNAIRE.key)[:_SHOWN])
    tokens = [token_of(link) for link in links]
    found = {each.submit_token: each for each in Requirement.objects.filter(submit_token__in=tokens)}
    return [(link, found.get(token)) for link, token in zip(links, tokens, strict=True)]

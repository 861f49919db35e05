"""The private links of statements: a customer reads its account and confirms it, or says what is wrong."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Statement
from billing.rights import may_dun
from billing.statements import answer_statement, from_json
from core.forms import FieldsetForm
from core.http import see_other
from core.links.purposes import Visit, link_purpose
from core.models import Company


class AnswerForm(FieldsetForm):
    """What a customer says about its account: who it is, and what is not right, if anything."""

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


@link_purpose(
    "statement",
    gettext_lazy("Statement of account"),
    "billing.Statement",
    allows=lambda user, statement: may_dun(user),
    told_in=lambda statement: statement.customer,
)
def STATEMENT(visit: Visit) -> HttpResponse:
    """The account as it was given; its form confirms it, or says what is wrong."""
    form = AnswerForm(visit.typed)
    refused = visit.refused
    if visit.sends and form.is_valid():
        try:
            answer_statement(
                statement=visit.record, who=form.who, objection=form.cleaned_data["wrong"], address=visit.address
            )
            return see_other(visit.request.get_full_path())
        except ValidationError as error:
            refused = " ".join(error.messages)
    statement = Statement.objects.select_related("customer").get(pk=visit.record.pk)
    account = from_json(statement)
    context = {"company": Company.ours(), "statement": statement, "account": account, "form": form, "refused": refused}
    status = 422 if visit.typed is not None else 200
    return render(visit.request, "billing/statement_public.html", context, status=status)

"""The pages on which a requirement is written down, changed, and confirmed by a letter."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views import View

from accounts.requests import PersonRequest
from accounts.rights import demand
from core import parameters
from core.autosave import saved
from core.held_files import files_of, hold, let_go
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.stale import Stale
from core.submitted import SentOtherwise, renew_token, scoped
from core.workflow import Refused
from customers.models import Customer
from requirements import rights
from requirements.files import confirm_by_letter
from requirements.forms import LetterForm, RequirementForm, WhoseForm
from requirements.models import Requirement
from requirements.services import record_requirement, update_requirement, why_not_edited

FORM = "requirements/requirement_form.html"
WHOSE = "requirements/requirement_whose.html"
LETTER = "requirements/requirement_confirm.html"


class NewRequirement(View):
    """Writes down what a customer wants: first whose requirement it is, then (``?customer=``) what."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(rights.may_keep_requirements(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        if "customer" not in request.GET:
            return render(request, WHOSE, {"form": WhoseForm(by=request.user)})
        whose = WhoseForm(request.GET, by=request.user)
        if not whose.is_valid():
            return render_invalid(request, WHOSE, {"form": whose})
        customer = whose.cleaned_data["customer"]
        form = RequirementForm(take_up(request), customer=customer)
        return render(request, FORM, {"form": form, "customer": customer})

    def post(self, request):
        pk = parameters.key(request.GET, "customer")
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        form = RequirementForm(request.POST, customer=customer)
        if form.is_valid() and (requirement := self._record(form, customer)):
            messages.success(request, gettext("%(number)s is recorded.") % {"number": requirement})
            page, token = request.get_full_path(), str(form.data.get("submit_token", ""))
            return saved(see_other(requirement), person=request.user, page=page, form=token)
        return render_invalid(request, FORM, {"form": form, "customer": customer})

    def _record(self, form: RequirementForm, customer: Customer) -> Requirement | None:
        try:
            return record_requirement(
                customer=customer,
                values=form.values(),
                wanted=form.cleaned_data["wanted"],
                by=self.request.user,
                token=scoped(form.cleaned_data["submit_token"], self.request.user, customer),
            )
        except SentOtherwise as error:
            form.add_error(None, error)
            renew_token(form, "submit_token")
        except ValidationError as error:
            form.add_error(None, error)
        return None


class EditRequirement(View):
    """Changes a requirement; somebody else's change meanwhile is shown beside what was typed."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        found = Requirement.objects.visible_to(request.user).select_related("customer")
        self.requirement = get_object_or_404(found, pk=kwargs["pk"])
        demand(rights.may_keep_requirements(request.user))
        if request.method == "GET" and (sentence := why_not_edited(self.requirement)):
            messages.error(request, sentence)
            return see_other(self.requirement)
        return super().dispatch(request, *args, **kwargs)

    def _form(self, data=None) -> RequirementForm:
        # A copy, because the form writes into its instance and the page shows the stored one.
        return RequirementForm(data, customer=self.requirement.customer, instance=copy(self.requirement))

    def _page(self, form: RequirementForm) -> dict:
        return {"form": form, "customer": self.requirement.customer, "requirement": self.requirement}

    def get(self, request, pk):
        return render(request, FORM, self._page(self._form(take_up(request))))

    def post(self, request, pk):
        form = self._form(request.POST)
        if form.is_valid() and self._change(form):
            messages.success(request, gettext("Saved."))
            return saved(see_other(self.requirement), person=request.user, page=request.path)
        return render_invalid(request, FORM, self._page(form))

    def _change(self, form: RequirementForm) -> bool:
        try:
            update_requirement(
                requirement=self.requirement,
                values=form.values(),
                wanted=form.cleaned_data["wanted"],
                by=self.request.user,
                version=form.cleaned_data["version"],
            )
        except Stale as stale:
            form.go_on_from(stale.current)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return True
        return False


class ConfirmByLetter(View):
    """Confirms a requirement with the customer's mail or letter."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        self.requirement = get_object_or_404(Requirement.objects.visible_to(request.user), pk=kwargs["pk"])
        demand(rights.may_keep_requirements(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        form = LetterForm(take_up(request), initial={"version": self.requirement.version})
        return render(request, LETTER, {"form": form, "requirement": self.requirement})

    def post(self, request, pk):
        form = LetterForm(request.POST, files_of(request))
        if form.is_valid() and self._confirm(form):
            messages.success(request, gettext("%(number)s is confirmed in writing.") % {"number": self.requirement})
            let_go(request)
            return saved(see_other(self.requirement), person=request.user, page=request.path)
        hold(request)
        return render_invalid(request, LETTER, {"form": form, "requirement": self.requirement})

    def _confirm(self, form: LetterForm) -> bool:
        values = form.cleaned_data
        try:
            confirm_by_letter(
                requirement=self.requirement,
                upload=values["letter"],
                confirmed_by=values["confirmed_by"],
                day=values["confirmed_on"],
                by=self.request.user,
                version=values["version"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return True
        return False

"""The pages of care: a customer's visits, and its care plan."""

from copy import copy
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views import View

from accounts.requests import PersonRequest
from accounts.rights import demand
from care import rights
from care.forms import PlanForm, VisitForm
from care.models import CarePlan, Visit
from care.plans import change_plan, running_plan
from care.visits import record_visit
from core.autosave import saved
from core.files import files_by_record
from core.held_files import files_of, hold, let_go
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.models import Attachment
from core.stale import Stale
from core.submitted import SentOtherwise, renew_token, scoped
from customers.models import Customer

VISITS = "care/visits.html"
PLAN = "care/plan_form.html"
SHOWN = 200


@dataclass(frozen=True)
class Shown:
    """A visit as its row shows it."""

    visit: Visit
    files: list[Attachment]


def visits_of(customer: Customer) -> list[Shown]:
    """A customer's last visits with their files, in two queries."""
    rows = list(Visit.objects.filter(customer=customer).select_related("visitor")[:SHOWN])
    by_visit = files_by_record(rows)
    return [Shown(row, by_visit.get(row.pk, [])) for row in rows]


class VisitPage(View):
    """A customer's visits, the form that records one, and the care plan beside them."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        files = Customer.objects.visible_to(request.user).select_related("owner")
        self.customer = get_object_or_404(files, pk=kwargs["pk"])
        demand(rights.may_read_visits(request.user))
        return super().dispatch(request, *args, **kwargs)

    def _page(self, form: VisitForm | None) -> dict:
        shown = visits_of(self.customer)
        asked = [each.visit.in_time for each in shown if each.visit.due_on]
        plan = running_plan(self.customer)
        return {
            "customer": self.customer,
            "plan": plan,
            "latest": shown[0].visit if shown else None,
            "visits": shown,
            "asked": len(asked),
            "in_time": sum(map(bool, asked)),
            "form": form,
            "may_care": rights.may_care(self.request.user),
        }

    def get(self, request, pk):
        may_care = rights.may_care(request.user)
        form = VisitForm(take_up(request), customer=self.customer, by=request.user) if may_care else None
        return render(request, VISITS, self._page(form))

    def post(self, request, pk):
        demand(rights.may_care(request.user))
        form = VisitForm(request.POST, files_of(request), customer=self.customer, by=request.user)
        if form.is_valid() and self._record(form):
            messages.success(request, gettext("The visit is recorded."))
            let_go(request)
            token = str(form.data.get("submit_token", ""))
            return saved(see_other("care:visits", pk), person=request.user, page=request.path, form=token)
        hold(request)
        return render_invalid(request, VISITS, self._page(form))

    def _record(self, form: VisitForm) -> Visit | None:
        try:
            return record_visit(
                customer=self.customer,
                values=form.values(),
                by=self.request.user,
                files=form.cleaned_data["enclosed"],
                token=scoped(form.cleaned_data["submit_token"], self.request.user, self.customer),
            )
        except SentOtherwise as error:
            form.add_error(None, error)
            renew_token(form, "submit_token")
        except ValidationError as error:
            form.add_error(None, error)
        return None


class EditPlan(View):
    """Changes the care plan of a customer; 404 when it has none."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        running = CarePlan.objects.visible_to(request.user).filter(ended_on=None).select_related("customer")
        self.plan = get_object_or_404(running, customer=kwargs["pk"])
        demand(rights.may_care(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return self._page(PlanForm(take_up(request), instance=copy(self.plan)))

    def post(self, request, pk):
        form = PlanForm(request.POST, instance=copy(self.plan))
        if form.is_valid():
            version = form.cleaned_data["version"]
            try:
                change_plan(plan=self.plan, values=form.values(), by=request.user, version=version)
                messages.success(request, gettext("Saved."))
                return saved(see_other("care:visits", pk), person=request.user, page=request.path)
            except Stale as stale:
                form.data = {**request.POST.dict(), "version": stale.current.version}
                form.add_error(None, gettext("Somebody changed the plan meanwhile. Saving again replaces it."))
            except ValidationError as error:
                form.add_error(None, error)
        return self._page(form)

    def _page(self, form: PlanForm):
        context = {"form": form, "customer": self.plan.customer}
        return render_invalid(self.request, PLAN, context) if form.errors else render(self.request, PLAN, context)

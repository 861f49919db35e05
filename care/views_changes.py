"""The pages of reports that a customer's file is no longer true."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from accounts.rights import demand
from care.changes import LONGEST, answer_change, report_change
from care.models import ChangeReport
from care.rights import may_care
from core import parameters
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from customers.models import Customer

CHANGES = "care/changes.html"
SHOWN = 200


class CustomerChanges(View):
    """What was reported about one customer's file; anyone who sees the customer adds to it."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        files = Customer.objects.visible_to(request.user).select_related("owner")
        self.customer = get_object_or_404(files, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def _page(self, **more) -> dict:
        reports = ChangeReport.objects.filter(customer=self.customer).select_related("reported_by", "closed_by")
        may = may_care(self.request.user)
        return {"customer": self.customer, "reports": reports[:SHOWN], "may_care": may, "longest": LONGEST, **more}

    def get(self, request, pk):
        return render(request, CHANGES, self._page(text=parameters.text(take_up(request) or QueryDict(), "text")))

    def post(self, request, pk):
        text = parameters.text(request.POST, "text")
        try:
            report_change(customer=self.customer, text=text, by=request.user)
        except ValidationError as error:
            return render_invalid(request, CHANGES, self._page(text=text, mistake=" ".join(error.messages)))
        messages.success(request, _("Reported. The file's owner settles it within three working days."))
        return saved(see_other("care:changes", pk), person=request.user, page=request.path)


@require_POST
def answer(request, pk: int):
    """Closes a report with the reason why the file stays as it is."""
    reports = ChangeReport.objects.visible_to(request.user).select_related("customer__owner")
    report = get_object_or_404(reports, pk=pk)
    demand(may_care(request.user))
    words = parameters.text(request.POST, "answer")
    try:
        answer_change(report=report, answer=words, by=request.user)
        messages.success(request, _("The report is answered."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return see_other(report)

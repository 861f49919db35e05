"""The page of deputies: who stands in for whom and when; naming, changing and ending."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from accounts.deputies import change_deputyship, end_deputyship, may_have_deputy, may_settle, name_deputy, period_of
from accounts.forms import DaysForm, DeputyForm
from accounts.models import Deputyship, DeputyshipQuerySet, User
from accounts.requests import PersonRequest
from accounts.rights import demand, may_administer
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up

PAGE, DAYS = "accounts/deputies.html", "accounts/deputy_days.html"
#: Deputyships that are over, of which the page shows the last.
_SHOWN = 20


def seen_by(user: User) -> DeputyshipQuerySet:
    """The deputyships that a person reads of: those one gives or takes, an administrator all."""
    kept: Any = Deputyship.objects.select_related("person", "deputy", "made_by")
    return kept if may_administer(user) else kept.of(user)


class Deputies(View):
    """Who stands in for whom; below it, naming a deputy."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(may_administer(request.user) or may_have_deputy(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return render(request, PAGE, self._page(DeputyForm(take_up(request), by=request.user)))

    def _page(self, form: DeputyForm) -> dict:
        user, today = self.request.user, timezone.localdate()
        kept = seen_by(user)
        open_ones = list(kept.held().filter(last_day__gte=today).order_by("first_day", "id"))
        over = list(kept.held().filter(last_day__lt=today)[:_SHOWN])
        rows = [(each, each.first_day <= today, may_settle(user, each.person)) for each in open_ones]
        return {"form": form, "rows": rows, "over": over}

    def post(self, request):
        form = DeputyForm(request.POST, by=request.user)
        if form.is_valid() and (made := self._name(form)):
            words = {"deputy": made.deputy, "person": made.person, "period": period_of(made)}
            messages.success(request, _("%(deputy)s stands in for %(person)s, %(period)s.") % words)
            return saved(see_other("deputies"), person=request.user, page=request.path)
        return render_invalid(request, PAGE, self._page(form))

    def _name(self, form: DeputyForm) -> Deputyship | None:
        try:
            return name_deputy(**form.cleaned_data, by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
        return None


class ChangeDays(View):
    """Moves the days of a deputyship."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        self.deputyship = get_object_or_404(seen_by(request.user), pk=kwargs["pk"])
        demand(may_settle(request.user, self.deputyship.person))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return render(request, DAYS, self._page(DaysForm(take_up(request), deputyship=self.deputyship)))

    def _page(self, form: DaysForm) -> dict:
        return {"form": form, "deputyship": self.deputyship}

    def post(self, request, pk):
        form = DaysForm(request.POST, deputyship=self.deputyship)
        if form.is_valid():
            try:
                change_deputyship(deputyship=self.deputyship, **form.cleaned_data, by=request.user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Saved."))
                return saved(see_other("deputies"), person=request.user, page=request.path)
        return render_invalid(request, DAYS, self._page(form))


@require_POST
def end(request, pk: int):
    """Ends a deputyship at once."""
    deputyship = get_object_or_404(seen_by(request.user), pk=pk)
    try:
        ended = end_deputyship(deputyship=deputyship, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = {"deputy": ended.deputy, "person": ended.person}
        messages.success(request, _("%(deputy)s stands in for %(person)s no longer.") % words)
    return see_other("deputies")

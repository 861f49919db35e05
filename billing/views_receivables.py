"""Receivables: what customers owe by age, the same by rep, and one customer's open instalments with who was asked."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, Sum
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from accounts.models import User
from accounts.requests import PersonRequest
from accounts.rights import demand
from billing.dunning import record_dunning
from billing.filters import ReceivableFilter
from billing.forms import DunningForm
from billing.models import Dunning
from billing.receivable_columns import RECEIVABLE_COLUMNS, AgeBar, bar_of
from billing.receivables import (
    AGES,
    Owed,
    owed_by,
    owed_by_customers,
    owes_something,
    receivable_instalments,
    with_promises,
)
from billing.rights import may_dun, may_read_money, may_record_receipts
from core import parameters
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.listing import ListPage
from core.money import ZERO, round_money
from core.templatetags.ui import yuan
from customers.models import Customer
from orders.models import Instalment
from orders.models.order import seen_by

OWING = "billing/owing.html"


class Receivables(ListPage):
    """The customers that owe something, the largest overdue amount first."""

    request: PersonRequest

    template_name = "billing/receivables.html"
    title = gettext_lazy("Receivables")
    export_key = "receivables"
    columns = RECEIVABLE_COLUMNS
    filterset_class = ReceivableFilter
    default_sort = "-overdue_amount"
    search_hint = gettext_lazy("Number, name, contact, phone, pinyin")
    empty_title = gettext_lazy("Nobody owes anything")
    empty_text = gettext_lazy("An instalment stands here from the day on which it has a due date until it is paid.")
    tabs = ((gettext_lazy("By customer"), ""), (gettext_lazy("Overdue"), "age=overdue"))
    pressing = ("age=overdue",)
    new_label = gettext_lazy("Record a receipt")

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_money(request.user))
        self.new_url = reverse("billing:new-receipt") if may_record_receipts(request.user) else ""
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return Customer.objects.visible_to(self.request.user).filter(owes_something()).select_related("owner")

    def with_facts(self, rows):
        today = timezone.localdate()
        found = owed_by_customers([row.pk for row in rows], today)
        largest = max((owed.total for owed in found.values()), default=ZERO)
        for row in rows:
            row.owed = found.get(row.pk, Owed())
            row.delay, row.bar = row.owed.days(today), bar_of(row.owed, largest)
        return rows

    def url_of(self, row):
        return reverse("billing:owing", args=[row.pk])


def seen_instalments(user: User):
    """The receivable instalments of the orders that a person sees."""
    return receivable_instalments().filter(seen_by(user, "order__"))


@require_GET
def summary(request):
    """What is owed in all by age, for htmx: it looks at every open instalment, so no page waits for it."""
    demand(may_read_money(request.user))
    today, rows = timezone.localdate(), seen_instalments(request.user)
    owed = owed_by(rows.annotate(everybody=F("revision") * 0), "everybody", today).get(0, Owed())
    later = Instalment.objects.owed().filter(seen_by(request.user, "order__"), due_date=None).order_by()
    untriggered = later.aggregate(sum=Sum(F("amount") - F("received")))["sum"]
    context = {"owed": owed, "bar": bar_of(owed, owed.total), "untriggered": round_money(untriggered or ZERO)}
    return render(request, "billing/_receivables_summary.html", context)


@dataclass(frozen=True)
class RepRow:
    """What the customers of one rep owe."""

    rep: User | None
    owed: Owed
    delay: int
    bar: AgeBar


class ReceivablesByRep(TemplateView):
    """What is owed by the rep of the orders, the largest overdue amount first."""

    request: PersonRequest

    template_name = "billing/receivables_by_rep.html"

    def get_context_data(self, **kwargs):
        demand(may_read_money(self.request.user))
        today = timezone.localdate()
        found = owed_by(seen_instalments(self.request.user), "order__rep", today)
        people = User.objects.in_bulk(list(found))
        largest = max((owed.total for owed in found.values()), default=ZERO)
        rows = [RepRow(people.get(pk), owed, owed.days(today), bar_of(owed, largest)) for pk, owed in found.items()]
        rows.sort(key=lambda row: (-row.owed.overdue, -row.owed.total, str(row.rep)))
        return super().get_context_data(**kwargs, rows=rows, ages=[key for key, _most in AGES])


class Owing(View):
    """One customer's open instalments, who was asked for them, and the form that keeps it."""

    request: PersonRequest

    takes_up = True

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_money(request.user))
        files = Customer.objects.visible_to(request.user).select_related("owner")
        self.customer = get_object_or_404(files, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def _page(self, form: DunningForm | None, chosen: list[int]) -> dict[str, Any]:
        today = timezone.localdate()
        mine = receivable_instalments().filter(order__customer=self.customer)
        parts: list[Any] = list(with_promises(mine).select_related("order").order_by("due_date", "pk"))
        for part in parts:
            part.delay = (today - part.due_date).days if part.due_date else 0
        asked = Dunning.objects.filter(order__customer=self.customer).select_related("order", "by")
        return {
            "customer": self.customer,
            "parts": parts,
            "owed": owed_by_customers([self.customer.pk], today).get(self.customer.pk, Owed()),
            "dunnings": asked[:50],
            "form": form if parts and may_dun(self.request.user) else None,
            "chosen": chosen,
            "may_record": may_record_receipts(self.request.user),
            "today": today,
        }

    def get(self, request, pk):
        if typed := take_up(request):
            return render(request, OWING, self._page(DunningForm(typed), parameters.keys(typed, "instalment")))
        page = self._page(DunningForm.fresh(self.customer), [])
        page["chosen"] = [part.pk for part in page["parts"] if part.delay > 0]
        return render(request, OWING, page)

    def post(self, request, pk):
        demand(may_dun(request.user))
        form, chosen = DunningForm(request.POST), parameters.keys(request.POST, "instalment")
        if form.is_valid():
            try:
                made = record_dunning(customer=self.customer, instalments=chosen, by=request.user, **form.cleaned_data)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                said = ngettext("Kept for %(n)s instalment.", "Kept for %(n)s instalments.", len(made))
                messages.success(request, said % {"n": len(made)})
                return saved(see_other("billing:owing", pk), person=request.user, page=request.path)
        return render_invalid(request, OWING, self._page(form, chosen))


def in_sum(owed: Owed) -> str:
    """What somebody owes as a sentence."""
    words = {"total": yuan(owed.total), "overdue": yuan(owed.overdue)}
    return _("%(total)s, of which %(overdue)s is overdue") % words

"""Writing an amendment: the page of order entry, over what the order would say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.rights import demand
from approvals.amendments.instalments import amended_instalments
from approvals.amendments.missing import missing_in
from approvals.amendments.proposal import HEADER, STANDS_FAST, Proposed
from approvals.amendments.services import Moved, NotAmended, propose, save_amendment, why_not_amended
from approvals.models import Amendment
from core.autosave import keep, saved
from core.http import is_key, render_invalid, see_other, typed_in
from core.stale import Difference, Stale
from core.workflow import Refused, take
from orders.content import line_changes
from orders.entry.forms import OrderForm
from orders.entry.grid import Row, read_grid, rows_of
from orders.entry.page import EntryPage, Sums, chosen_terms
from orders.entry.suggestions import offer_last_prices
from orders.entry.views import EntryView, computed
from orders.models import Order
from orders.rights import may_write_orders

BLANK_ROWS = 2
_PARTS_SEEN = 3


def what_is_seen(order: Order, draft: Amendment | None) -> str:
    """What a page says in its ``version`` that it was written from: the order's revision, the draft, its version."""
    return f"{order.revision}-{draft.number}-{draft.version}" if draft else f"{order.revision}-0-0"


class AmendForm(OrderForm):
    """The header that an order would have, and why. Whom it is for and of which day it is stands fast."""

    reason = forms.CharField(
        label=gettext_lazy("Why it changes"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    at_customers_wish = forms.BooleanField(
        label=gettext_lazy("The customer wishes the new date"),
        required=False,
        help_text=gettext_lazy("Punctuality is then counted by the new date."),
    )

    fieldsets: ClassVar[Any] = (*OrderForm.fieldsets, (None, (("reason", "at_customers_wish"),)))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in STANDS_FAST:
            self.fields[name].disabled = True
        self.fields["version"] = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def can_be_kept(self) -> bool:
        """Whether all of it can be read: an amendment keeps no date as it was typed, so it stays on the page."""
        return not self.errors

    @property
    def began(self) -> tuple[int, int] | None:
        """The revision of the order and the number of the draft (0: none) that it began from; None when not said."""
        return self._seen[:2] if self._seen else None

    @property
    def sent_version(self) -> int | None:
        return self._seen[2] if self._seen else None

    @property
    def _seen(self) -> tuple[int, int, int] | None:
        parts = self.cleaned_data["version"].split("-")
        if len(parts) != _PARTS_SEEN or not all(is_key(part) for part in parts):
            return None
        revision, draft, version = map(int, parts)
        return revision, draft, version


@dataclass
class AmendPage(EntryPage):
    """An order on the entry page as an amendment would have it; ``amendment`` is its draft, if there is one yet."""

    blanks: int = BLANK_ROWS
    amendment: Amendment | None = None

    @property
    def title(self) -> str:
        return _("Amend the order")

    @property
    def totals_url(self) -> str:
        return reverse("approvals:amend-totals", args=[self._the_order.pk])

    @property
    def _the_order(self) -> Order:
        assert self.order, "an amendment is of an order"
        return self.order

    @property
    def sums(self) -> Sums:
        return amended_sums(self._the_order, super().sums, self.form["payment_terms"].value())

    def mark_missing(self) -> None:
        """The service says what is missing, once the draft is kept."""

    def show_conflict(self, stale: Stale) -> None:
        self.conflict = _differences(stale.current, self.form, self.rows)
        self.conflict_by = str(stale.current.writers.exclude(pk=self.user.pk).last() or stale.current.drafted_by)
        self.form.go_on_from(what_is_seen(stale.current.order, stale.current))

    def context(self) -> dict[str, Any]:
        """As of order entry, without what only concerns orders that are to be reviewed as a whole."""
        mine: dict[str, Any] = {
            "amendment": self.amendment,
            "recent": [],
            "nobody_decides": "",
            "returned": None,
            "feasible_url": "",
        }
        return {**super().context(), **mine}


def amended_sums(order: Order, sums: Sums, terms) -> Sums:
    """The sums with the instalments that the order would have: what it has stays, the last takes the difference."""
    after = Order(pk=order.pk, revision=order.revision + 1, gross_total=sums.amounts.gross)
    after.payment_terms = chosen_terms(terms)
    return replace(sums, instalments=amended_instalments(order, list(order.current_instalments()), after))


def _differences(current: Amendment, form: OrderForm, rows: Sequence[Row]) -> list[Difference]:
    """Every part in which what is stored of a draft and what was just written differ."""
    stored, header, found = Proposed(current), form.header(), []
    for part in HEADER:
        theirs, mine = getattr(stored.order, part.name), header[part.name]
        if not part.same(theirs, mine):
            found.append(Difference(str(form[part.name].label), part.readable(theirs), part.readable(mine)))
    if current.reason != form.cleaned_data["reason"]:
        found.append(Difference(str(form["reason"].label), current.reason, form.cleaned_data["reason"]))
    changes = line_changes(stored.lines, [row.as_input() for row in rows])
    return found + [Difference(place, theirs, mine) for place, theirs, mine in changes]


class Amend(EntryView):
    """``/orders/<id>/amend/``: begins an amendment, or goes on with its draft."""

    template = "approvals/amendment_entry.html"
    form_class = AmendForm
    page_class = AmendPage
    amendment: Amendment | None = None

    def dispatch(self, request, *args, **kwargs):
        demand(may_write_orders(request.user))
        orders = Order.objects.visible_to(request.user).select_related("customer", "contact", "payment_terms")
        self.order = order = get_object_or_404(orders, pk=kwargs["pk"])
        self.amendment = order.amendments.open().first()
        if self.amendment and not self.amendment.is_draft:
            words = {"amendment": self.amendment, "state": self.amendment.status_label}
            return self._refuse_and_keep(
                NotAmended(_("%(amendment)s is “%(state)s”: it is decided or withdrawn first.") % words, self.amendment)
            )
        if reason := why_not_amended(order):
            return self._refuse_and_keep(NotAmended(reason))
        return super().dispatch(request, *args, **kwargs)

    def _instance(self) -> Order:
        return Proposed(self.amendment).order if self.amendment else self._the_order

    @property
    def _the_order(self) -> Order:
        assert self.order, "dispatch has looked for it"
        return self.order

    def _first_page(self) -> AmendPage:
        draft = self.amendment
        initial: dict[str, Any] = {"version": what_is_seen(self._the_order, draft)}
        if draft:
            initial |= {"reason": draft.reason, "at_customers_wish": draft.at_customers_wish}
        form = AmendForm(
            instance=self._instance(), initial=initial, by=self.request.user, customer=self._the_order.customer
        )
        lines = Proposed(draft).lines if draft else self._the_order.current_lines().select_related("product")
        rows = rows_of(lines)
        offer_last_prices(rows, self.request.user, self._the_order.customer)
        return AmendPage(self.request.user, self.order, form, rows, amendment=draft)

    def _say_whether_changed_since(self) -> None:
        """A draft that was saved meanwhile is shown beside what was typed once it is saved."""

    def _keep(self, page: EntryPage) -> HttpResponse:
        assert isinstance(page.form, AmendForm), "the class says so"
        data, submitting = page.form.cleaned_data, "save" not in self.request.POST
        try:
            amendment = save_amendment(
                order=self._the_order,
                header=page.form.header(),
                lines=[row.as_input() for row in page.rows],
                reason=data["reason"].strip(),
                at_customers_wish=data["at_customers_wish"],
                by=self.request.user,
                version=page.form.sent_version,
                began=page.form.began,
            )
        except NotAmended as refused:
            return self._refuse_and_keep(refused)
        except Moved as moved:
            page.headline = str(moved)
            page.form.go_on_from(what_is_seen(moved.order, None))
            return self._refuse(page, submitting)
        except Stale as stale:
            page.show_conflict(stale)
            return self._refuse(page, submitting)
        if submitting and (missing := missing_in(Proposed(amendment))):
            page.form.go_on_from(what_is_seen(amendment.order, amendment))
            page.mark(missing)
            return self._refuse(page, submitting)
        answer = self._submitted(amendment) if submitting else self._drafted(amendment, page.faulty_cells)
        return saved(answer, person=self.request.user, page=self.request.path)

    def _drafted(self, amendment: Amendment, faulty: int) -> HttpResponse:
        sentence = (
            _("The draft is saved.") if not faulty else _("The draft is saved as typed; some cells must be mended.")
        )
        if "stay" in self.request.POST:
            told = {
                "version": what_is_seen(amendment.order, amendment),
                "title": _("Amend the order"),
                "sentence": sentence,
            }
            return JsonResponse({"url": self.request.path, **told})
        messages.success(self.request, sentence)
        return see_other("approvals:amend", amendment.order_id) if faulty else see_other(amendment)

    def _submitted(self, amendment: Amendment) -> HttpResponse:
        """Proposes it, and passes stage one at once where that was asked for; what forbids it is said on its page."""
        try:
            propose(amendment=amendment, by=self.request.user)
            messages.success(self.request, _("%(amendment)s: “%(state)s”.") % _told(amendment))
            if "submit_approve" in self.request.POST and amendment.status == amendment.states.REP:
                take(amendment, "rep_approve", by=self.request.user)
                messages.success(self.request, _("The first review is passed."))
        except Refused as refused:
            messages.error(self.request, str(refused))
        return see_other(amendment)

    def _refuse_and_keep(self, refused) -> HttpResponse:
        """Leads to where it is decided; what was typed is offered once the order can be amended again."""
        sentence = str(refused)
        if self.request.method == "POST":
            keep(person=self.request.user, page=self.request.path, form="", entries=typed_in(self.request.POST))
            sentence += " " + _("What you typed is kept: it is offered to you when the order can be amended again.")
        messages.error(self.request, sentence)
        return see_other(refused.amendment or self.order)

    def _refuse(self, page: EntryPage, submitting: bool) -> HttpResponse:
        if page.mistakes and not page.headline:
            page.headline = _("It cannot be proposed yet,") if submitting else _("It is not saved yet,")
        return render_invalid(self.request, self.template, page.context())


def _told(amendment: Amendment) -> dict[str, str]:
    return {"amendment": str(amendment), "state": amendment.status_label}


@require_POST
def amend_totals(request, pk: int) -> JsonResponse:
    """The posted grid, computed, with the instalments that the order would have."""
    demand(may_write_orders(request.user))
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    rows = read_grid(request.POST)
    offer_last_prices([row for row in rows if "product" in row.filled], request.user, order.customer)
    page = AmendPage(
        request.user, order, AmendForm(request.POST, instance=order, by=request.user, customer=order.customer), rows
    )
    return computed(rows, page.sums)

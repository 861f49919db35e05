"""The pages of quotations: making one from a draft, one that was made, its paper, and what is done with it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from accounts.rights import demand
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.links.services import links_of
from core.links.views import hand_out
from core.submitted import SentOtherwise, renew_token, scoped
from orders.forms import QuotationForm
from orders.links import QUOTATION
from orders.models import Order, Quotation, QuotationAnswer
from orders.offer import offer_of
from orders.quotations import make_quotation, note_answer, revoke_quotation, why_not_quoted
from orders.rights import may_quote

FORM = "orders/quotation_form.html"


def quotations_seen_by(user):
    """Quotations with what their pages read."""
    found = Quotation.objects.visible_to(user).select_related("order__customer", "made_by", "revoked_by")
    return found.prefetch_related("answers__noted_by")


class NewQuotation(View):
    """Offers what a draft says now; the form asks until when, and what is to be said beside it."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        seen = Order.objects.visible_to(request.user).select_related("customer", "payment_terms")
        self.order = get_object_or_404(seen, pk=kwargs["pk"])
        demand(may_quote(request.user))
        self.lines = list(self.order.current_lines())
        return super().dispatch(request, *args, **kwargs)

    def _page(self, form: QuotationForm) -> dict:
        return {
            "form": form,
            "order": self.order,
            "lines": self.lines,
            "quotations": quotations_seen_by(self.request.user).filter(order=self.order),
        }

    def get(self, request, pk):
        if sentence := why_not_quoted(self.order, self.lines):
            messages.error(request, sentence)
            return see_other(self.order)
        return render(request, FORM, self._page(QuotationForm(take_up(request))))

    def post(self, request, pk):
        form = QuotationForm(request.POST)
        if form.is_valid() and (made := self._make(form)):
            messages.success(request, _("%(quotation)s is made. Give the customer its link.") % {"quotation": made})
            token = str(form.cleaned_data["submit_token"] or "")
            return saved(see_other(made), person=request.user, page=request.path, form=token)
        return render_invalid(request, FORM, self._page(form))

    def _make(self, form: QuotationForm) -> Quotation | None:
        said = form.cleaned_data
        try:
            return make_quotation(
                order=self.order,
                valid_until=said["valid_until"],
                remark=said["remark"].strip(),
                by=self.request.user,
                token=scoped(said["submit_token"], self.request.user, self.order),
            )
        except SentOtherwise as error:
            form.add_error(None, error)
            renew_token(form, "submit_token")
        except ValidationError as error:
            form.add_error(None, error)
        return None


@require_GET
def quotation_page(request, pk: int):
    """One quotation: what was offered, how it stands, what the customer said, and its links."""
    quotation = get_object_or_404(quotations_seen_by(request.user), pk=pk)
    context = {
        "quotation": quotation,
        "order": quotation.order,
        "offer": offer_of(quotation),
        "versions": quotations_seen_by(request.user).filter(order=quotation.order_id),
        "links": links_of(quotation),
        "may_quote": may_quote(request.user),
        "may_send": may_quote(request.user) and quotation.takes_answers,
        "may_revoke": may_quote(request.user) and quotation.may_be_revoked,
    }
    return render(request, "orders/quotation_detail.html", context)


@require_GET
def quotation_print(request, pk: int):
    """The quotation as A4 sheets."""
    quotation = get_object_or_404(quotations_seen_by(request.user), pk=pk)
    offer = offer_of(quotation)
    state = quotation.state
    context = {
        "quotation": quotation,
        "offer": offer,
        "company": offer.company,
        "title": _("Quotation"),
        "number": str(quotation),
        "dated": quotation.made_at,
        "mark": "" if quotation.takes_answers or quotation.acceptance else state.label,
        "back_url": quotation.get_absolute_url(),
        "back_label": _("Back to the quotation"),
    }
    return render(request, "orders/quotation_print.html", context)


@require_POST
def send_quotation(request, pk: int):
    """Makes the link on which the customer reads the quotation and answers it, and leads to it."""
    quotation = get_object_or_404(quotations_seen_by(request.user), pk=pk)
    demand(may_quote(request.user))
    if not quotation.takes_answers:
        messages.error(request, _("“%(state)s”: it takes no answer any more.") % {"state": quotation.state.label})
        return see_other(quotation)
    return hand_out(request, QUOTATION, quotation, given_to=quotation.content["buyer"]["contact"])


@require_POST
def revoke(request, pk: int):
    """Withdraws an offer."""
    quotation = get_object_or_404(quotations_seen_by(request.user), pk=pk)
    try:
        revoke_quotation(quotation=quotation, by=request.user)
        messages.success(
            request, _("%(quotation)s is withdrawn: nobody can accept it any more.") % {"quotation": quotation}
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return see_other(quotation)


@require_POST
def note(request, pk: int):
    """The answer of a customer has been read; it leaves the worklist."""
    answer = QuotationAnswer.objects.filter(pk=pk).select_related("quotation").first()
    if answer is None or not Quotation.objects.visible_to(request.user).filter(pk=answer.quotation_id).exists():
        raise Http404
    note_answer(answer=answer, by=request.user)
    messages.success(request, _("Noted. It is off the worklist."))
    return see_other(answer.quotation)

"""The proposals of other grades, and deciding one or many of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from accounts.rights import demand
from core import parameters, typed
from core.http import is_key, see_other
from core.listing import ListPage
from core.workflow import Refused, take
from customers.models import Customer
from grading.columns import CHOICE, COLUMNS
from grading.consequences import consequences_of
from grading.figures import amounts_by_month
from grading.filters import ProposalFilter
from grading.models import GradeProposal
from grading.rights import may_ask, may_decide, may_read_proposals
from grading.services import request_regrading
from grading.statuses import ProposalStatus

PAGE = "grading:list"
#: More than a page of the list offers.
MOST_AT_ONCE = 200


class Proposals(ListPage):
    """What waits for a decision, with the figures and what each would change; and what was decided."""

    request: PersonRequest

    template_name = "grading/proposals.html"
    title = gettext_lazy("Regrading")
    export_key = "grades"
    columns = (CHOICE, *COLUMNS)
    filterset_class = ProposalFilter
    search_hint = gettext_lazy("Number, name, contact, phone, pinyin")
    tabs = (
        (gettext_lazy("To be decided"), ""),
        (gettext_lazy("Up"), "way=up"),
        (gettext_lazy("Down"), "way=down"),
        (gettext_lazy("Requested"), "origin=request"),
        (gettext_lazy("Decided"), "state=decided"),
    )
    empty_title = gettext_lazy("No proposal waits for a decision")
    empty_text = gettext_lazy(
        "On the first working day of a quarter every customer's figures are compared with its grade; where they ask "
        "for another one, a proposal appears here. One customer can be regraded from its page at any time."
    )
    rows_lead = False

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_proposals(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        seen = GradeProposal.objects.visible_to(self.request.user)
        return seen.select_related("customer__owner", "decided_by")

    def shown_columns(self):
        return [c for c in super().shown_columns() if c is not CHOICE or may_decide(self.request.user)]

    def with_facts(self, rows):
        """What is still open shows what it would change now, not when it was proposed."""
        waiting = [row for row in rows if row.status == ProposalStatus.OPEN]
        meant = consequences_of(waiting, timezone.localdate()) if waiting else {}
        for row in waiting:
            row.consequences = meant[row.customer_id]
        amounts = amounts_by_month({row.customer_id for row in rows}, timezone.localdate())
        for row in rows:
            row.by_month = amounts[row.customer_id]
        return rows

    def get_context_data(self, **kwargs):
        # A workbook is made without a session.
        kept = typed.recall(self.request, PAGE) if hasattr(self.request, "session") else {}
        note = kept.get("values", {}).get("note", "")
        return super().get_context_data(**kwargs, may_decide=may_decide(self.request.user), note=note)


@require_POST
def decide(request):
    """Accepts or rejects the chosen proposals with one comment; every one that is refused says why."""
    demand(may_decide(request.user))
    verb = parameters.choice(request.POST, "verb", ("accept", "reject"))
    chosen = _chosen(request)
    note = parameters.text(request.POST, "note")
    if not chosen or not verb:
        messages.warning(request, _("Choose at least one proposal, and whether you accept it."))
        typed.keep(request, PAGE, verb)
        return see_other(PAGE)
    done = 0
    for proposal, version in chosen:
        try:
            take(proposal, verb, by=request.user, note=note, version=version)
            done += 1
        except Refused as refused:
            messages.error(request, f"{proposal}: {refused}")
    if done and verb == "accept":
        text = ngettext("%(n)s proposal accepted.", "%(n)s proposals accepted.", done)
        messages.success(request, text % {"n": done})
    elif done:
        text = ngettext("%(n)s proposal rejected.", "%(n)s proposals rejected.", done)
        messages.success(request, text % {"n": done})
    if not done:
        typed.keep(request, PAGE, verb)
    return see_other(PAGE)


def _chosen(request) -> list[tuple[GradeProposal, int]]:
    """The posted ``proposal=<id>:<version>`` pairs. Raises Http404 for a proposal not to be seen."""
    pairs = [value.partition(":") for value in parameters.texts(request.POST, "proposal")[:MOST_AT_ONCE]]
    if not all(is_key(pk) and is_key(version) for pk, _colon, version in pairs):
        raise Http404
    versions = {int(pk): int(version) for pk, _colon, version in pairs}
    found = GradeProposal.objects.visible_to(request.user).filter(pk__in=versions).order_by("customer_id")
    chosen = [(proposal, versions[proposal.pk]) for proposal in found.select_related("customer")]
    if len(chosen) != len(versions):
        raise Http404
    return chosen


@require_POST
def ask(request, pk: int):
    """Works out one customer's grade now and proposes it, or says that its figures ask for the one it has."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    demand(may_ask(request.user))
    try:
        proposal = request_regrading(customer=customer, note=parameters.text(request.POST, "note"), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = {"before": proposal.before, "after": proposal.after}
        messages.success(request, _("Proposed: grade %(after)s instead of %(before)s. A manager decides.") % words)
    return see_other(customer)

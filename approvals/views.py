"""The review queue, the review of one order, and the gate's fragments for other pages."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from approvals.amendments.waiting import amendments_waiting_for
from approvals.columns import QUEUE_COLUMNS
from approvals.dossier import Dossier
from approvals.filters import QueueFilter
from approvals.guards import dossier_for
from approvals.queue import Place, as_waiting, clocks_of, place_of, waiting_for
from approvals.review import desk_for, past_decisions
from approvals.rights import may_review
from approvals.rounds import content_with_changes
from approvals.services import approve_several
from core import parameters, typed
from core.http import is_key, see_other
from core.listing import ListPage
from core.templatetags.ui import yuan
from core.verbs import link_to
from core.workflow import Attempt
from core.worklist import AT_ONCE
from orders.models import Order
from orders.page import order_for, order_page_context


class Queue(ListPage):
    """What waits for this person's decision, the longest waiting first."""

    request: PersonRequest

    template_name = "approvals/queue.html"
    title = gettext_lazy("Review queue")
    export_key = "reviews"
    columns = QUEUE_COLUMNS
    filterset_class = QueueFilter
    default_sort = "status_since"
    search_hint = gettext_lazy("Order number, customer, pinyin initials")
    empty_title = gettext_lazy("Nothing waits for your review")
    empty_text = gettext_lazy("Orders appear here as soon as they reach your stage.")

    def dispatch(self, request, *args, **kwargs):
        if not may_review(request.user):
            raise PermissionDenied(_("Your role reviews no orders."))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return waiting_for(self.request.user)

    def with_facts(self, rows):
        return as_waiting(rows)

    def url_of(self, row):
        return reverse("approvals:review", args=[row.order.pk]) + _filters_in(self.request)

    def get_context_data(self, **kwargs):
        amendments = amendments_waiting_for(self.request.user)[:AT_ONCE]
        return super().get_context_data(**kwargs, query=_filters_in(self.request), amendments=amendments)


def _filters_in(request) -> str:
    """The queue's filters as a query string that review pages carry along; empty without any."""
    filters = request.GET.copy()
    for name in [name for name in filters if name not in QueueFilter.base_filters]:
        del filters[name]
    return f"?{filters.urlencode()}" if filters else ""


@require_POST
def approve_chosen(request):
    """Approves the chosen orders of the queue; every one gets its own result as a message."""
    if not may_review(request.user):
        raise PermissionDenied(_("Your role reviews no orders."))
    outcomes = approve_several(orders=_chosen(request), by=request.user)
    approved = [outcome.order for outcome in outcomes if not outcome.refusal]
    if approved:
        total = yuan(sum(order.gross_total for order in approved))
        said = ngettext("%(n)s order approved, %(total)s", "%(n)s orders approved, %(total)s in all", len(approved))
        links = format_html_join(" ", "{}", ((link_to(order, request.user),) for order in approved))
        messages.success(request, format_html("{}: {}", said % {"n": len(approved), "total": total}, links))
    for outcome in outcomes:
        if outcome.refusal:
            messages.error(request, f"{outcome.order}: {outcome.refusal}")
    if not outcomes:
        messages.warning(request, _("Choose at least one order first."))
    return see_other(reverse("approvals:queue") + _filters_in(request))


def _chosen(request) -> list[tuple[Order, int]]:
    """The posted ``order=<id>:<version>`` pairs, longest waiting first. Raises Http404 for an order not to be seen."""
    pairs = [value.partition(":") for value in parameters.texts(request.POST, "order")]
    if not all(is_key(pk) and is_key(version) for pk, _colon, version in pairs):
        raise Http404
    versions = {int(pk): int(version) for pk, _colon, version in pairs}
    found = Order.objects.visible_to(request.user).filter(pk__in=versions).order_by("status_since", "id")
    orders = [(order, versions[order.pk]) for order in found]
    if len(orders) != len(versions):
        raise Http404
    return orders


@require_GET
def review(request, pk: int):
    """One order under review: what was ordered, what the checks say, and for who decides it the verbs."""
    if not request.user.sees_prices:
        raise PermissionDenied(_("This page shows prices and credit."))
    order = order_for(request, pk)
    filtered = QueueFilter(request.GET or None, queryset=waiting_for(request.user), request=request)
    place = place_of(order, filtered.qs) if may_review(request.user) else Place()
    page = {} if place.number else order_page_context(request, order, "review")
    recalled = typed.recall(request, order) if place.number else page["typed"]
    attempt = Attempt(order, request.user)
    context = {
        **page,
        "order": order,
        "place": place,
        **_requirement(dossier_for(attempt)),
        "desk": desk_for(attempt, recalled),
        "content": content_with_changes(order),
        "past": past_decisions(order),
        **_way_on(request, place),
        "clock": clocks_of([order])[order.pk] if place.number else None,
    }
    return render(request, "approvals/review.html", context)


def _requirement(dossier: Dossier) -> dict:
    """The requirement that the order was made of, and both side by side."""
    pairs = dossier.requirement_pairs if dossier.requirement else None
    return {"requirement": dossier.requirement, "pairs": pairs}


def _way_on(request, place: Place) -> dict:
    """Where to go from here; the queue's filters go along."""
    query = _filters_in(request)
    pages = {name: getattr(place, name) for name in ("previous", "next", "following")}
    urls = {name: reverse("approvals:review", args=[pk]) + query if pk else "" for name, pk in pages.items()}
    queue_url = reverse("approvals:queue") + query
    return {
        "queue_url": queue_url,
        "previous_url": urls["previous"],
        "next_url": urls["next"],
        "onward_url": urls["following"] or queue_url,
        "here_url": request.get_full_path(),
    }

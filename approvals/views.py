"""The review queue, the review of one order, and the gate's fragments for other pages."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from approvals.exports import QUEUE_COLUMNS
from approvals.filters import QueueFilter
from approvals.queue import Place, as_waiting, clocks_of, decides, place_of, waiting_for
from approvals.review import desk_for, past_decisions
from approvals.rounds import content_with_changes
from approvals.services import approve_several
from core import typed
from core.columns import Column
from core.http import is_key, see_other
from core.listing import ListPage
from orders.models import Order
from orders.page import order_for, order_page_context


class Queue(ListPage):
    """What waits for this person's decision, the longest waiting first."""

    template_name = "approvals/queue.html"
    title = gettext_lazy("Review queue")
    export_key = "reviews"
    export_columns = QUEUE_COLUMNS
    filterset_class = QueueFilter
    default_sort = "status_since"
    # Headings only: the template fills the cells from ``approvals.queue.Waiting``.
    columns = tuple(
        Column(key, label, str, kind, css, sort)
        for key, label, kind, css, sort in (
            ("number", gettext_lazy("Order number"), "text", "", ""),
            ("customer", gettext_lazy("Customer"), "text", "", ""),
            ("gross_total", gettext_lazy("Total with tax (元)"), "money", "", "gross_total"),
            ("checks", gettext_lazy("Checks"), "text", "", ""),
            ("since", gettext_lazy("Waiting"), "text", "", "status_since"),
            ("due", gettext_lazy("Due"), "text", "", ""),
            ("rep", gettext_lazy("Sales representative"), "text", "", ""),
        )
    )
    search_hint = gettext_lazy("Order number, customer, pinyin initials")
    empty_title = gettext_lazy("Nothing waits for your review")
    empty_text = gettext_lazy("Orders appear here as soon as they reach your stage.")

    def dispatch(self, request, *args, **kwargs):
        if not decides(request.user):
            raise PermissionDenied(_("Your role reviews no orders."))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return waiting_for(self.request.user)

    def exported_rows(self, rows):
        return as_waiting(rows)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "waiting": as_waiting([row for row, _cells in context["rows"]]),
            "query": _filters_in(self.request),
        }


def _filters_in(request) -> str:
    """The queue's filters as a query string that review pages carry along; empty without any."""
    kept = request.GET.copy()
    for name in [name for name in kept if name not in QueueFilter.base_filters]:
        del kept[name]
    return f"?{kept.urlencode()}" if kept else ""


@require_POST
def approve_chosen(request):
    """Approves the chosen orders of the queue; every one gets its own result as a message."""
    if not decides(request.user):
        raise PermissionDenied(_("Your role reviews no orders."))
    outcomes = approve_several(orders=_chosen(request), by=request.user)
    approved = [str(outcome.order) for outcome in outcomes if not outcome.refusal]
    if approved:
        messages.success(request, _("Approved: %(orders)s") % {"orders": _(", ").join(approved)})
    for outcome in outcomes:
        if outcome.refusal:
            messages.error(request, f"{outcome.order}: {outcome.refusal}")
    if not outcomes:
        messages.warning(request, _("Choose at least one order first."))
    return see_other(reverse("approvals:queue") + _filters_in(request))


def _chosen(request) -> list[tuple[Order, int]]:
    """The posted ``order=<id>:<version>`` pairs, longest waiting first. Raises Http404 for an order not to be seen."""
    pairs = [value.partition(":") for value in request.POST.getlist("order")]
    if not all(is_key(pk) and version.isdecimal() for pk, _colon, version in pairs):
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
    place = place_of(order, _filtered_queue(request)) if decides(request.user) else Place()
    page = {} if place.number else order_page_context(request, order, "review")
    recalled = typed.recall(request, order) if place.number else page["typed"]
    context = {
        **page,
        "order": order,
        "place": place,
        "desk": desk_for(order, request.user, recalled),
        "content": content_with_changes(order),
        "past": past_decisions(order),
        **_way_on(request, place),
        "clock": clocks_of([order])[order.pk] if place.number else None,
    }
    return render(request, "approvals/review.html", context)


def _filtered_queue(request):
    queue = waiting_for(request.user)
    return QueueFilter(request.GET or None, queryset=queue, request=request).qs


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

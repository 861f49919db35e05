"""What of amendments waits for people: decisions, and what the customer must confirm anew."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from approvals.amendments.waiting import amendments_waiting_for
from approvals.models import Amendment, Stage
from core.deadlines import counted_from, deadlines_after
from core.worklist import Item, Source, worklist_source
from orders.models import Order
from orders.statuses import Status
from orders.turn import confirmation_missing, stage_days


@worklist_source
class AmendmentReviews(Source):
    """The amendments that this person can decide, longest waiting first; counted among the reviews."""

    kind = "reviews"
    label = gettext_lazy("Amendments")

    def waiting(self, user: User) -> QuerySet:
        return amendments_waiting_for(user)

    def due_before(self, instants):
        return counted_from("status_since", stage_days(), instants)

    def items_of(self, records):
        deadlines = deadlines_after([each.status_since for each in records], stage_days())
        return [_item(each, deadlines[each.status_since]) for each in records]

    def list_url(self):
        return reverse("approvals:queue")


def _item(amendment: Amendment, deadline) -> Item:
    words = {"amendment": amendment, "who": amendment.drafted_by}
    return Item(
        kind=AmendmentReviews.kind,
        kind_label=str(Stage(amendment.status).label),
        whom=amendment.order.customer_name,
        grade=amendment.order.customer.grade,
        what=_("%(amendment)s waits for your decision") % words,
        detail=amendment.reason,
        url=amendment.get_absolute_url(),
        verb=_("Review it"),
        due=deadline.at,
        why=deadline.explained(_("Each stage has its working days, from when it came to it.")),
        estimated=deadline.counted.estimated,
    )


@worklist_source
class ConfirmedAnew(Source):
    """For reps: their released orders of which an amendment changed what the customer signed."""

    kind = "confirmed_anew"
    label = gettext_lazy("To be confirmed anew")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.REP or (missing := confirmation_missing()) is None:
            return Order.objects.none()
        changed = Q(status=Status.APPROVED, released_at__isnull=False, reconfirm_since__isnull=False)
        mine = Order.objects.visible_to(user).filter(changed, missing)
        return mine.select_related("customer").order_by("reconfirm_since", "id")

    def due_before(self, instants):
        return counted_from("reconfirm_since", stage_days(), instants)

    def items_of(self, records):
        deadlines = deadlines_after([order.reconfirm_since for order in records], stage_days())
        return [_to_confirm(order, deadlines[order.reconfirm_since]) for order in records]

    def list_url(self):
        return reverse("orders:list")


def _to_confirm(order: Order, deadline) -> Item:
    return Item(
        kind=ConfirmedAnew.kind,
        kind_label=str(ConfirmedAnew.label),
        whom=order.customer_name,
        grade=order.customer.grade,
        what=_("%(order)s was amended: have revision %(n)s signed and attach it")
        % {"order": order, "n": order.revision},
        url=reverse("fulfilment:delivery", args=[order.pk]),
        verb=_("Attach it"),
        due=deadline.at,
        why=deadline.explained(_("What the customer signed was changed.")),
        estimated=deadline.counted.estimated,
    )

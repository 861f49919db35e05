"""Who has drafted an order, as its history says."""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_noop

from accounts.invariants import person_called
from core.invariants import About, invariant
from core.models import Event
from orders.models import Drafter, Order

#: Who takes one of these has drafted the order: begun it, or written it anew.
_BEGINNINGS = ("created", "write_anew")


@invariant("drafters", gettext_noop("everybody who wrote in an order is known as having drafted it"), of_history=True)
def unknown_drafters() -> Iterator[str]:
    """Orders that are said to be begun by somebody else than their history says, and changes by unknown hands."""
    begun = _events(_BEGINNINGS).filter(subject_id=OuterRef("pk")).order_by("-id")
    said = Order.objects.annotate(begun_by=Subquery(begun.values("actor")[:1]))
    for order in said.filter(begun_by__isnull=False).exclude(begun_by=F("drafted_by")).iterator():
        who = {"drafter": person_called(order.drafted_by_id), "beginner": person_called(order.begun_by)}
        sentence = gettext_noop("%(order)s is drafted by %(drafter)s, by its history begun by %(beginner)s")
        yield About(sentence, _kind(), order.pk, order=str(order), **who)
    known = Drafter.objects.filter(order=OuterRef("subject_id"), person=OuterRef("actor"))
    beginner = Order.objects.filter(pk=OuterRef("subject_id"), drafted_by=OuterRef("actor"))
    changed = _events(("draft_changed",)).filter(actor__isnull=False)
    for event in changed.filter(~Exists(known), ~Exists(beginner)).iterator():
        values = {"order": str(Order.objects.get(pk=event.subject_id)), "who": person_called(event.actor_id)}
        sentence = gettext_noop("%(order)s was changed by %(who)s, who is not known as a drafter")
        yield About(sentence, _kind(), event.subject_id, **values)


@invariant(
    "rewritten",
    gettext_noop("whoever wrote in an order counts as its drafter until it was written anew"),
    of_history=True,
)
def wrongly_replaced() -> Iterator[str]:
    """Drafters who are said to be replaced although nobody wrote the order anew since."""
    anew = _events(("write_anew",)).filter(subject_id=OuterRef("order"), at__gt=OuterRef("at"))
    for drafter in Drafter.objects.filter(~Exists(anew), replaced_at__isnull=False).select_related("order"):
        sentence = gettext_noop("%(drafter)s counts as replaced, though nobody wrote it anew since")
        yield About(sentence, _kind(), drafter.order_id, drafter=str(drafter))


def _kind() -> int:
    return ContentType.objects.get_for_model(Order).pk


def _events(verbs: tuple[str, ...]) -> QuerySet[Event]:
    return Event.objects.filter(subject_type=ContentType.objects.get_for_model(Order), verb__in=verbs)

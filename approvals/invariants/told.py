"""What must always hold between an order and what is told of it: rounds, decisions, events, numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Prefetch, Subquery, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.invariants import person_called
from approvals.decisions import CONTENT
from approvals.models import Decision, Round, Stage
from approvals.rounds import HEADER, LINE, content_of
from core.chain import link
from core.chunks import chunks
from core.invariants import About, invariant
from core.models import Counter as Series
from core.models import Event
from core.text_key import text_key
from fulfilment.models import Shipment
from orders.invariants.sums import called
from orders.models import Instalment, Order, OrderLine
from orders.numbering import SERIES
from orders.statuses import EFFECTIVE, UNDER_REVIEW

_VERBS = {
    Stage.REP.value: "rep_approve",
    Stage.MANAGER.value: "manager_approve",
    Stage.FINANCE.value: "finance_approve",
}
_LABELS = {
    "rep_approve": gettext_lazy("First review passed"),
    "manager_approve": gettext_lazy("Second review passed"),
    "finance_approve": gettext_lazy("Final review passed, order approved"),
    "send_back": gettext_lazy("Sent back"),
}
_ONLY_TOLD = gettext_noop("%(order)s: “%(verb)s” in round %(round)s by %(who)s is told, but nobody decided it")
_ONLY_TAKEN = gettext_noop("%(order)s: “%(verb)s” in round %(round)s by %(who)s was decided, but its history is silent")
_DECIDING = (*_VERBS.values(), "send_back")
#: What a round keeps of the header by its own words, which nobody renames afterwards.
_LASTING = tuple(field for field in HEADER if field.is_commercial and not field.is_relation)
_AT_ONCE = 1000


def _about(order: int, number: str | None, sentence: str, **values) -> About:
    kind = ContentType.objects.get_for_model(Order).pk
    return About(sentence, kind, order, order=called(order, number), **values)


@invariant(
    "decisions", gettext_noop("every decision is what it was, and follows the order's one before it"), of_history=True
)
def broken_decisions() -> Iterator[str]:
    """Decisions that were changed, are out of their place, or stand where one before them is gone."""
    rows = Decision.objects.order_by("round__order_id", "pk")
    order, before = None, ""
    for pk, kept, of_order, number, *content in rows.values_list(
        "pk", "hash", "round__order_id", "round__order__number", *CONTENT
    ).iterator():
        if of_order != order:
            order, before = of_order, ""
        if kept != link(before, content):
            sentence = gettext_noop("%(order)s: decision %(decision)s is not what it was, or one before it is gone")
            yield _about(of_order, number, sentence, decision=pk)
        before = kept


@invariant(
    "told decisions",
    gettext_noop("every decision stands in the order's history, and nothing else does"),
    of_history=True,
)
def untold_decisions() -> Iterator[str]:
    """Decisions that no event tells of, and events of decisions that nobody took."""
    for orders in chunks(Order.objects.filter(round__gt=0).order_by("pk").values_list("pk", "number"), _AT_ONCE):
        taken, told = _taken(pk for pk, _number in orders), _told(pk for pk, _number in orders)
        for pk, number in orders:
            in_history, in_decisions = told.get(pk, Counter()), taken.get(pk, Counter())
            for sentence, alone in (
                (_ONLY_TOLD, in_history - in_decisions),
                (_ONLY_TAKEN, in_decisions - in_history),
            ):
                for verb, turn, by, *_rest in alone:
                    values = {"verb": _LABELS[verb], "round": turn or 0, "who": person_called(by)}
                    yield _about(pk, number, sentence, **values)


def _taken(orders: Iterable[int]) -> dict[int, Counter]:
    """By order, what was decided: verb, round, by whom, with which note, under which hash."""
    found: dict[int, Counter] = {}
    rows = Decision.objects.filter(round__order__in=list(orders)).values_list(
        "round__order", "stage", "verdict", "round__number", "by", "note", "hash"
    )
    for order, stage, verdict, *said in rows:
        verb = _VERBS[stage] if verdict == Decision.Verdict.APPROVED else "send_back"
        found.setdefault(order, Counter())[(verb, *said)] += 1
    return found


def _told(orders: Iterable[int]) -> dict[int, Counter]:
    """The same as their histories tell it; an event of before there were hashes is believed to mean the decision."""
    of_orders = list(orders)
    hashes = {
        (order, turn, by, note): sha256
        for order, turn, by, note, sha256 in Decision.objects.filter(round__order__in=of_orders).values_list(
            "round__order", "round__number", "by", "note", "hash"
        )
    }
    found: dict[int, Counter] = {}
    kind = ContentType.objects.get_for_model(Order)
    events = Event.objects.filter(subject_type=kind, subject_id__in=of_orders, verb__in=_DECIDING)
    for order, verb, by, note, data in events.values_list("subject_id", "verb", "actor", "note", "data"):
        turn = data.get("round")
        sha256 = data.get("decision") or hashes.get((order, turn, by, note), "")
        found.setdefault(order, Counter())[(verb, turn, by, note, sha256)] += 1
    return found


@invariant("submitted content", gettext_noop("an order says what its round says that was submitted"), of_history=True)
def other_contents() -> Iterator[str]:
    """Orders that say something else than was reviewed, and rounds that say something else than was submitted."""
    submitted = Order.objects.filter(status__in=(*UNDER_REVIEW, *EFFECTIVE), revision=1)
    in_force = submitted.filter(rounds__number=F("round")).annotate(kept=F("rounds__content"))
    lines = Prefetch("lines", OrderLine.objects.filter(revision=1).order_by("position"), to_attr="in_force")
    orders: Any = in_force.select_related("customer", "contact", "payment_terms").prefetch_related(lines)
    for order in orders.iterator(chunk_size=_AT_ONCE):
        for what in _strayed(order.kept, content_of(order, order.in_force)):
            yield _about(
                order.pk, order.number, gettext_noop("%(order)s: %(what)s is not what was submitted"), what=what
            )
    yield from _other_rounds()


def _strayed(kept: dict, now: dict) -> Iterator[Any]:
    header = kept.get("header", {})
    for field in _LASTING:
        if field.read_name in header and not field.same(header[field.read_name], now["header"][field.read_name]):
            yield field.own_label or field.model_field.verbose_name
    lines = kept.get("lines", ())
    if header and len(lines) != len(now["lines"]):
        yield gettext_lazy("the number of lines")
    for place, (was, line) in enumerate(zip(lines, now["lines"], strict=False), start=1):
        # Figures of a round that was born with its order have fewer decimals.
        same = all(field.same(was[field.name], line[field.name]) for field in LINE if field.name in was)
        listed = was.get("list_price", line["list_price"]), line["list_price"]
        prices = {Decimal(price) if price else None for price in listed}
        if not same or was.get("product") != line["product"] or len(prices) > 1:
            yield f"#{place}"


def _other_rounds() -> Iterator[str]:
    """Rounds of which the submission's event keeps another hash."""
    kind = ContentType.objects.get_for_model(Order)
    # As text, because PostgreSQL compares no document with a number.
    told = Event.objects.filter(subject_type=kind, verb="submit").annotate(told_of=KeyTextTransform("round", "data"))
    submissions = told.filter(subject_id=OuterRef("order"), told_of=Cast(OuterRef("number"), TextField()))
    sealed = Round.objects.annotate(sealed=Subquery(submissions.order_by("-pk").values("data__content")[:1]))
    for opened in sealed.select_related("order").iterator():
        if opened.sealed and opened.sealed != link("", [opened.content]):
            sentence = gettext_noop("%(order)s: round %(round)s is not what was submitted")
            yield _about(opened.order_id, opened.order.number, sentence, round=opened.number)


@invariant(
    "told due dates",
    gettext_noop("instalments are due on the day that was reckoned when their trigger happened"),
    of_history=True,
)
def other_due_dates() -> Iterator[str]:
    """Instalments that are due on another day than the history of their order or shipment says."""
    told: dict[tuple[int, int], str] = {}
    kinds = ContentType.objects.get_for_models(Order, Shipment)
    events = Event.objects.filter(subject_type__in=kinds.values(), data__has_key="due").order_by("pk")
    of_shipments = dict(Shipment.objects.values_list("pk", "order"))
    for kind, subject, verb, due in events.values_list("subject_type", "subject_id", "verb", "data__due").iterator():
        order = subject if kind == kinds[Order].pk else of_shipments.get(subject, 0)
        if verb == "amended":  # which says all of them anew
            told = {place: day for place, day in told.items() if place[0] != order}
        told |= {(order, position): day for position, day in due}
    for some in chunks({order for order, _position in told}, _AT_ONCE):
        parts = Instalment.objects.filter(order__in=some, revision=F("order__revision"), due_date__isnull=False)
        for order, number, position, day in parts.values_list("order", "order__number", "position", "due_date"):
            wanted = told.get((order, position))
            if wanted and str(day) != wanted:
                days = {"position": position, "day": str(day), "wanted": wanted}
                sentence = gettext_noop("%(order)s: instalment %(position)s is due %(day)s instead of %(wanted)s")
                yield _about(order, number, sentence, **days)


@invariant("given numbers", gettext_noop("no order has a number that its series has not given yet"), of_history=True)
def numbers_not_given() -> Iterator[str]:
    """Orders submitted here whose serial is beyond the counter of their series, so that it would be given again."""
    last = dict(Series.objects.filter(series__startswith=SERIES).values_list("series", "value"))
    kind = ContentType.objects.get_for_model(Order)
    numbered = Event.objects.filter(subject_type=kind, verb="submit").values("subject_id")
    rows = Order.objects.filter(pk__in=numbered, number__isnull=False).values_list("pk", "number", "customer_name")
    for pk, number, name in rows.iterator():
        assert number
        series, serial = number[: 6 + len(name)], number[6 + len(name) :]
        if serial.isdigit() and int(serial) > last.get(SERIES + text_key(series), 0):
            yield _about(pk, number, gettext_noop("%(order)s is beyond the last number of its series"))

"""What the page of an amendment shows: old and new side by side, what follows, how far it is, and who decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from approvals.amendments.amounts import Amount, side_by_side
from approvals.amendments.checks import checks_now, proposed_of
from approvals.amendments.floor import Floor, floors_of
from approvals.amendments.kinds import LOOKS, OF_HEADER, changes_of
from approvals.amendments.proposal import HEADER, Pair, Proposed
from approvals.amendments.statuses import AmendmentStatus
from approvals.checks.result import summary_of
from approvals.models import Amendment, AmendmentDecision, Stage
from approvals.review import Desk, PastDecision, past_decision, view_of
from core.buttons import buttons_for
from core.templatetags.ui import quantity
from core.workflow import Attempt, machine_of, obstacles_before_input
from orders.content import ContentField
from orders.turn import managers_besides


@dataclass(frozen=True)
class HeaderChange:
    """One thing that the header would say otherwise, what follows, and who looks at it again."""

    label: str
    was: str
    now: str
    effect: str
    looks: str


def header_changes(proposed: Proposed) -> list[HeaderChange]:
    """Everything that would change in the header."""
    return [_header_change(field, proposed) for field in proposed.changed_header]


def _header_change(field: ContentField, proposed: Proposed) -> HeaderChange:
    was, now = (field.readable(getattr(order, field.read_name)) for order in (proposed.before, proposed.order))
    looking = _(", ").join(str(_WHO[stage]) for stage in LOOKS[OF_HEADER[field.name]])
    return HeaderChange(field.label, was, now, _effect_of(field.name, proposed), looking or _("nobody"))


_WHO = {Stage.REP: Stage.REP.label, Stage.MANAGER: Stage.MANAGER.label, Stage.FINANCE: Stage.FINANCE.label}


def _effect_of(name: str, proposed: Proposed) -> str:
    if name == "promised_date":
        return _effect_of_date(proposed)
    if name == "delivery_address":
        return _("for this order only, the customer's file stays")
    if name == "payment_terms":
        return _("new instalments; what was received pays the first ones")
    return ""


def _effect_of_date(proposed: Proposed) -> str:
    was, now = proposed.before.promised_date, proposed.order.promised_date
    if was is None or now is None:
        return ""
    moved = _days(abs((now - was).days), later=now > was)
    if proposed.amendment.at_customers_wish:
        return _("%(moved)s at the customer's wish: punctuality counts by the new date") % {"moved": moved}
    return _("%(moved)s, not the customer's wish: punctuality still counts by the date first promised") % {
        "moved": moved
    }


def _days(n: int, *, later: bool) -> str:
    if later:
        return ngettext("%(n)s day later", "%(n)s days later", n) % {"n": n}
    return ngettext("%(n)s day sooner", "%(n)s days sooner", n) % {"n": n}


@dataclass(frozen=True)
class LineChange:
    """One line as it is and as it would be, with what of it has left."""

    number: int
    pair: Pair
    floor: Floor
    waits: bool

    @property
    def changed(self) -> set[str]:
        """The names of the fields in which both differ."""
        return {field.name for field in self.pair.changed}

    @property
    def is_same(self) -> bool:
        return not self.pair.is_touched

    @property
    def effect(self) -> str:
        """What follows for what is made and shipped."""
        was, now = self.pair.was, self.pair.now
        if was is None:
            return pgettext("amendment", "new line")
        wanted = (now.quantity if now else None) or Decimal(0)
        words = {"before": quantity(was.to_ship), "after": quantity(wanted - was.shipped_quantity)}
        if now is None:
            return _("dropped, %(before)s are free again") % words
        if was.quantity != now.quantity:
            return _("still to ship: %(before)s → %(after)s") % words
        return _("all of it has left") if not was.to_ship else ""


def line_changes_of(proposed: Proposed) -> list[LineChange]:
    """All lines, the new ones in their order, then those that are dropped."""
    floors = floors_of(proposed) if proposed.amendment.is_open else {}
    waiting = {line.pk for line in proposed.touched_lines if line.to_ship}
    return [
        LineChange(number, pair, *_held(pair, floors, waiting)) for number, pair in enumerate(proposed.pairs, start=1)
    ]


def _held(pair: Pair, floors: dict[int, Floor], waiting: set[int]) -> tuple[Floor, bool]:
    if pair.was is None:
        return Floor(), False
    return floors.get(pair.was.pk, Floor(pair.was.shipped_quantity)), pair.was.pk in waiting


def amounts_of(proposed: Proposed) -> list[Amount]:
    """Net, tax and total."""
    was, now = proposed.before, proposed.order
    return [
        Amount(_("Without tax"), was.net_total, now.net_total),
        Amount(_("Tax"), was.tax_total, now.tax_total),
        Amount(_("Total with tax"), was.gross_total, now.gross_total, is_total=True),
    ]


def instalments_of(proposed: Proposed) -> list[Amount]:
    """The instalments and their sums."""
    totals = Amount(_("Sum"), proposed.before.gross_total, proposed.order.gross_total, is_total=True)
    return [*side_by_side(proposed.before_parts, proposed.instalments), totals]


# ---- how far it is ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of the strip: done, now, or still to come (empty); ``about`` says why it is left out."""

    label: str
    state: str
    who: str = ""
    at: datetime | None = None
    about: str = ""


def steps_of(amendment: Amendment, stages: Iterable[Stage], decisions: Iterable[AmendmentDecision]) -> list[Step]:
    """Proposed, the stages that must look, in force."""
    decided = {decision.stage: decision for decision in decisions}
    steps = [_first(amendment)]
    for stage in stages:
        decision = decided.get(stage)
        state = "done" if decision else "now" if amendment.status == stage else ""
        who = str(decision.by) if decision else who_decides(amendment, stage)
        steps.append(Step(str(stage.label), state, who, decision.at if decision else None))
    return [*steps, _last(amendment)]


def _first(amendment: Amendment) -> Step:
    state = "now" if amendment.is_draft else "done"
    return Step(pgettext("amendment", "Proposed"), state, str(amendment.drafted_by), amendment.proposed_at)


def _last(amendment: Amendment) -> Step:
    if amendment.status in (AmendmentStatus.REFUSED, AmendmentStatus.WITHDRAWN):
        return Step(amendment.status_label, "now", at=amendment.status_since)
    state = "done" if amendment.status == AmendmentStatus.ACCEPTED else ""
    about = _("becomes revision %(n)s") % {"n": amendment.base_revision + 1}
    return Step(pgettext("amendment", "In force"), state, at=amendment.accepted_at, about=about)


def who_decides(amendment: Amendment, stage: str) -> str:
    """Who looks at a stage, by name where they are few."""
    if stage == Stage.REP:
        return amendment.order.rep_name
    if stage == Stage.MANAGER:
        return managers_besides(set(amendment.writers.values_list("pk", flat=True)), amendment.order)
    return _("Finance")


# ---- who decides -----------------------------------------------------------------------------------------------------

_APPROVES = {
    AmendmentStatus.REP: "rep_approve",
    AmendmentStatus.FINANCE: "finance_accept",
}


def approving_verb(amendment: Amendment) -> str:
    """The verb that passes the amendment's present stage."""
    if amendment.status == AmendmentStatus.MANAGER:
        return "manager_approve" if Stage.FINANCE in amendment.looks else "manager_accept"
    return _APPROVES[AmendmentStatus(amendment.status)]


def desk_of(attempt: Attempt, typed: dict) -> Desk | None:
    """The checks and verbs of the amendment's stage for this person; None when nobody decides about it now."""
    amendment, user = attempt.obj, attempt.by
    if not amendment.is_under_review:
        return None
    machine, verb = machine_of(amendment), approving_verb(amendment)
    obstacles = obstacles_before_input(machine.transition("refuse"), attempt)
    closed = " ".join(obstacle.sentence for obstacle in obstacles)
    if {obstacle.kind for obstacle in obstacles} & {"role", "state"}:
        closed = _("Decided by %(who)s.") % {"who": who_decides(amendment, amendment.status)}
    blocked = [] if closed else obstacles_before_input(machine.transition(verb), attempt)
    values, tried = typed.get("values", {}), typed.get("verb", "")
    checks = [view_of(result, "" if closed else user.role, values, tried == verb) for result in checks_now(attempt)]
    note = values.get("note", "")
    return Desk(
        stage=str(Stage(amendment.status).label),
        verb=verb,
        checks=checks,
        summary=summary_of(check.result for check in checks),
        closed=closed,
        blocked=" ".join(obstacle.sentence for obstacle in blocked),
        note=note,
        note_error=_("Write why not.") if tried == "refuse" and not note.strip() else "",
    )


def past_of(decisions: Iterable[AmendmentDecision]) -> list[PastDecision]:
    """What was decided about it, latest first."""
    return [past_decision(decision) for decision in reversed(list(decisions))]


#: What is pressed in the page's header; the rest is decided beside the checks.
_HEADER_VERBS = ("propose", "propose_to_manager", "put_in_force", "withdraw")


def page_of(amendment: Amendment, user: User, typed: dict) -> dict[str, Any]:
    """What ``approvals/amendment.html`` shows besides files and history."""
    attempt = Attempt(amendment, user)
    proposed = proposed_of(attempt)
    changes = changes_of(proposed)
    decisions = list(amendment.decisions.select_related("by"))
    header, lines = header_changes(proposed), line_changes_of(proposed)
    stages = [Stage(stage) for stage in amendment.looks] if amendment.proposed_at else list(changes.stages)
    return {
        "amendment": amendment,
        "order": amendment.order,
        "proposed": proposed,
        "kinds": [str(kind.label) for kind in changes.kinds],
        "header": header,
        "unchanged": len(HEADER) - len(header),
        "lines": lines,
        "waiting": [line for line in lines if line.waits],
        "amounts": amounts_of(proposed),
        "instalments": instalments_of(proposed),
        "steps": steps_of(amendment, stages, decisions),
        "desk": desk_of(attempt, typed),
        "buttons": buttons_for(amendment, user, attempt=attempt, verbs=_HEADER_VERBS),
        "past": past_of(decisions),
    }

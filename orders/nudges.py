"""Reminding those whose turn an order is: a message to each of them, once a day for an order and a sender."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.roles import Role
from core.events import record
from core.locks import lock_row
from core.messages import tell
from core.templatetags.ui import when
from orders.drafters import deciders_of, why_nobody_decides
from orders.models import Nudge, Order
from orders.turn import Turn, turn_of, with_turn

_SENTENCE = gettext_noop("%(who)s reminds you of %(order)s: %(task)s")


@transaction.atomic
def nudge(*, order: Order, by: User) -> Turn:
    """Reminds whoever's turn the order is and returns whose that was: of managers, those by name who heard of it.

    Raises:
        ValidationError: when it waits for nobody else, or this person reminded them today already.
    """
    lock_row(Order, order.pk)
    order = with_turn(Order.objects.all(), by).get(pk=order.pk)
    turn = turn_of(order)
    if turn.task is None or turn.is_of(by, order):
        raise ValidationError(_("The order waits for nobody else now."))
    reminded = reminded_by(order, turn)
    if not reminded:
        raise ValidationError(why_nobody_decides(order) or _("Nobody who could be reminded works here any more."))
    made, is_first = Nudge.objects.get_or_create(order=order, by=by, day=timezone.localdate())
    if not is_first:
        raise ValidationError(said(made))
    names = " / ".join(str(person) for person in reminded)
    record(order, "nudged", by=by, whom=names)
    for person in reminded:
        tell(person, _SENTENCE, order.get_absolute_url(), who=str(by), order=str(order), task=turn.task.label)
    # Whoever stands in for the team's managers hears of it too, and is not among those whom pages name.
    return replace(turn, who=names) if turn.role == Role.MANAGER else turn


def said(made: Nudge) -> str:
    """When somebody reminded them, and how often one may."""
    return _("You reminded them %(when)s; once a day is enough.") % {"when": when(made.at)}


def reminded_by(order: Order, turn: Turn) -> list[User]:
    """Those who hear of it: whoever the order waits for and who works here."""
    if turn.role == Role.REP:
        return [order.rep] if order.rep and order.rep.is_active else []
    if turn.role == Role.MANAGER:
        return [each for each, wrote in deciders_of(order).items() if not wrote]
    return list(User.objects.filter(role=turn.role, is_active=True).order_by("id"))


def last_nudge(order: Order, by: User) -> Nudge | None:
    """When this person reminded those of the order last."""
    return Nudge.objects.filter(order=order, by=by).order_by("-id").first()

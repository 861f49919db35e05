"""Four eyes: who has drafted an order, and who is left to decide stage two of it."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Deputyship, User
from accounts.rights import one_with
from accounts.roles import Role
from orders.models import Drafter, Order

_NOBODY_LEFT = gettext_lazy("Nobody is left for the second review: %(names)s wrote in this order.")


def in_force(drafters: QuerySet[Drafter]) -> QuerySet[Drafter]:
    """Those of whom something may stand in the revision in force."""
    return drafters.filter(revision=F("order__revision"), replaced_at=None)


def note_drafter(order: Order, by: User) -> None:
    """Keeps that this person changed what the order says."""
    if order.drafted_by_id != by.pk:
        Drafter.objects.get_or_create(order=order, revision=order.revision, person=by, replaced_at=None)


def has_drafted(order: Order, person: User) -> bool:
    """Whether somebody began the order, wrote it anew or changed it, or one who counts as one with them today did."""
    them = one_with(person)
    return order.drafted_by_id in them or in_force(order.drafters.all()).filter(person__in=them).exists()


def why_not_decided_by(order: Order, person: User) -> str:
    """Why four eyes keep somebody from deciding on an order after stage one; empty when nothing does."""
    if not has_drafted(order, person):
        return ""
    wrote = {order.drafted_by_id or 0, *in_force(order.drafters.all()).values_list("person", flat=True)}
    if person.pk in wrote:
        return _("You wrote in this order, so somebody else must review it.")
    other = User.objects.filter(pk__in=wrote.intersection(one_with(person))).first()
    sentence = _("%(who)s wrote in this order, and one of you stands in for the other: somebody else must review it.")
    return sentence % {"who": other}


def not_drafted_by(person: User) -> Q:
    """The orders in which this person wrote nothing, nor anybody who counts as one with them today."""
    them = one_with(person)
    theirs = in_force(Drafter.objects.filter(order=OuterRef("pk"), person__in=them))
    return ~Q(drafted_by__in=them) & Q(~Exists(theirs))


def begin_anew(order: Order, by: User) -> None:
    """From now on this person alone has drafted the order; its content must have been cleared."""
    order.drafters.filter(replaced_at=None).update(replaced_at=timezone.now())
    order.drafted_by = by
    order.save(update_fields=["drafted_by"])


def deciders_of(order: Order) -> dict[User, bool]:
    """The managers who may decide stage two, and whether each drafted the order, or one who counts as one with them."""
    if not order.team_id:
        return {}
    managers = User.objects.filter(role=Role.MANAGER, is_active=True)
    today = Deputyship.objects.in_force(timezone.localdate())
    away = today.filter(_of_team(order.team_id, "person__"), deputy=OuterRef("pk"))
    found = (
        managers.filter(_of_team(order.team_id) | Q(Exists(away))).order_by("id").annotate(wrote=_wrote(order, today))
    )
    return {each: each.wrote for each in found}


def _of_team(team: int, at: str = "") -> Q:
    return Q(**{f"{at}team": team}) | Q(**{f"{at}decides_also_for": team})


def _wrote(order: Order, deputyships: QuerySet[Deputyship]) -> ExpressionWrapper:
    """Whether a person wrote in the order, or their deputy of today, or for whom they stand in today."""
    writers = in_force(Drafter.objects.filter(order=order.pk)).values("person")

    def did(who: str) -> Q:
        return Q(**{f"{who}__in": writers}) | Q(**{who: order.drafted_by_id})

    through = deputyships.filter(Q(person=OuterRef("pk")) & did("deputy") | Q(deputy=OuterRef("pk")) & did("person"))
    return ExpressionWrapper(did("pk") | Q(Exists(through)), BooleanField())


def why_nobody_decides(order: Order, also_by: User | None = None) -> str:
    """Why nobody is left to decide stage two (``also_by`` writes in it now); empty when somebody is.

    A team without managers is none of the order's concern.
    """
    drafted, left = _wrote_and_left(order, also_by)
    if left or not drafted:
        return ""
    return _NOBODY_LEFT % {"names": _names(drafted)}


def ways_of_stage_two(order: Order, also_by: User | None = None) -> dict[str, str]:
    """What pages say about stage two beforehand: ``nobody_decides``, or ``others_decide`` where managers of the team
    wrote in the order (``also_by`` does now) and so others decide it, by name. Without either nothing needs to be said.
    """
    drafted, left = _wrote_and_left(order, also_by)
    if not drafted:
        return {}
    names = {"names": _names(drafted), "left": _names(left)}
    if not left:
        return {"nobody_decides": _NOBODY_LEFT % names}
    return {"others_decide": _("%(names)s wrote in this order, so the second review is decided by %(left)s.") % names}


def _wrote_and_left(order: Order, also_by: User | None) -> tuple[list[User], list[User]]:
    """Of those who may decide stage two, those who wrote in the order (``also_by`` does now), and the others."""
    found, now = deciders_of(order), one_with(also_by) if also_by else []
    drafted = [each for each, wrote in found.items() if wrote or each.pk in now]
    return drafted, [each for each in found if each not in drafted]


def _names(people: list[User]) -> str:
    return " / ".join(str(each) for each in people)

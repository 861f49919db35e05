"""Four eyes: who has drafted an order, and who is left to decide stage two of it."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from orders.models import Drafter, Order


def in_force(drafters: QuerySet[Drafter]) -> QuerySet[Drafter]:
    """Those of whom something may stand in the revision in force."""
    return drafters.filter(revision=F("order__revision"), replaced_at=None)


def note_drafter(order: Order, by: User) -> None:
    """Keeps that this person changed what the order says."""
    if order.drafted_by_id != by.pk:
        Drafter.objects.get_or_create(order=order, revision=order.revision, person=by, replaced_at=None)


def has_drafted(order: Order, person: User) -> bool:
    """Whether somebody began the order, wrote it anew or changed it."""
    return order.drafted_by_id == person.pk or in_force(order.drafters.all()).filter(person=person).exists()


def not_drafted_by(person: User) -> Q:
    """The orders in which this person wrote nothing."""
    mine = in_force(Drafter.objects.filter(order=OuterRef("pk"), person=person))
    return ~Q(drafted_by=person) & Q(~Exists(mine))


def begin_anew(order: Order, by: User) -> None:
    """From now on this person alone has drafted the order; its content must have been cleared."""
    order.drafters.filter(replaced_at=None).update(replaced_at=timezone.now())
    order.drafted_by = by
    order.save(update_fields=["drafted_by"])


def deciders_of(order: Order) -> dict[User, bool]:
    """The managers who may decide stage two, and whether each drafted the order."""
    if not order.team_id:
        return {}
    managers = User.objects.filter(role=Role.MANAGER, is_active=True)
    wrote = in_force(Drafter.objects.filter(order=order.pk, person=OuterRef("pk")))
    wrote_or_began = ExpressionWrapper(Q(Exists(wrote)) | Q(pk=order.drafted_by_id), BooleanField())
    of_team = Q(team=order.team_id) | Q(decides_also_for=order.team_id)
    found = managers.filter(of_team).order_by("id").annotate(wrote=wrote_or_began)
    return {each: each.wrote for each in found}


def why_nobody_decides(order: Order, also_by: User | None = None) -> str:
    """Why nobody is left to decide stage two (``also_by`` writes in it now); empty when somebody is.

    A team without managers is none of the order's concern.
    """
    found = deciders_of(order)
    drafted = [each for each, wrote in found.items() if wrote or each == also_by]
    if len(drafted) < len(found) or not found:
        return ""
    names = " / ".join(str(each) for each in drafted)
    return _("Nobody is left for the second review: %(names)s wrote in this order.") % {"names": names}

"""What reaches people's bell of decisions on amendments, and what the system does right after one.

There is no sweep behind the bell: who missed a message finds the amendment in the worklist.
"""

from django.dispatch import receiver
from django.utils.translation import gettext_noop

from approvals.models import Amendment
from approvals.sweeps import take_if_open
from core.messages import tell
from core.workflow import taken

_NEWS = {
    "manager_approve": gettext_noop("%(who)s passed the second review of %(amendment)s"),
    "manager_accept": gettext_noop("%(amendment)s is in force: %(who)s accepted it"),
    "finance_accept": gettext_noop("%(amendment)s is in force: %(who)s accepted it"),
    "refuse": gettext_noop("%(who)s refused %(amendment)s: %(note)s"),
    "withdraw": gettext_noop("%(who)s withdrew %(amendment)s"),
}
_IN_FORCE = ("put_in_force", "manager_accept", "finance_accept")


@receiver(taken, sender=Amendment)
def tell_whose_it_is(sender, obj, transition, by, event, **news):
    """Decisions reach the bell of the order's rep and of who drafted it, unless they made it."""
    if transition not in _NEWS or by is None:
        return
    words = {"amendment": str(obj), "who": str(by), "note": event.note}
    for person in {obj.order.rep, obj.drafted_by} - {by, None}:
        tell(person, _NEWS[transition], obj.get_absolute_url(), **words)


@receiver(taken, sender=Amendment)
def go_on_with_the_order(sender, obj, transition, **news):
    """An order of which nothing is left to ship may be complete now, one that waited for terms released."""
    if transition in _IN_FORCE or transition in ("refuse", "withdraw"):
        take_if_open(obj.order_id, "release")
        take_if_open(obj.order_id, "complete")

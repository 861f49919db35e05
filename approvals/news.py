"""What reaches people's bell of decisions on their orders, right after somebody else's verb.

There is no sweep behind it: who missed a message finds the order in the worklist.
"""

from django.dispatch import receiver
from django.utils.translation import gettext_noop

from approvals.amendments.news import tell_whose_it_is as tell_of_amendments
from core.messages import tell
from core.workflow import taken
from orders.models import Order

#: What those are told whose order it is when somebody else takes the verb.
_NEWS = {
    "rep_approve": gettext_noop("%(who)s passed the first review of %(order)s"),
    "manager_approve": gettext_noop("%(who)s passed the second review of %(order)s"),
    "finance_approve": gettext_noop("%(order)s is approved: %(who)s passed the final review"),
    "send_back": gettext_noop("%(who)s sent %(order)s back: %(note)s"),
    "withdraw": gettext_noop("%(who)s took %(order)s back out of review"),
    "cancel": gettext_noop("%(who)s cancelled %(order)s: %(note)s"),
    "close_short": gettext_noop("%(who)s closed %(order)s short: %(note)s"),
}


@receiver(taken, sender=Order)
def tell_whose_it_is(sender, obj, transition, by, event, **news):
    """Decisions on an order reach the bell of its rep and of who drafted it, unless they made it."""
    if transition not in _NEWS or by is None:
        return
    words = {"order": str(obj), "who": str(by), "note": event.note}
    for person in {obj.rep, obj.drafted_by} - {by, None}:
        tell(person, _NEWS[transition], obj.get_absolute_url(), **words)


__all__ = ["tell_of_amendments", "tell_whose_it_is"]

"""What proposals do right after somebody's import or decision: a file's grades are proposed, people are told."""

from django.dispatch import receiver
from django.utils.translation import gettext_noop

from core.messages import tell
from core.workflow import taken
from customers.grades import proposers
from grading.models import GradeProposal
from grading.services import propose_from_file

proposers.append(propose_from_file)

_NEWS = {
    "accept": gettext_noop("%(customer)s has grade %(after)s now: %(who)s accepted it"),
    "reject": gettext_noop("%(customer)s keeps grade %(before)s: %(who)s rejected the proposal, %(note)s"),
}


@receiver(taken, sender=GradeProposal)
def tell_owner(sender, obj, transition, by, event, **news):
    """The customer's owner, and who asked for it, hear what was decided."""
    if transition not in _NEWS:
        return
    grades = {"after": obj.after, "before": obj.before}
    words = {"customer": str(obj.customer), "who": str(by), "note": event.note, **grades}
    for person in {obj.customer.owner, obj.asked_by} - {by, None}:
        tell(person, _NEWS[transition], obj.customer.get_absolute_url(), **words)

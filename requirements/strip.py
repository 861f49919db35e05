"""The five steps of a requirement as its page shows them: who did each and when, and which one is next."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from requirements.models import Requirement
from requirements.statuses import RequirementStatus


@dataclass(frozen=True)
class Step:
    """One step: its state for the strip (done, now or empty), what it is called, who or what did it, and when."""

    label: str
    state: str = ""
    who: str = ""
    at: datetime | None = None
    day: date | None = None


def steps_of(requirement: Requirement, open_questions: int, questions: int) -> list[Step]:
    """Recorded, answered, clarified, confirmed, ordered."""
    owner = str(requirement.owner) if requirement.owner else ""
    status, answered = requirement.status, requirement.responded_at is not None
    confirmed = status in (RequirementStatus.CONFIRMED, RequirementStatus.ORDERED)
    clear = confirmed or (status == RequirementStatus.CLARIFYING and questions > 0 and not open_questions)
    asked = _("%(open)s of %(all)s open") % {"open": open_questions, "all": questions} if questions else ""
    done = [True, answered or confirmed, clear, confirmed, status == RequirementStatus.ORDERED]
    following = next((place for place, over in enumerate(done) if not over), None)
    states = ["done" if over else "now" if place == following else "" for place, over in enumerate(done)]
    if status == RequirementStatus.LOST:
        states = ["done" if state == "done" else "" for state in states]
    answer_due = None if answered else requirement.response_due_on
    answerer = str(requirement.responded_by) if requirement.responded_by else "" if answered else owner
    return [
        Step(_("Recorded"), states[0], owner, requirement.received_at),
        Step(_("First answer"), states[1], answerer, requirement.responded_at, answer_due),
        Step(_("Clarified"), states[2], asked),
        Step(_("Confirmed"), states[3], requirement.confirmed_by, None, requirement.confirmed_on),
        Step(_("Order"), states[4], owner if states[4] else "", None, requirement.wanted_date),
    ]

"""What of a requirement never changes, whoever writes."""

from core.protections import Protection, changed, protect
from customers.moving import moved_otherwise

_REQUIREMENT, _QUESTION = "requirements_requirement", "requirements_question"
_SETTLED = ("confirmed", "ordered", "lost")
_WORDS = (
    "description",
    "specification",
    "quality_standard",
    "special_demands",
    "wanted_date",
    "budget_from",
    "budget_to",
)

protect(
    Protection(
        "guard_requirement_keeps_its_name",
        _REQUIREMENT,
        "UPDATE",
        f"{changed(['number'])} OR {moved_otherwise()}",
        "number and customer of a requirement never change",
    ),
    Protection(
        "guard_confirmed_requirement_stands",
        _REQUIREMENT,
        "UPDATE",
        f"OLD.status IN {_SETTLED} AND {changed(_WORDS)}",
        "a requirement stands as it was confirmed",
    ),
    Protection(
        "guard_requirement_is_kept", _REQUIREMENT, "DELETE", "1 = 1", "requirements are never deleted, they are lost"
    ),
    Protection(
        "guard_first_answer_stands",
        _REQUIREMENT,
        "UPDATE",
        f"OLD.responded_at IS NOT NULL AND {changed(['responded_at', 'responded_by_id'])}",
        "the first answer to a customer is the first one",
    ),
    Protection(
        "guard_answer_stands",
        _QUESTION,
        "UPDATE",
        "OLD.answered_at IS NOT NULL OR " + changed(["text", "asked_by_id", "asked_at", "requirement_id"]),
        "questions and their answers stand as they were written",
    ),
    Protection("guard_question_is_kept", _QUESTION, "DELETE", "1 = 1", "questions are never deleted"),
)

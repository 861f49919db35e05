"""Why a verb of a requirement cannot be taken: a sentence, or nothing."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.http import is_key
from core.workflow import Attempt
from requirements.models import Question
from requirements.statuses import LostReason

_LONGEST_QUESTION = Question._meta.get_field("text").max_length or 0
_LONGEST_ANSWER = Question._meta.get_field("answer").max_length or 0


def answered_before(attempt: Attempt) -> str | None:
    """The first answer was given already."""
    return _("The customer has had a first answer.") if attempt.obj.responded_at else None


def nothing_open(attempt: Attempt) -> str | None:
    """No question may be open."""
    number = attempt.obj.questions.filter(answered_at=None).count()
    sentence = ngettext("%(n)s question is still open.", "%(n)s questions are still open.", number)
    return sentence % {"n": number} if number else None


def question_written(attempt: Attempt) -> str | None:
    """The question is written, and not longer than a question is."""
    text = attempt.answers.get("question", "").strip()
    if not text:
        return _("Write the question.")
    return _too_long(_LONGEST_QUESTION) if len(text) > _LONGEST_QUESTION else None


def answer_written(attempt: Attempt) -> str | None:
    """The answer is written, to a question of this requirement that nobody answered meanwhile."""
    key, text = attempt.answers.get("about", ""), attempt.answers.get("answer", "").strip()
    question = attempt.obj.questions.filter(pk=key).first() if is_key(key) else None
    if question is None:
        return _("Choose the question that is answered.")
    if question.answered_at:
        words = {"question": question, "answer": question.answer}
        return _("“%(question)s” was answered meanwhile: %(answer)s") % words
    if not text:
        return _("Write the answer.")
    attempt.memo["question"] = question
    return _too_long(_LONGEST_ANSWER) if len(text) > _LONGEST_ANSWER else None


def _too_long(most: int) -> str:
    return _("At most %(n)s characters; put longer texts into a file.") % {"n": most}


def confirmation_known(attempt: Attempt) -> str | None:
    """Who confirmed in writing is named, with a day that is neither in the future nor before the requirement came."""
    if not attempt.answers.get("confirmed_by", "").strip():
        return _("Write who confirmed.")
    try:
        day = date.fromisoformat(attempt.answers.get("confirmed_on", ""))
    except ValueError:
        return _("Write the day of the confirmation.")
    received = timezone.localtime(attempt.obj.received_at).date()
    if day > timezone.localdate():
        return _("The day of the confirmation lies in the future.")
    sentence = _("It was received on %(day)s, so it cannot be confirmed before.")
    return sentence % {"day": received} if day < received else None


def reason_chosen(attempt: Attempt) -> str | None:
    """One of the reasons that are counted is chosen."""
    known = attempt.answers.get("reason", "") in LostReason.values
    return None if known else _("Choose why it was lost.")

"""What the verbs of a requirement do, in the transaction that moves it."""

from datetime import date

from django.utils import timezone

from core.workflow import Attempt
from requirements.models import Question, Requirement
from requirements.statuses import LostReason


def _save(requirement: Requirement, *names: str) -> None:
    requirement.save(update_fields=[*names, "urgency"])


def stop_the_clock(attempt: Attempt) -> None:
    """The first answer to the customer is kept; whatever comes later is none."""
    requirement = attempt.obj
    if requirement.responded_at is None:
        requirement.responded_at, requirement.responded_by = timezone.now(), attempt.by
        requirement.derive(waits=False)
        _save(requirement, "responded_at", "responded_by")


def keep_question(attempt: Attempt) -> None:
    """The question stands open until it is answered; without an asker the customer said it."""
    text = attempt.answers["question"].strip()
    Question.objects.create(requirement=attempt.obj, text=text, asked_by=attempt.by)
    attempt.data["question"] = text


def forget_confirmation(attempt: Attempt) -> None:
    """What was confirmed is open again; the history keeps who had confirmed it and when."""
    requirement = attempt.obj
    if requirement.confirmed_on:
        attempt.data["changes"] = [["confirmed_on", str(requirement.confirmed_on), ""]]
    requirement.confirmed_on, requirement.confirmed_by = None, ""
    _save(requirement, "confirmed_on", "confirmed_by")


def keep_answer(attempt: Attempt) -> None:
    """The answer stands beside its question, with who gave it and when."""
    question = attempt.memo["question"]
    question.answer, question.answered_at = attempt.answers["answer"].strip(), timezone.now()
    question.answered_by, question.written_by = attempt.answers.get("answered_by", "").strip()[:60], attempt.by
    question.save(update_fields=["answer", "answered_at", "answered_by", "written_by"])
    attempt.data["question"] = question.text


def keep_confirmation(attempt: Attempt) -> None:
    """Who confirmed in writing, and on which day."""
    requirement, answers = attempt.obj, attempt.answers
    requirement.confirmed_on = date.fromisoformat(answers["confirmed_on"])
    requirement.confirmed_by = answers["confirmed_by"].strip()[:121]
    _save(requirement, "confirmed_on", "confirmed_by")
    attempt.data |= {key: answers[key] for key in ("confirmed_by", "confirmed_on", "file", "address") if key in answers}


def keep_loss(attempt: Attempt) -> None:
    """Why it was lost: one of the reasons that are counted, and the story in words."""
    requirement = attempt.obj
    requirement.lost_on, requirement.lost_reason = timezone.localdate(), attempt.answers["reason"]
    requirement.lost_note = attempt.note.strip()
    requirement.derive(waits=False)
    _save(requirement, "lost_on", "lost_reason", "lost_note")
    attempt.data["reason"] = str(LostReason(requirement.lost_reason).value)


def forget_loss(attempt: Attempt) -> None:
    """It goes on: the reason stands in the history only."""
    requirement = attempt.obj
    requirement.lost_on, requirement.lost_reason, requirement.lost_note = None, "", ""
    requirement.derive(waits=requirement.responded_at is None)
    _save(requirement, "lost_on", "lost_reason", "lost_note")


def name_the_order(attempt: Attempt) -> None:
    """The history says which order it was."""
    attempt.data["order"] = attempt.answers.get("order", "")


def know_the_day(attempt: Attempt) -> None:
    """Who ordered had confirmed: one that came as ordered, without a day of its own, was confirmed on that day."""
    requirement = attempt.obj
    if requirement.confirmed_on is None:
        requirement.confirmed_on = timezone.localtime(requirement.status_since).date()
        _save(requirement, "confirmed_on")

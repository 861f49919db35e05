"""Telling people what happened, inside the application."""

from django.utils import timezone

from core.models import Message
from core.sentences import stored_sentence


def tell(user, sentence: str, url: str = "", **values) -> Message | None:
    """Leaves a message for a person, in the caller's transaction; nobody is told what the system did for itself.

    ``sentence`` is source text marked with ``gettext_noop``; its ``%(name)s`` are filled from ``values``.
    """
    if user is None:
        return None
    return Message.objects.create(user=user, sentence=stored_sentence(sentence, **values), url=url)


def unread_count(user) -> int:
    """How many messages the person has not read."""
    return Message.objects.filter(user=user, read_at__isnull=True).count()


def seen_by_itself(user, url: str) -> None:
    """Takes back what a person has not read about a page that they are looking at: they see it for themselves."""
    unread = Message.objects.filter(user=user, url=url, read_at__isnull=True)
    if unread.exists():
        unread.delete()


def mark_read(user, pk: int | None = None) -> int:
    """Marks one message, or all, as read; returns how many were unread."""
    unread = Message.objects.filter(user=user, read_at__isnull=True)
    if pk is not None:
        unread = unread.filter(pk=pk)
    return unread.update(read_at=timezone.now())

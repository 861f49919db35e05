"""What every record with a life has in common."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from core.choices import ColouredChoices


class Stateful(models.Model):
    """A record that moves from state to state by its machine (``core.workflow``), which alone writes these fields.

    A model declares ``states`` and its field ``status`` over them; its queryset has ``visible_to(user)``.
    """

    states: ClassVar[type[ColouredChoices]]
    status: models.CharField

    status_since = models.DateTimeField(default=timezone.now, editable=False)
    # Counts every change, so that nobody decides on what has become another thing meanwhile.
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def described_to(self, user) -> str:
        """What a message or a question calls it that this person reads."""
        return str(self)

    @property
    def status_family(self) -> str:
        """The colour family of the status badge."""
        return self.states(self.status).family

    @property
    def status_label(self) -> str:
        # Django's get_status_display translates every choice to find one, twenty times as slowly.
        return str(self.states(self.status).label)

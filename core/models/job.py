"""Background jobs: work that outlasts a request."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs.kinds import label_of, title_of, withholds
from core.sentences import translated

MAX_ATTEMPTS = 5


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own jobs; an administrator sees the system's too."""
        own = Q(owner=user.pk)
        return self.filter(own | Q(owner__isnull=True) if user.is_superuser else own)

    def live(self):
        """Jobs that wait or run."""
        return self.filter(state__in=LIVE)


class Job(models.Model):
    """One piece of work in the background: an export, an import, an archive. This row is the truth about it.

    Whoever works on it holds a claim with a lease; only core.jobs.table writes the state, by compare-and-set.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=60)
    # Two live jobs of a kind never share a key; an empty key shares with nobody.
    unique_key = models.CharField(max_length=200, blank=True, default="")
    arguments = models.JSONField(default=dict, blank=True)
    # None is the system itself.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="jobs", verbose_name=_("owner")
    )
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.QUEUED, editable=False)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Names the attempt that works on it; whoever has another one has lost the job.
    claim = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    # Its worker died in the middle of it: perhaps by it, so it waits for a moment when it can take nobody along.
    is_suspect = models.BooleanField(default=False, editable=False)
    cancel_requested = models.BooleanField(default=False)
    # Sentences as core.sentences keeps them: why it failed (or is tried again), what came of it.
    error = models.JSONField(default=dict, blank=True)
    outcome = models.JSONField(default=dict, blank=True)
    outcome_url = models.CharField(max_length=300, blank=True, default="")
    # The file below MEDIA_ROOT/jobs, named by the system, and what it is called when it is downloaded.
    result_file = models.CharField(max_length=100, blank=True, default="", editable=False)
    result_name = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # Until then the file is kept.
    expires_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [
            # A person's jobs, newest first.
            models.Index(fields=["owner", "-id"], name="job_of_owner"),
            # What is due, and what has outlived its lease.
            models.Index(fields=["state", "due_at"], condition=Q(state__in=["queued", "running"]), name="job_live"),
            # Files to be removed.
            models.Index(fields=["expires_at"], condition=~Q(result_file=""), name="job_with_file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unique_key"],
                condition=Q(state__in=["queued", "running"], cancel_requested=False) & ~Q(unique_key=""),
                name="one_live_job_per_key",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(claim__isnull=False, lease_until__isnull=False),
                name="running_job_has_a_lease",
            ),
            models.CheckConstraint(condition=Q(attempts__lte=MAX_ATTEMPTS), name="job_attempts_are_limited"),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self):
        return reverse("job", args=[self.pk])

    @property
    def max_attempts(self) -> int:
        return MAX_ATTEMPTS

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def family(self) -> str:
        """The colour of the state, as in static/app.css."""
        return FAMILIES[self.State(self.state)]

    @property
    def label(self):
        """What is done, e.g. "Excel export"."""
        return label_of(self)

    @property
    def title(self):
        """What it is about, in a word or two."""
        return title_of(self)

    @property
    def is_stuck(self) -> bool:
        """Whether it has been due for so long that perhaps no worker runs at all."""
        return self.state == self.State.QUEUED and self.due_at < timezone.now() - timedelta(
            seconds=settings.JOB_PATIENCE
        )

    @property
    def is_withheld(self) -> bool:
        """Whether the file is kept from its owner, whose rights are others now than when it was written."""
        return withholds(self)

    @property
    def error_sentence(self) -> str:
        return translated(self.error)

    @property
    def outcome_sentence(self) -> str:
        return translated(self.outcome)


LIVE = (Job.State.QUEUED, Job.State.RUNNING)
FAMILIES = {
    Job.State.QUEUED: "wait",
    Job.State.RUNNING: "move",
    Job.State.DONE: "good",
    Job.State.FAILED: "bad",
    Job.State.CANCELLED: "void",
}

"""What must always hold of the facts that statistics count decisions by."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from approvals.models import Decision
from core.invariants import invariant


@invariant("counted decisions", gettext_noop("statistics count every decision by what it says itself"))
def miscounted_decisions() -> Iterator[str]:
    """Decisions of which other overrides are counted than their checks say, or more time than they took."""
    rows = Decision.objects.order_by("pk").values_list("pk", "checks", "released", "began_at", "at", "worked")
    for pk, checks, released, since, at, worked in rows.iterator():
        codes = [check["code"] for check in checks if check.get("override")]
        if [code for code in released.split(",") if code] != codes:
            yield f"decision {pk}: overridden {released}, by its checks {codes}"
        if since is not None and worked is not None and worked * 60 > max((at - since).total_seconds(), 0):
            yield f"decision {pk}: {worked} minutes from {since} to {at}"

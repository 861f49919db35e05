"""Requirements go along with their customer."""

from django.db.models import QuerySet

from customers.moving import Joining, moves
from requirements.models import Requirement


@moves(Requirement, "requirement", fixed=False)
def move_requirements(rows: QuerySet, joining: Joining) -> None:
    """Who stands in both files is the contact who stays."""
    for old, contact in joining.same_person.items():
        rows.filter(contact=old).update(contact=contact)

"""What a customer was on a day gone by: grade, province, owner and team."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Team, User
from customers.models import Customer, FormerStanding


@dataclass(frozen=True)
class Standing:
    """By what figures count a customer's orders; without an owner it was nobody's."""

    grade: str
    province: str
    owner: User | None
    team: Team | None


def standing_on(customer: Customer, day: date) -> Standing:
    """The customer's standing at the end of a day, in one query; of a day before it was known, its first one."""
    former = FormerStanding.objects.filter(customer=customer, until__gt=day).select_related("owner", "team")
    found = former.order_by("until").first() or customer
    return Standing(found.grade, found.province, found.owner, found.team)

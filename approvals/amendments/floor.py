"""Below what the quantities of an amended order cannot fall: what has left, and what stands packed."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from approvals.amendments.proposal import Pair, Proposed
from core.templatetags.ui import quantity
from fulfilment.remainder import remainders_of


@dataclass(frozen=True)
class Floor:
    """What of a line has left, and what more of it stands packed, in its unit."""

    shipped: Decimal = Decimal(0)
    packed: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.shipped + self.packed


def floors_of(proposed: Proposed) -> dict[int, Floor]:
    """The floor of each line of the order, by its id; asked once for a proposal."""
    if proposed.floors is None:
        proposed.floors = _floors_of(proposed)
    return proposed.floors


def _floors_of(proposed: Proposed) -> dict[int, Floor]:
    return {each.line.pk: Floor(each.line.shipped_quantity, each.planned) for each in remainders_of(proposed.before)}


def why_below(proposed: Proposed, floors: dict[int, Floor]) -> list[str]:
    """A sentence for each line that would fall below its floor."""
    found = []
    for pair in proposed.pairs:
        floor = floors.get(pair.was.pk, Floor()) if pair.was else Floor()
        if floor.total > _wanted(pair):
            found.append(_sentence(pair, floor))
    return found


def _wanted(pair: Pair) -> Decimal:
    return (pair.now.quantity if pair.now else None) or Decimal(0)


def _sentence(pair: Pair, floor: Floor) -> str:
    line = pair.was or pair.any
    words = {
        "n": line.position,
        "name": line.name,
        "shipped": quantity(floor.shipped),
        "packed": quantity(floor.packed),
        "wanted": quantity(_wanted(pair)),
        "unit": line.unit,
    }
    if floor.packed:
        return _("Line %(n)s, %(name)s: %(shipped)s %(unit)s shipped, %(packed)s packed, so not %(wanted)s.") % words
    return _("Line %(n)s, %(name)s: %(shipped)s %(unit)s shipped, so not %(wanted)s.") % words

"""What kind of change an amendment is, and who must look at it therefore."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from approvals.amendments.proposal import Pair, Proposed
from approvals.models import Stage

EVERYBODY: tuple[Stage, ...] = (Stage.REP, Stage.MANAGER, Stage.FINANCE)
MANAGER: tuple[Stage, ...] = (Stage.MANAGER,)
NOBODY: tuple[Stage, ...] = ()


class Kind(TextChoices):
    """In the order in which they are told."""

    PRICE = "price", pgettext_lazy("kind of change", "price")
    DISCOUNT = "discount", pgettext_lazy("kind of change", "discount")
    TAX = "tax", pgettext_lazy("kind of change", "tax rate")
    MORE = "more", pgettext_lazy("kind of change", "more of a line")
    NEW_LINE = "new_line", pgettext_lazy("kind of change", "new line")
    TERMS = "terms", pgettext_lazy("kind of change", "terms")
    LESS = "less", pgettext_lazy("kind of change", "less of a line")
    DROPPED = "dropped", pgettext_lazy("kind of change", "dropped line")
    DATE = "date", pgettext_lazy("kind of change", "delivery date")
    PLACE = "place", pgettext_lazy("kind of change", "delivery address")
    DEMAND = "demand", pgettext_lazy("kind of change", "what is to be delivered")
    WORDS = "words", pgettext_lazy("kind of change", "contact, remarks or number")


#: Who looks again at which kind of change.
LOOKS: dict[Kind, tuple[Stage, ...]] = {
    Kind.PRICE: EVERYBODY,
    Kind.DISCOUNT: EVERYBODY,
    Kind.TAX: EVERYBODY,
    Kind.MORE: EVERYBODY,
    Kind.NEW_LINE: EVERYBODY,
    Kind.TERMS: EVERYBODY,
    Kind.LESS: MANAGER,
    Kind.DROPPED: MANAGER,
    Kind.DATE: MANAGER,
    Kind.PLACE: MANAGER,
    Kind.DEMAND: MANAGER,
    Kind.WORDS: NOBODY,
}
#: By the names of header and line fields.
OF_HEADER = {
    "contact": Kind.WORDS,
    "channel": Kind.WORDS,
    "customer_reference": Kind.WORDS,
    "remarks": Kind.WORDS,
    "promised_date": Kind.DATE,
    "delivery_method": Kind.PLACE,
    "delivery_address": Kind.PLACE,
    "special_requirements": Kind.DEMAND,
    "payment_terms": Kind.TERMS,
    "liability_clauses": Kind.TERMS,
}
OF_LINE = {
    "name": Kind.DEMAND,
    "specification": Kind.DEMAND,
    "special_demand": Kind.DEMAND,
    "unit": Kind.PRICE,
    "unit_price": Kind.PRICE,
    "discount": Kind.DISCOUNT,
    "tax_rate": Kind.TAX,
}


@dataclass(frozen=True)
class Changes:
    """The kinds of change of an amendment, each once, and the stages that must look at them."""

    kinds: tuple[Kind, ...]

    @property
    def stages(self) -> tuple[Stage, ...]:
        return stages_of(self.kinds)


def changes_of(proposed: Proposed) -> Changes:
    """Everything that an amendment changes."""
    found = {OF_HEADER[field.name] for field in proposed.changed_header}
    for pair in proposed.pairs:
        found |= kinds_of(pair)
    return Changes(tuple(kind for kind in Kind if kind in found))


def kinds_of(pair: Pair) -> set[Kind]:
    """What kinds of change happen to one line."""
    if pair.was is None:
        return {Kind.NEW_LINE}
    if pair.now is None:
        return {Kind.DROPPED}
    found = {OF_LINE[field.name] for field in pair.changed if field.name in OF_LINE}
    before, after = pair.was.quantity or 0, pair.now.quantity or 0
    if before != after:
        found.add(Kind.MORE if after > before else Kind.LESS)
    return found


def stages_of(kinds: Iterable[Kind]) -> tuple[Stage, ...]:
    """The stages that look at these kinds of change, in their order."""
    wanted = {stage for kind in kinds for stage in LOOKS[kind]}
    return tuple(stage for stage in EVERYBODY if stage in wanted)

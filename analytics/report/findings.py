"""What a rule says: a finding and a suggestion in both languages, with the records behind them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.money import percentage
from core.sentences import stored_sentence


class Severity(TextChoices):
    """How much a finding presses; in this order they stand in the report."""

    OVER = "bad", _("Over the line")
    WATCH = "wait", _("Attention")
    NOTE = "idle", _("Worth noting")


#: So many records stand behind a finding at most; how many there are in all is said in its sentence.
MOST_ROWS = 5


@dataclass(frozen=True)
class Row:
    """One record behind a finding: ``kind`` is order or customer, ``detail`` a kept sentence about it."""

    kind: str
    pk: int
    label: str
    detail: dict = field(default_factory=dict)

    def as_json(self) -> dict:
        return {"kind": self.kind, "pk": self.pk, "label": self.label, "detail": self.detail}


@dataclass(frozen=True)
class Finding:
    """One thing worth saying about a month.

    ``subject`` tells findings of one rule apart (a category, a rep) and stays the same when the report is written
    again, so that a person's comment finds its place. ``text`` and ``advice`` are kept sentences. ``listing`` names
    the list of all rows behind it, as for ``analytics.figures.addresses.rows_url``, and a category.
    """

    code: str
    severity: Severity
    text: dict
    advice: dict
    rows: tuple[Row, ...] = ()
    subject: str = ""
    listing: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.code}:{self.subject}" if self.subject else self.code

    def as_json(self) -> dict:
        """What the report keeps of it."""
        return {
            "key": self.key,
            "code": self.code,
            "severity": str(self.severity.value),
            "text": self.text,
            "advice": self.advice,
            "rows": [row.as_json() for row in self.rows],
            "listing": list(self.listing),
        }


def most_pressing_first(found: Iterable[Finding]) -> list[Finding]:
    """Over the line, then attention, then worth noting; each in the order of the rules."""
    places = list(Severity)
    return sorted(found, key=lambda finding: places.index(finding.severity))


def is_beyond(fraction, limit: Decimal) -> bool:
    """Whether a fraction is above a limit in per cent; what is equal but for the rounding of floats is not."""
    return round(float(fraction) * 100, 6) > limit


def percent(fraction) -> str:
    """A fraction as ``12.3%``."""
    return f"{percentage(fraction)}%"


def points(fraction) -> str:
    """A difference of fractions in percentage points, without its sign: ``3.1``."""
    return f"{percentage(abs(fraction))}"


def yuan(amount: Decimal | int) -> str:
    """An amount as ``¥1,234.50``."""
    return f"¥{amount:,.2f}"


def plain(text: str) -> dict:
    """A text that reads the same in every language, as a row's detail."""
    return stored_sentence("%(text)s", text=text) if text else {}

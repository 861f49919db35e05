"""Payment terms as spreadsheets say them: known ones by name, others of the form ``30%预付款，70%到货款``."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from core.imports.values import flat
from customers.models import PaymentTerms, TermsInstalment, Trigger

#: What terms are taken to be when an order names none and its customer has none.
DEFAULT = "100%到货款"
_BETWEEN = re.compile(r" ?[,;、+/] ?| (?=\d{1,3}(?:\.\d+)?%)")
_PART = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)%(.+)")
_DAYS = re.compile(r"(\d{1,3})[天日]")
#: Words that say when a part is due; the first that is found counts.
_WORDS: tuple[tuple[str, Trigger], ...] = (
    ("预付|定金|订金|首付|签约|签订|合同", Trigger.PREPAYMENT),
    ("生产前|投产|排产|开工", Trigger.BEFORE_PRODUCTION),
    ("验收|质保|保修|调试", Trigger.ACCEPTANCE),
    ("发货前|提货前|出货前|款到发货|发货款|提货款", Trigger.BEFORE_SHIPMENT),
    ("到货|货到|收货|签收|到付|交货|尾款|余款|月结", Trigger.ARRIVAL),
)


def key_of(name: str) -> str:
    """The name in the one form in which two ways of writing the same terms are equal."""
    return flat(name).replace(" ", "").casefold()


@dataclass(frozen=True)
class Part:
    """One instalment of terms; ``sure`` says whether a known word told when it is due."""

    percent: Decimal
    trigger: Trigger
    days: int
    sure: bool

    def __str__(self):
        words = f"{self.percent.normalize():f}% {self.trigger.label}"
        return f"{words} + {self.days}" if self.days else words


def parse(name: str) -> list[Part]:
    """The parts that a text of the form ``N%…，N%…`` names; none when it is of another form or not 100 % in all."""
    pieces = [piece.strip() for piece in _BETWEEN.split(flat(name)) if piece.strip()]
    found = [_PART.fullmatch(piece) for piece in pieces]
    parts = [_part(Decimal(match[1]), match[2]) for match in found if match]
    whole = len(parts) == len(pieces) and sum(part.percent for part in parts) == 100
    return parts if whole and all(part.percent > 0 for part in parts) else []


def _part(percent: Decimal, words: str) -> Part:
    days = _DAYS.search(words)
    trigger = next((trigger for pattern, trigger in _WORDS if re.search(pattern, words)), None)
    return Part(percent, trigger or Trigger.ARRIVAL, int(days[1]) if days else 0, trigger is not None)


@dataclass
class TermsBook:
    """Known terms and those that the file adds, by what they are called."""

    known: dict[str, PaymentTerms] = field(default_factory=dict)
    parts: dict[str, list[TermsInstalment]] = field(default_factory=dict)
    added: dict[str, list[Part]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "TermsBook":
        book = cls()
        for terms in PaymentTerms.objects.prefetch_related("instalments"):
            book._enter(terms, sorted(terms.instalments.all(), key=lambda part: part.position))
        return book

    def _enter(self, terms: PaymentTerms, parts: list[TermsInstalment]) -> None:
        self.known[key_of(terms.name)] = terms
        self.parts[key_of(terms.name)] = parts

    def named(self, name: str) -> PaymentTerms | None:
        """The terms of that name, made of its parts when they are not known; None when it names no parts."""
        key = key_of(name)
        if key not in self.known and (parts := parse(name)):
            usual = "，".join(piece.strip() for piece in _BETWEEN.split(flat(name)) if piece.strip())
            if key_of(usual) not in self.known:
                self._add(usual, parts)
            self.known[key] = self.known[key_of(usual)]
        return self.known.get(key)

    def _add(self, name: str, parts: list[Part]) -> None:
        self.added[name] = parts
        terms = PaymentTerms(name=name)
        rows = [
            TermsInstalment(terms=terms, position=n, percent=p.percent, trigger=p.trigger, days=p.days)
            for n, p in enumerate(parts, start=1)
        ]
        self._enter(terms, rows)

    def parts_of(self, terms: PaymentTerms) -> list[TermsInstalment]:
        return self.parts[key_of(terms.name)]

    def new(self) -> list[PaymentTerms]:
        """The terms that have to be written first."""
        return list({id(terms): terms for terms in self.known.values() if terms.pk is None}.values())

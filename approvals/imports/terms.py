"""Payment terms as spreadsheets say them: known ones by name, others of the form ``30%预付款，70%到货款``."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from core.imports.values import flat
from core.text_key import text_key
from customers.models import PaymentTerms, TermsInstalment, Trigger

#: What terms are taken to be when an order names none and its customer has none.
DEFAULT = "100%到货款"
_BETWEEN = re.compile(r" ?[,;、+/] ?| (?=\d{1,3}(?:\.\d+)?%)")
_PART = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)%(.+)")
_LONGEST_NAME = PaymentTerms._meta.get_field("name").max_length or 0
_DAYS = re.compile(r"(?<!\d)(\d{1,3})(?:个?自然日|[天日])(?![上中下]旬)")
# A time that is understood nowhere else: 3个月, 一年后, 10个工作日, 次月15日, 4000天.
_OTHER_TIMES = re.compile(r"\d|[一二两三四五六七八九十半]个?(?:年|月|周|季|星期|工作日)|次[月年]|工作日|季度|月底|年底")
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
    return text_key(name).replace(" ", "")


def usual_name(name: str) -> str:
    """The name with its parts separated as usual: ``30%预付款+70%到货款`` is ``30%预付款，70%到货款``."""
    return "，".join(_pieces(name))


@dataclass(frozen=True)
class Part:
    """One instalment of terms; ``sure`` says whether every word about when it is due was understood."""

    percent: Decimal
    trigger: Trigger
    days: int
    sure: bool

    def __str__(self):
        words = f"{self.percent.normalize():f}% {self.trigger.label}"
        return f"{words} + {self.days}" if self.days else words


def parse(name: str) -> list[Part]:
    """The parts that a text of the form ``N%…，N%…`` names; none when it is of another form or not 100 % in all."""
    parts = _parts(name)
    return parts if _sum_of(parts) == 100 and all(part.percent > 0 for part in parts) else []


def wrong_sum(name: str) -> Decimal | None:
    """What the parts add up to when that alone is wrong with the text."""
    parts = _parts(name)
    return _sum_of(parts) if parts and _sum_of(parts) != 100 else None


def _parts(name: str) -> list[Part]:
    """The parts, whatever they add up to; none when the text is of another form."""
    found = [_PART.fullmatch(piece) for piece in _pieces(name)]
    return [_part(Decimal(match[1]), match[2]) for match in found if match] if all(found) else []


def _pieces(name: str) -> list[str]:
    return [piece.strip() for piece in _BETWEEN.split(flat(name)) if piece.strip()]


def _sum_of(parts: list[Part]) -> Decimal:
    return sum((part.percent for part in parts), Decimal(0))


def _part(percent: Decimal, words: str) -> Part:
    """``90%到货后30天``: how much, and what the words say about when."""
    days = [int(match[1]) for match in _DAYS.finditer(words)]
    rest = _DAYS.sub("", words)
    trigger = next((trigger for pattern, trigger in _WORDS if re.search(pattern, words)), None)
    is_clear = len(days) <= 1 and not _OTHER_TIMES.search(rest)
    return Part(
        percent, trigger or Trigger.ARRIVAL, days[0] if days and is_clear else 0, trigger is not None and is_clear
    )


@dataclass
class TermsBook:
    """Known terms and those that the file adds, by what they are called."""

    known: dict[str, PaymentTerms] = field(default_factory=dict)
    by_key: dict[int, PaymentTerms] = field(default_factory=dict)
    parts: dict[str, list[TermsInstalment]] = field(default_factory=dict)
    added: dict[str, list[Part]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "TermsBook":
        book = cls()
        for terms in PaymentTerms.objects.prefetch_related("instalments"):
            book.by_key[terms.pk] = terms
            book._enter(terms, sorted(terms.instalments.all(), key=lambda part: part.position))
        return book

    def _enter(self, terms: PaymentTerms, parts: list[TermsInstalment]) -> None:
        self.known[key_of(terms.name)] = terms
        self.parts[key_of(terms.name)] = parts

    def named(self, name: str) -> PaymentTerms | None:
        """The terms of that name, made of its parts when they are not known; None when it names no parts."""
        key = key_of(name)
        usual = usual_name(name)
        if key not in self.known and len(usual) <= _LONGEST_NAME and (parts := parse(name)):
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

"""What a check says: its verdict, one sentence, the figures it looked at, and who may override it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.money import ZERO


class Verdict(TextChoices):
    PASS = "pass", _("passed")
    WARN = "warn", _("attention")
    FAIL = "fail", _("failed")


LABELS = {
    "customer_file": _("Customer file"),
    "lines": _("Order lines"),
    "amounts": _("Amounts"),
    "delivery": _("Delivery"),
    "instalments": _("Instalments"),
    "requirement": _("Requirement"),
    "cap": _("Single-order cap"),
    "credit": _("Credit limit"),
    "date": _("Delivery date"),
    "discount": _("Discount"),
    "agreed": _("Agreed prices"),
    "overdue": _("Overdue receivables"),
    "terms": _("Payment terms"),
    "prepayment": _("Prepayment"),
    "invoice_data": _("Invoice data"),
    "shipped": _("Quantities shipped"),
}

FIGURE_LABELS = {
    "limit": _("Credit limit"),
    "own_limit": _("Limit (customer's own)"),
    "not_shipped": _("Not shipped"),
    "shipped_unpaid": _("Shipped, unpaid"),
    "overdue": _("Overdue"),
    "balance": _("Balance"),
    "this_order": _("This order"),
    "amendment": _("This amendment"),
    "available": _("Available"),
    "cap": _("Single-order cap"),
    "order_total": _("This order, with tax"),
    "at_agreed": _("Lines at agreed prices"),
    "as_ordered": _("The same lines as ordered"),
    "difference": _("Difference"),
    "expected": _("Agreed"),
    "received": _("Received so far"),
}


@dataclass(frozen=True)
class Figure:
    """An amount in 元 that a check looked at; ``kind`` is money, less (subtracted) or total."""

    key: str
    amount: Decimal
    kind: str = "money"

    @property
    def label(self) -> str:
        return str(FIGURE_LABELS.get(self.key, self.key))


@dataclass(frozen=True)
class CheckResult:
    """One check's outcome. ``detail`` explains, or says what to do; ``override`` is why it was overridden."""

    code: str
    verdict: str
    sentence: str
    detail: str = ""
    figures: tuple[Figure, ...] = ()
    overridable_by: tuple[str, ...] = ()
    override: str = ""

    @property
    def label(self) -> str:
        return str(LABELS.get(self.code, self.code))

    @property
    def failed(self) -> bool:
        return self.verdict == Verdict.FAIL

    @property
    def verdict_label(self) -> str:
        return str(Verdict(self.verdict).label)

    def can_be_overridden_by(self, role: str) -> bool:
        """Whether a person of this role may approve in spite of it, with a written reason."""
        return self.failed and role in self.overridable_by

    def figure(self, key: str) -> Decimal:
        """The amount of one of its figures in 元; 0.00 when it has none of that name."""
        return next((figure.amount for figure in self.figures if figure.key == key), ZERO)

    def as_json(self) -> dict:
        """What a decision keeps of it; the sentence stays as the reviewer read it."""
        return {
            "code": self.code,
            "verdict": str(self.verdict),
            "sentence": str(self.sentence),
            "detail": str(self.detail),
            "figures": [[figure.key, str(figure.amount), figure.kind] for figure in self.figures],
            "override": self.override,
        }


def from_json(stored: dict) -> CheckResult:
    """A check as a decision stores it."""
    return CheckResult(
        code=stored["code"],
        verdict=stored["verdict"],
        sentence=stored["sentence"],
        detail=stored.get("detail", ""),
        figures=tuple(Figure(key, Decimal(amount), kind) for key, amount, kind in stored.get("figures", [])),
        override=stored.get("override", ""),
    )


def passed(code: str, sentence: str, **more) -> CheckResult:
    return CheckResult(code, Verdict.PASS, sentence, **more)


def warned(code: str, sentence: str, **more) -> CheckResult:
    return CheckResult(code, Verdict.WARN, sentence, **more)


def failed(code: str, sentence: str, **more) -> CheckResult:
    return CheckResult(code, Verdict.FAIL, sentence, **more)


_SEVERITY = {Verdict.FAIL: 0, Verdict.WARN: 1, Verdict.PASS: 2}


def worst_first(results: Iterable[CheckResult]) -> list[CheckResult]:
    """Failures, then warnings, then passes; each in the order in which they were checked."""
    return sorted(results, key=lambda result: _SEVERITY[Verdict(result.verdict)])


def with_reasons(results: Iterable[CheckResult], reasons: dict[str, str]) -> list[CheckResult]:
    """The results with the written reason (code → text) beside each failure that was overridden."""
    return [replace(result, override=reasons.get(result.code, "")) if result.failed else result for result in results]


@dataclass(frozen=True)
class Summary:
    """How many checks failed, warned and passed, and the labels of those that failed."""

    failed: int
    warned: int
    passed: int
    failures: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return not self.failed and not self.warned


def summary_of(results: Iterable[CheckResult]) -> Summary:
    verdicts = [result.verdict for result in results]
    return Summary(
        failed=verdicts.count(Verdict.FAIL),
        warned=verdicts.count(Verdict.WARN),
        passed=verdicts.count(Verdict.PASS),
        failures=tuple(result.label for result in results if result.failed),
    )

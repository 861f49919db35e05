"""What a quotation says, frozen as plain text when it is made, and read again as the paper shows it.

Labels and choices are kept by their keys, so that the same offer can be read in both languages.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from core.capitals import capitals
from core.models import Company
from customers.models import PaymentTerms
from orders.content import plain_text
from orders.documents import Clause, clauses_of
from orders.models import Instalment, Order, OrderLine, Quotation
from orders.parties import recipient_of

_SELLER = ("name", "credit_code", "address", "phone", "email", "bank_name", "bank_account", "clauses")
_HEADER = (
    "promised_date",
    "delivery_method",
    "customer_reference",
    "special_requirements",
    "liability_clauses",
    "net_total",
    "tax_total",
    "gross_total",
)
_LINE = (
    "position",
    "name",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "discount",
    "tax_rate",
    "net_amount",
    "tax_amount",
    "special_demand",
)
_INSTALMENT = ("position", "percent", "trigger", "days", "amount")


@dataclass(frozen=True)
class Buyer:
    """To whom it was offered, as the customer's file and the draft said."""

    name: str
    credit_code: str
    contact: str
    phone: str
    address: str


@dataclass(frozen=True)
class Offer:
    """A quotation's content as templates read it; ``order``, ``lines`` and ``instalments`` are stored nowhere."""

    company: Company
    buyer: Buyer
    rep: str
    order: Order
    lines: list[OrderLine]
    instalments: list[Instalment]
    clauses: list[Clause]

    @property
    def capitals(self) -> str:
        """The total with tax in Chinese capitals."""
        return capitals(self.order.gross_total)


def content_of(order: Order, lines: list[OrderLine]) -> dict[str, Any]:
    """What is offered with this draft now, as plain text."""
    recipient = recipient_of(order)
    return {
        "seller": _text_of(Company.ours(), _SELLER),
        "buyer": {
            "name": order.buyer,
            "credit_code": order.customer.credit_code or "",
            "contact": recipient.name if recipient else "",
            "phone": recipient.phone if recipient else "",
            "address": order.shipping_address,
        },
        "rep": str(order.rep or ""),
        "terms": plain_text(order.payment_terms),
        "header": _text_of(order, _HEADER),
        "lines": [_text_of(line, _LINE) for line in lines],
        "instalments": [_text_of(each, _INSTALMENT) for each in order.current_instalments()],
    }


def hash_of(number: str, valid_until: date, remark: str, content: Mapping[str, Any]) -> str:
    """The SHA-256 of all that the paper says."""
    said = [number, valid_until.isoformat(), remark, content]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def offer_of(quotation: Quotation) -> Offer:
    """What was offered."""
    content = quotation.content
    order = _read(Order, content["header"])
    order.payment_terms = PaymentTerms(name=content["terms"]) if content["terms"] else None
    company = _read(Company, content["seller"])
    return Offer(
        company=company,
        buyer=Buyer(**content["buyer"]),
        rep=content["rep"],
        order=order,
        lines=[_read(OrderLine, row) for row in content["lines"]],
        instalments=[_read(Instalment, row) for row in content["instalments"]],
        clauses=clauses_of(order, company.clauses),
    )


def _text_of(record: Model, names: tuple[str, ...]) -> dict[str, str]:
    return {name: plain_text(getattr(record, name)) for name in names}


def _read(model: Any, text: Mapping[str, str]) -> Any:
    """A record that is stored nowhere, with these values; empty text is the field's own nothing."""
    values = {}
    for name, value in text.items():
        field = model._meta.get_field(name)
        values[name] = field.to_python(value or None) if value or field.null else ""
    return model(**values)

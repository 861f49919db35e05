"""What a customer wants, as it is typed or pasted from a sheet: one product a line, its quantity last."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text_key import half_width, text_key
from products.models import Product
from requirements.models import Requirement, WantedProduct

#: Tab, a run of blanks, or a sign of multiplication stand before the quantity; a unit may follow it.
_LINE = re.compile(r"(?P<name>.*?)(?:\s*[×xX*]\s*|\s+)(?P<quantity>[\d,]+(?:\.\d+)?)\s*\D{0,4}")
MOST = 100
_LARGEST = Decimal(10) ** 9


@dataclass(frozen=True)
class Wanted:
    """One line: a product of the catalogue when its number or its whole name says so, else words."""

    name: str
    quantity: Decimal
    product: Product | None = None


def read_wanted(text: str) -> list[Wanted]:
    """The lines that are not blank. Raises ValidationError with one sentence a line that says too little."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if len(lines) > MOST:
        raise ValidationError(_("At most %(n)s products; put longer lists into a file.") % {"n": MOST})
    read, problems = [], []
    for line in lines:
        found = _LINE.fullmatch(half_width(line))
        quantity = _quantity(found["quantity"]) if found and found["name"].strip() else None
        if found and quantity:
            read.append((found["name"].strip()[:120], quantity))
        else:
            problems.append(_("“%(line)s”: write the product, a blank, and how many.") % {"line": line})
    if problems:
        raise ValidationError(problems)
    known = _products([name for name, _quantity in read])
    return [Wanted(name, quantity, known.get(text_key(name))) for name, quantity in read]


def _quantity(text: str) -> Decimal | None:
    try:
        quantity = Decimal(text.replace(",", "")).quantize(Decimal("0.001"))
    except InvalidOperation:
        return None
    return quantity if 0 < quantity < _LARGEST else None


def _products(names: list[str]) -> dict[str, Product]:
    """The products on sale that are meant, by the key of their number, or of name and specification."""
    keys = {text_key(name) for name in names}
    words = {text_key(name.split()[0]) for name in names if name.split()}
    found = Product.objects.on_sale().filter(code_key__in=keys) | Product.objects.on_sale().filter(name_key__in=words)
    by_name = {text_key(str(product)): product for product in found}
    return by_name | {product.code_key: product for product in found}


def written_wanted(rows: list[WantedProduct]) -> str:
    """The same lines as somebody would type them."""
    return "\n".join(f"{row.product.code if row.product else row.name} × {row.quantity.normalize():f}" for row in rows)


def lines_of(wanted: list[Wanted]) -> list[tuple]:
    """What two lists are compared by."""
    return [(line.product and line.product.pk, str(line.product or line.name), line.quantity) for line in wanted]


def wanted_of(requirement: Requirement) -> list[Wanted]:
    """The lines that stand in a requirement."""
    return [Wanted(row.name, row.quantity, row.product) for row in requirement.wanted.select_related("product")]


def in_words(wanted: list[Wanted]) -> str:
    """A list in one row of text: ``控制柜 KX-200 × 12; 变频器 × 4``."""
    return "; ".join(f"{line.product or line.name} × {line.quantity.normalize():f}" for line in wanted)

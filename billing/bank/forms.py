"""What finance writes about a line of the bank's list, and a proposal as it is sent back."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetForm
from core.http import is_key


class LaterForm(FieldsetForm):
    """Until when a line is left."""

    until = forms.DateField(label=_("Leave it until"))

    fieldsets = (("", ("until",)),)


class ForeignForm(FieldsetForm):
    """Why a line is no customer's money."""

    reason = forms.CharField(
        label=_("What it is, for instance interest or a supplier's refund"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )

    fieldsets = (("", ("reason",)),)


def as_sent(line: int, customer: int, shares: Mapping[int, Decimal]) -> str:
    """A proposal as a form sends it: what somebody accepts is what was shown, whatever would be proposed by then."""
    return ":".join([f"{line}", f"{customer}", *(f"{pk}={amount}" for pk, amount in sorted(shares.items()))])


def from_sent(text: str) -> tuple[int, int, dict[int, Decimal]] | None:
    """Line, customer and shares (元) of a proposal that was sent; None for nonsense."""
    keys, shares = text.split(":")[:2], {}
    if len(keys) != 2 or not all(map(is_key, keys)):
        return None
    for part in text.split(":")[2:]:
        pk, _sign, amount = part.partition("=")
        try:
            shares[int(pk)] = Decimal(amount) if is_key(pk) else Decimal("NaN")
        except (InvalidOperation, ValueError):
            return None
    if not all(share.is_finite() and share > 0 for share in shares.values()):
        return None
    return int(keys[0]), int(keys[1]), shares

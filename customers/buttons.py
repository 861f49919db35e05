"""The verbs of a customer file that need a reason."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.buttons import Button
from customers.models import Customer
from customers.rights import may_keep


def buttons_for(customer: Customer, user) -> list[Button]:
    """Freeze or unfreeze, for those who keep files."""
    if not may_keep(user):
        return []
    if customer.active:
        return [_button(customer, "freeze", _("Freeze"), "lock", dangerous=True)]
    return [_button(customer, "unfreeze", _("Unfreeze"), "lock-open", dangerous=False)]


def _button(customer: Customer, name: str, label: str, icon: str, *, dangerous: bool) -> Button:
    return Button(
        name=name,
        label=label,
        url=reverse(f"customers:{name}", args=[customer.pk]),
        page="",
        icon=icon,
        primary=False,
        dangerous=dangerous,
        note_required=True,
        reasons=(),
    )

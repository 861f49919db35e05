"""What happens to a customer's grade and to its own credit limit; proposals of other grades are made further up."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import demand
from core.events import changes_between, record
from core.locks import lock_row
from core.stale import Stale
from customers import rights
from customers.models import Customer, GradeChange
from customers.moving import refuse_merged

#: Makes proposals of the grades (by customer id) that a file asks for: ``(grades, by, file name)``. The app that knows
#: the figures enters itself; without it a file changes no grade.
proposers: list[Callable[[dict[int, str], User | None, str], object]] = []
_LIMIT = ("credit_limit", "credit_limit_until", "credit_limit_reason")


def change_grade(*, customer: Customer, grade: str, reason: str, by: User | None) -> GradeChange:
    """Gives a customer another grade from today on and keeps that; call it under the customer's lock."""
    before = {"grade": customer.grade}
    change = GradeChange.objects.create(
        customer=customer, on=timezone.localdate(), before=customer.grade, after=grade, reason=reason, by=by
    )
    customer.grade, customer.version = grade, customer.version + 1
    customer.save(update_fields=["grade", "version"])
    record(customer, "customer_grade_changed", by=by, note=reason, changes=changes_between(before, customer))
    return change


@transaction.atomic
def set_own_limit(
    *,
    customer: Customer,
    amount: Decimal | None,
    until: date | None = None,
    reason: str,
    by: User,
    version: int | None = None,
) -> Customer:
    """Gives a customer a credit limit (元) of its own up to a day, or, with ``amount`` None, takes it away.

    Raises:
        PermissionDenied: when the person is not in finance.
        core.stale.Stale: when ``version`` is not the file's any more.
        ValidationError: by field, without a reason, or without a day that is still to come.
    """
    demand(rights.may_set_limit(by))
    current = lock_row(Customer, customer.pk)
    refuse_merged(current)
    if version is not None and version != current.version:
        raise Stale(current)
    mistakes = {}
    if not reason.strip():
        mistakes["reason"] = _("Please write a reason.")
    if amount is not None and until is None:
        mistakes["until"] = _("Say until when it is in force.")
    if until and until < timezone.localdate():
        mistakes["until"] = _("This day is over.")
    if amount is None and current.credit_limit is None:
        mistakes["amount"] = _("It has no limit of its own.")
    if mistakes:
        raise ValidationError(mistakes)
    before = {name: getattr(current, name) for name in _LIMIT}
    current.credit_limit, current.credit_limit_until = amount, until if amount is not None else None
    current.credit_limit_reason = reason.strip() if amount is not None else ""
    current.version += 1
    current.full_clean(validate_unique=False)
    current.save(update_fields=[*_LIMIT, "version"])
    record(current, "customer_limit_set", by=by, note=reason.strip(), changes=changes_between(before, current))
    return current

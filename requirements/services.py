"""What happens to a requirement beside its life (``workflow.py``): it is recorded and changed."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import demand
from core.events import changes_between, record
from core.locks import lock_row
from core.numbers import next_serial
from core.pinyin import search_key_of
from core.stale import Stale
from core.submitted import first_result, refuse_other_content, said_in
from core.text_key import text_key
from customers.models import Customer
from customers.moving import refuse_merged
from requirements import rights
from requirements.clock import response_due
from requirements.models import Requirement, WantedProduct
from requirements.statuses import Channel
from requirements.wanted import Wanted, in_words, lines_of, wanted_of

#: What people write into a requirement; the customer is chosen once.
FIELDS = (
    "contact",
    "channel",
    "received_at",
    "description",
    "specification",
    "quality_standard",
    "special_demands",
    "wanted_date",
    "budget_from",
    "budget_to",
    "priority",
)
#: What follows from these; a save names both.
DERIVED = ("response_due_on", "urgency", "own_key", "number_key")
_SERIAL_DIGITS = 3


@transaction.atomic
def record_requirement(
    *, customer: Customer, values: dict, wanted: list[Wanted], by: User | None, token: UUID | None = None
) -> Requirement:
    """Writes down what a customer wants; it belongs to the customer's owner. ``by`` None: the customer's questionnaire.

    A second call with the same (scoped) ``token`` returns the first one.

    Raises:
        ValidationError: by field; SentOtherwise when the token came with other content before.
        PermissionDenied: when this role records none, or may not see the customer.
    """
    demand(by is None or rights.may_keep_requirements(by))
    # The customer's row stands still, so that no hand-over misses what is being written.
    current = lock_row(Customer, customer.pk)
    refuse_merged(current)
    demand(by is None or Customer.objects.visible_to(by).filter(pk=customer.pk).exists())
    requirement = Requirement(customer=current, owner=current.owner, team=current.team, submit_token=token)
    if by is None:
        requirement.channel = Channel.QUESTIONNAIRE
    _write(requirement, values)
    if first := first_result(Requirement, token):
        given = tuple(name for name in FIELDS if name in values)
        refuse_other_content(first, said_in(first, given), said_in(requirement, given))
        return first
    try:
        with transaction.atomic():
            _save_numbered(requirement)
    except IntegrityError:
        if first := first_result(Requirement, token):
            return first
        raise
    _replace_wanted(requirement, wanted)
    record(requirement, "requirement_recorded" if by else "requirement_filled_in", by=by)
    return requirement


@transaction.atomic
def update_requirement(
    *, requirement: Requirement, values: dict, wanted: list[Wanted], by: User, version: int | None = None
) -> Requirement:
    """Changes what is written down; saving what stands there already leaves no trace.

    Raises:
        core.stale.Stale: when ``version`` is not the requirement's any more.
        ValidationError: by field, or when it was confirmed and so stands as it is.
        PermissionDenied: when this role keeps none.
    """
    demand(rights.may_keep_requirements(by))
    current: Requirement = lock_row(Requirement, requirement.pk)
    if version is not None and version != current.version:
        raise Stale(current)
    if sentence := why_not_edited(current):
        raise ValidationError(sentence)
    before = {name: getattr(current, name) for name in FIELDS}
    _write(current, values)
    changes = changes_between(before, current)
    rows = wanted_of(current)
    if lines_of(rows) != lines_of(wanted):
        changes.append(["wanted", in_words(rows), in_words(wanted)])
        _replace_wanted(current, wanted)
    if changes:
        current.version += 1
        current.save(update_fields=[*FIELDS, *DERIVED, "version"])
        record(current, "requirement_changed", by=by, changes=changes)
    return current


def why_not_edited(requirement: Requirement) -> str:
    """Why what is written down stands as it is; empty while it may be changed."""
    if requirement.is_open:
        return ""
    if requirement.confirmed_on:
        return _("It was confirmed in writing and stands as it is. Ask a question first: then it is open again.")
    return _("It is “%(state)s”: take it up again to change it.") % {"state": requirement.status_label}


def _write(requirement: Requirement, values: dict) -> None:
    """Puts the values into the requirement, checks the whole of it, and works out when an answer is due."""
    for name in FIELDS:
        if name in values:
            setattr(requirement, name, values[name])
    if requirement.received_at > timezone.now():
        raise ValidationError({"received_at": _("This lies in the future.")})
    if requirement.contact and requirement.contact.customer_id != requirement.customer_id:
        raise ValidationError({"contact": _("This contact belongs to another customer.")})
    requirement.response_due_on = response_due(requirement.received_at, requirement.priority)
    make_findable(requirement)
    requirement.full_clean(exclude=["number", "submit_token", "number_key"])


def make_findable(requirement: Requirement, *, waits: bool | None = None) -> None:
    """Writes onto the requirement (unsaved) what it is searched and sorted by, as ``Requirement.derive``."""
    requirement.own_key = own_key_of(requirement)
    requirement.derive(waits=waits)


def own_key_of(requirement: Requirement) -> str:
    """Number and first words, with their pinyin and initials."""
    return search_key_of([requirement.number], [requirement.headline])


def _replace_wanted(requirement: Requirement, wanted: list[Wanted]) -> None:
    requirement.wanted.all().delete()
    rows = [
        WantedProduct(
            requirement=requirement,
            position=position,
            product=line.product,
            name=str(line.product or line.name)[:120],
            quantity=line.quantity,
        )
        for position, line in enumerate(wanted, 1)
    ]
    WantedProduct.objects.bulk_create(rows)


def requirement_number(month: str, serial: int) -> str:
    """``XQ`` + year and month + serial of at least three digits: ``XQ202611001``."""
    return f"XQ{month}{serial:0{_SERIAL_DIGITS}d}"


def _save_numbered(requirement: Requirement) -> None:
    """Saves a new one under the next number of this month; one that an import brought along is passed over."""
    month = f"{timezone.localdate():%Y%m}"
    while True:
        requirement.number = requirement_number(month, next_serial(f"requirement:{month}"))
        if Requirement.objects.filter(number_key=text_key(requirement.number)).exists():
            continue
        make_findable(requirement)
        try:
            with transaction.atomic():
                requirement.save()
            return
        except IntegrityError:
            if not Requirement.objects.filter(number=requirement.number).exists():
                raise

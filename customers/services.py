"""What happens to a customer file: opened, changed, handed over, frozen. Each verb leaves one event."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import registries
from core.events import changes_between, record
from core.locks import lock_row
from core.numbers import next_serial
from core.pinyin import reading_of, search_key_of
from customers import rights
from customers.contacts import ContactInput, check_contacts, replace_contacts
from customers.credit_code import tidy_code
from customers.models import CODE_TAKEN, Contact, Customer
from customers.phones import numbers_in
from customers.shortname import plain_name, propose_short_name

#: What people write into a file; everything else on it is derived or has its own verb.
FIELDS = (
    "name",
    "short_name",
    "credit_code",
    "industry",
    "source",
    "referred_by",
    "province",
    "city",
    "district",
    "address",
    "core_needs",
    "repurchase_on",
    "payment_terms",
    "invoice_title",
    "tax_number",
    "bank_name",
    "bank_account",
)
_DERIVED = ("name_pinyin", "search_key", "version")
_SERIAL_DIGITS = 3


class StaleCustomer(Exception):
    """Somebody saved the file after this person had opened it; ``current`` is how it stands now."""

    def __init__(self, current: Customer):
        self.current = current
        super().__init__("The file was changed meanwhile.")


def opened_with(token: UUID | str | None) -> Customer | None:
    """The file that was opened by an earlier click on the same form; None for a token that is none."""
    try:
        return Customer.objects.filter(submit_token=token).first() if token else None
    except ValidationError:
        return None


@transaction.atomic
def create_customer(
    *, values: dict, contacts: list[ContactInput], by, owner=None, token: UUID | None = None
) -> Customer:
    """Opens a file at grade C; a rep owns it, a manager names an ``owner`` of the team or leaves it unassigned.

    A second call with the same ``token`` returns the first file. An empty short name is proposed from the name.

    Raises:
        ValidationError: by field, or as one sentence about the contacts.
        PermissionDenied: when this role opens no files, or the owner is not theirs to choose.
    """
    owner = rights.owner_of_new(by, owner)
    if first := opened_with(token):
        return first
    customer = Customer(owner=owner, team=owner.team if owner else None, submit_token=token)
    _write(customer, values)
    check_contacts(contacts)
    try:
        with transaction.atomic():
            _insert(customer, contacts)
    except IntegrityError as error:
        return opened_with(token) or _refuse(error)
    record(customer, "customer_created", by=by, number=customer.number)
    return customer


@transaction.atomic
def update_customer(
    *, customer: Customer, values: dict, contacts: list[ContactInput], by, version: int | None = None
) -> Customer:
    """Writes the whole file with its contacts; saving what stands there already leaves no trace.

    Raises:
        StaleCustomer: when ``version`` is not the file's any more.
        ValidationError: by field, or as one sentence about the contacts.
        PermissionDenied: when this role keeps no files.
    """
    rights.demand(rights.may_keep(by))
    current = lock_row(Customer, customer.pk)
    if version is not None and version != current.version:
        raise StaleCustomer(current)
    before = {name: getattr(current, name) for name in FIELDS}
    _write(current, values)
    check_contacts(contacts)
    changes = [*changes_between(before, current), *replace_contacts(current, contacts)]
    if changes:
        _save(current, *FIELDS)
        record(current, "customer_changed", by=by, changes=changes)
    return current


@transaction.atomic
def change_owner(*, customer: Customer, owner, by, note: str = "") -> Customer:
    """Hands the file, and what hangs on it, to a rep of the manager's team; ``owner=None`` leaves it unassigned.

    Raises:
        PermissionDenied: unless a manager hands it to somebody of the own team.
        ValidationError: when that person owns it already.
    """
    rights.demand(rights.may_choose_owner(by))
    rights.demand(owner is None or rights.owners_for(by).filter(pk=owner.pk).exists())
    current = lock_row(Customer, customer.pk)
    if current.owner == owner:
        raise ValidationError(_("%(who)s is the owner already.") % {"who": owner or _("Nobody")})
    before = {"owner": current.owner}
    current.owner, current.team = owner, owner.team if owner else None
    _save(current, "owner", "team")
    for follow in registries.handovers:
        follow(current)
    record(current, "customer_owner_changed", by=by, note=note, changes=changes_between(before, current))
    return current


@transaction.atomic
def assign_customer(*, customer: Customer, owner, by) -> Customer:
    """Gives a file that nobody owns to a rep; raises as ``change_owner``, and ValidationError when somebody owns it."""
    current = lock_row(Customer, customer.pk)
    if current.owner:
        raise ValidationError(_("%(who)s is the owner already.") % {"who": current.owner})
    return change_owner(customer=current, owner=owner, by=by)


@transaction.atomic
def freeze_customer(*, customer: Customer, reason: str, by) -> Customer:
    """Stops new orders of this customer; those under way go on.

    Raises:
        ValidationError: without a reason, or when it is frozen already.
        PermissionDenied: when this role keeps no files.
    """
    return _set_active(customer, False, reason, by, "customer_frozen", _("This customer is frozen already."))


@transaction.atomic
def unfreeze_customer(*, customer: Customer, reason: str, by) -> Customer:
    """Lets a frozen customer order again; raises as ``freeze_customer``."""
    return _set_active(customer, True, reason, by, "customer_unfrozen", _("This customer is not frozen."))


def _set_active(customer: Customer, active: bool, reason: str, by, verb: str, already: str) -> Customer:
    rights.demand(rights.may_keep(by))
    current = lock_row(Customer, customer.pk)
    if current.active == active:
        raise ValidationError(already)
    if not reason.strip():
        raise ValidationError(_("Please write a reason."))
    current.active, current.frozen_reason = active, "" if active else reason.strip()
    current.clean_fields(exclude=[f.name for f in Customer._meta.fields if f.name != "frozen_reason"])
    _save(current, "active", "frozen_reason")
    record(current, verb, by=by, note=reason.strip())
    return current


def _write(customer: Customer, values: dict) -> None:
    """Puts the values into the file in their tidy form and checks the whole header."""
    for name in FIELDS:
        if name in values:
            setattr(customer, name, values[name])
    customer.name = plain_name(customer.name)
    customer.credit_code = tidy_code(customer.credit_code)
    regions = (customer.province, customer.city, customer.district)
    customer.short_name = plain_name(customer.short_name) or propose_short_name(customer.name, regions)
    # A second click is answered by the database, which knows of the first one even before it is committed.
    customer.full_clean(exclude=["number", "submit_token"])


def _insert(customer: Customer, contacts: list[ContactInput]) -> None:
    customer.number = _next_number()
    customer.save()
    replace_contacts(customer, contacts)
    _derive(customer)
    customer.save(update_fields=_DERIVED)


def _save(customer: Customer, *fields: str) -> None:
    customer.version += 1
    _derive(customer)
    customer.save(update_fields=[*fields, *_DERIVED])


def _derive(customer: Customer) -> None:
    make_findable(customer, list(customer.contacts.all()))


def make_findable(customer: Customer, contacts: list[Contact]) -> None:
    """Writes onto the file (unsaved) what is searched and sorted by."""
    phones = [form for c in contacts for form in (c.phone, *numbers_in(c.phone))]
    names = [customer.name, customer.short_name, *(c.name for c in contacts)]
    customer.search_key = search_key_of([customer.number, *phones], names)
    customer.name_pinyin = reading_of(customer.short_name)[: Customer._meta.get_field("name_pinyin").max_length]


def customer_number(year: int, serial: int) -> str:
    """``C`` + year + serial of at least three digits: ``C2026001``."""
    return f"C{year}{serial:0{_SERIAL_DIGITS}d}"


def _next_number() -> str:
    """The next number; one that an import brought along is passed over."""
    year = timezone.localdate().year
    while True:
        number = customer_number(year, next_serial(f"customer:{year}"))
        if not Customer.objects.filter(number=number).exists():
            return number


def _refuse(error: IntegrityError):
    """Two people may send the same credit code at once; then the database is the one to notice."""
    if "credit_code" in str(error):
        raise ValidationError({"credit_code": CODE_TAKEN}) from error
    raise error

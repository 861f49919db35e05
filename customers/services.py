"""What happens to a customer file: opened, changed, handed over; frozen by its workflow. Each verb leaves one event."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.ownership import hand_over
from accounts.rights import demand
from core.events import changes_between, record
from core.locks import lock_row
from core.numbers import next_serial
from core.pinyin import reading_of, search_key_of
from core.stale import Stale
from core.submitted import first_result, refuse_other_content, said_in, scoped
from core.text_key import text_key, written_line
from customers import rights
from customers.contacts import ContactInput, check_contacts, line_of, replace_contacts
from customers.credit_code import tidy_code
from customers.models import CODE_TAKEN, Contact, Customer
from customers.moving import refuse_merged
from customers.phones import numbers_in
from customers.places import Place, tidy_place
from customers.shortname import propose_short_name
from customers.updates import FOLLOWERS

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
#: Where the company is: fields that are brought into order together.
PLACE = ("province", "city", "district", "address")
#: What follows from these; a save names both.
KEYS = ("number_key", "name_key", "short_name_key", "name_pinyin", "search_key")
# Not the number's key, which never changes: PostgreSQL locks whoever writes a unique column against new children, too.
_DERIVED = (*(key for key in KEYS if key != "number_key"), "version")
_SERIAL_DIGITS = 3


def opened_with(token: UUID | None, by: User) -> Customer | None:
    """The file that this person opened by an earlier click on the same form."""
    return first_result(Customer, scoped(token, by))


def refuse_another_file(
    first: Customer, values: dict, contacts: list[ContactInput], owner: User | None, by: User
) -> None:
    """Raises SentOtherwise when the form that opened the first file now describes another one.

    Raises:
        PermissionDenied: when that file has been handed over to people whose files this person does not see.
    """
    demand(Customer.objects.visible_to(by).filter(pk=first.pk).exists())
    asked, label = Customer(owner=owner), str(_("Contacts"))
    _put(asked, values)
    recorded = {label: _("; ").join(map(line_of, first.contacts.all()))}
    given = {label: _("; ").join(map(line_of, contacts))}
    names = (*FIELDS, "owner")
    refuse_other_content(first, said_in(first, names) | recorded, said_in(asked, names) | given)


@transaction.atomic
def create_customer(
    *, values: dict, contacts: list[ContactInput], by: User, owner=None, token: UUID | None = None
) -> Customer:
    """Opens a file at grade C; a rep owns it, a manager names an ``owner`` of the team or leaves it unassigned.

    A second call with the same ``token`` returns the first file. An empty short name is proposed from the name.

    Raises:
        core.submitted.SentOtherwise: when that call described another file.
        ValidationError: by field, or as one sentence about the contacts.
        PermissionDenied: when this role opens no files, or the owner is not theirs to choose.
    """
    owner = rights.owner_of_new(by, owner)
    if first := opened_with(token, by):
        refuse_another_file(first, values, contacts, owner, by)
        return first
    customer = Customer(owner=owner, team=owner.team if owner else None, submit_token=scoped(token, by))
    _write(customer, values)
    check_contacts(contacts)
    try:
        with transaction.atomic():
            _insert(customer, contacts)
    except IntegrityError as error:
        first = opened_with(token, by) or _refuse(error)
        refuse_another_file(first, values, contacts, owner, by)
        return first
    record(customer, "customer_created", by=by, number=customer.number)
    return customer


@transaction.atomic
def update_customer(
    *, customer: Customer, values: dict, contacts: list[ContactInput], by: User, version: int | None = None
) -> Customer:
    """Writes the whole file with its contacts; saving what stands there already leaves no trace.

    Raises:
        core.stale.Stale: when ``version`` is not the file's any more.
        ValidationError: by field, or as one sentence about the contacts.
        PermissionDenied: when this role keeps no files.
    """
    demand(rights.may_keep(by))
    current = lock_row(Customer, customer.pk)
    refuse_merged(current)
    if version is not None and version != current.version:
        raise Stale(current)
    before = {name: getattr(current, name) for name in FIELDS}
    _write(current, values)
    check_contacts(contacts)
    changes = [*changes_between(before, current), *replace_contacts(current, contacts)]
    if changes:
        save_file(current, *FIELDS)
        record(current, "customer_changed", by=by, changes=changes)
        for follower in FOLLOWERS:
            follower(current, {change[0] for change in changes}, by)
    return current


@transaction.atomic
def change_owner(*, customer: Customer, owner, by: User, note: str = "") -> Customer:
    """Hands the file, and what hangs on it, to a rep of the manager's team; ``owner=None`` leaves it unassigned.

    Raises:
        PermissionDenied: unless a manager hands it to somebody of the own team.
        ValidationError: when that person owns it already.
    """
    demand(rights.may_choose_owner(by))
    demand(owner is None or rights.owners_for(by).filter(pk=owner.pk).exists())
    current = lock_row(Customer, customer.pk)
    refuse_merged(current)
    if current.owner == owner:
        raise ValidationError(_("%(who)s is the owner already.") % {"who": owner or _("Nobody")})
    before = {"owner": current.owner}
    current.owner, current.team = owner, owner.team if owner else None
    save_file(current, "owner", "team")
    hand_over(current)
    record(current, "customer_owner_changed", by=by, note=note, changes=changes_between(before, current))
    return current


@transaction.atomic
def assign_customer(*, customer: Customer, owner, by: User) -> Customer:
    """Gives a file that nobody who works here owns to a rep; raises as ``change_owner``.

    Raises:
        ValidationError: also when somebody who works here owns it.
    """
    current = lock_row(Customer, customer.pk)
    if current.owner and current.owner.is_active:
        raise ValidationError(_("%(who)s is the owner already.") % {"who": current.owner})
    return change_owner(customer=current, owner=owner, by=by)


def _write(customer: Customer, values: dict) -> None:
    """Puts the values into the file and checks the whole header."""
    _put(customer, values)
    # A second click is answered by the database, which knows of the first one even before it is committed.
    customer.full_clean(exclude=["number", "submit_token"])


def _put(customer: Customer, values: dict) -> None:
    """Puts the values into the file in their tidy form."""
    for name in FIELDS:
        if name in values:
            setattr(customer, name, values[name])
    customer.name = written_line(customer.name)
    customer.credit_code = tidy_code(customer.credit_code)
    put_in_place(customer)
    regions = (customer.province, customer.city, customer.district)
    customer.short_name = written_line(customer.short_name) or propose_short_name(customer.name, regions)


def put_in_place(customer: Customer) -> None:
    """Brings the place of a file (unsaved) into the form in which we keep places: 浙江 is 浙江省."""
    found = tidy_place(Place(*(getattr(customer, name) for name in PLACE)))
    for name in PLACE:
        setattr(customer, name, getattr(found, name))


def _insert(customer: Customer, contacts: list[ContactInput]) -> None:
    """Saves a new file under the next number, also when an import brings that one at this moment."""
    while not customer.pk:
        customer.number = _next_number()
        try:
            with transaction.atomic():
                customer.save()
        except IntegrityError:
            if not Customer.objects.filter(number=customer.number).exists():
                raise
    replace_contacts(customer, contacts)
    _derive(customer)
    customer.save(update_fields=_DERIVED)


def save_file(customer: Customer, *fields: str) -> None:
    """Writes these fields of a file that is locked, with what follows from them."""
    customer.version += 1
    _derive(customer)
    customer.save(update_fields=[*fields, *_DERIVED])


def _derive(customer: Customer) -> None:
    make_findable(customer, list(customer.contacts.all()))


def make_findable(customer: Customer, contacts: list[Contact]) -> None:
    """Writes onto the file (unsaved) what is searched and sorted by."""
    phones = [form for c in contacts for form in (c.phone, *numbers_in(c.phone))]
    former = customer.former_names.splitlines()
    names = [customer.name, customer.short_name, *former, *(c.name for c in contacts)]
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
        if not Customer.objects.filter(number_key=text_key(number)).exists():
            return number


def _refuse(error: IntegrityError):
    """Two people may send the same credit code at once; then the database is the one to notice."""
    if "credit_code" in str(error):
        raise ValidationError({"credit_code": CODE_TAKEN}) from error
    raise error

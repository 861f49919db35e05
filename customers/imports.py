"""Customers from a spreadsheet: new files are opened, known ones brought up to date; an empty cell changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from accounts.ownership import hand_over
from accounts.roles import Role
from core.chunks import chunks
from core.events import changes_between, record, record_all
from core.imports.kinds import ImportKind, Overtaken, Row, Source, Task, register_import
from core.locks import lock_rows
from core.numbers import next_serials
from core.text_key import search_form, text_key
from customers.contacts import line_of
from customers.grades import proposers
from customers.identity import CODE, NAME, NUMBER, Known, Matcher, Register
from customers.import_columns import COLUMNS, CONTACT, FIELDS, GRADE, JOB_TITLE, NOBODY, OWNER, PHONE, SOURCE, SOURCES
from customers.models import Contact, Customer, Grade
from customers.rights import may_import_customers
from customers.services import KEYS, PLACE, customer_number, make_findable, put_in_place
from customers.shortname import propose_short_name
from customers.updates import FOLLOWERS

_BATCH = 500
_ANOTHER_GRADE = gettext_noop("The other grade of a known customer becomes a proposal, which a manager decides.")


# ---- plan ------------------------------------------------------------------------------------------------------------


@dataclass
class New:
    """A customer to be opened, not saved yet, with its contact if the row names one."""

    row: int
    customer: Customer
    contact: Contact | None


@dataclass
class Change:
    """What a row changes on a known customer: fields of the file, its contact, its owner."""

    row: int
    customer: Customer
    version: int
    before: dict[str, Any]
    contact: Contact | None
    contact_before: str = ""
    new_owner: bool = False

    @property
    def contact_change(self) -> list[list[str]]:
        after = line_of(self.contact) if self.contact else ""
        return [["contacts", self.contact_before, after]] if after != self.contact_before else []

    @property
    def changes(self) -> list[list[str]]:
        return [*changes_between(self.before, self.customer), *self.contact_change]


@dataclass
class Plan:
    new: list[New] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    # By customer, the grade that the file names and it does not have.
    grades: dict[int, str] = field(default_factory=dict)


def make_plan(task: Task) -> Plan:
    """Matches every row, and works out what it opens or changes."""
    owners = _owners(task)
    matcher = Matcher(Register.load(task.visible(Customer.objects)), task.problems, task.notices)
    meant: list[tuple[Row, Known | None]] = []
    for row in task.rows:
        # A job title or a phone number belongs to a contact; without a name there is none.
        if row.lacks(CONTACT) and (row[JOB_TITLE] or row[PHONE]):
            task.notices.add(row.number, gettext_noop("Without the contact's name, job title and phone are not kept."))
        if not row[NAME] or row.misread & {NUMBER, CODE}:
            continue
        meant.append((row, matcher.match(row)))
    plan, files = Plan(), _files({known.pk for _row, known in meant if known})
    for done, (row, known) in enumerate(meant):
        if known is None:
            plan.new.append(_new(row, owners))
            task.differences.creates(row.number, row[NAME], row.values)
        elif customer := files.get(known.pk):
            change = _change(task, row, customer, owners)
            if changes := change.changes:
                plan.changed.append(change)
                task.differences.changes(row.number, customer, changes, f"{customer.number} {change.before['name']}")
            if row[GRADE] and row[GRADE] != customer.grade:
                plan.grades[customer.pk] = row[GRADE]
                task.notices.add(row.number, _ANOTHER_GRADE)
        if done % _BATCH == 0:
            task.progress(done, len(meant))
    task.counts.update(
        created=len(plan.new), changed=len(plan.changed), unchanged=len(meant) - len(plan.new) - len(plan.changed)
    )
    return plan


def _owners(task: Task) -> dict[str, User]:
    """The representatives that the rows name, by login or name; what nobody or several are called is a problem."""
    reps = User.objects.filter(role=Role.REP, is_active=True)
    if task.by is not None and task.by.role == Role.MANAGER:
        reps = reps.filter(team=task.by.team_id)
    by_login: dict[str, list[User]] = {}
    by_name: dict[str, list[User]] = {}
    for rep in reps.select_related("team"):
        by_login.setdefault(text_key(rep.username), []).append(rep)
        by_name.setdefault(text_key(rep.name), []).append(rep)
    known = by_name | by_login
    for row in task.rows:
        if not row[OWNER] or row[OWNER] in NOBODY:
            continue
        meant = known.get(text_key(row[OWNER]), [])
        if not meant:
            sentence = gettext_noop("No sales representative whom you may name has this login or name.")
            task.problems.add(row.number, OWNER, sentence, row[OWNER])
        elif len(meant) > 1:
            sentence = gettext_noop("Several sales representatives are called that. Write the login.")
            task.problems.add(row.number, OWNER, sentence, row[OWNER])
    return {key: meant[0] for key, meant in known.items()}


def _files(keys: set[int]) -> dict[int, Customer]:
    """The customers with their contacts, a few hundred to a query."""
    found = {}
    for some in chunks(keys):
        for customer in Customer.objects.filter(pk__in=some).select_related("owner").prefetch_related("contacts"):
            found[customer.pk] = customer
    return found


def _new(row: Row, owners: dict[str, User]) -> New:
    owner = owners.get(text_key(row[OWNER] or ""))
    customer = Customer(number=row[NUMBER] or "", owner=owner, team=owner.team if owner else None)
    for column, name in FIELDS.items():
        if row[column] is not None:
            setattr(customer, name, row[column])
    put_in_place(customer)
    regions = (customer.province, customer.city, customer.district)
    customer.short_name = customer.short_name or propose_short_name(customer.name, regions)
    customer.source = customer.source or Customer.Source.IMPORT
    customer.grade = row[GRADE] or Grade.C
    contact = _contact(row, Contact(is_primary=True)) if row[CONTACT] else None
    make_findable(customer, [contact] if contact else [])
    return New(row.number, customer, contact)


def _contact(row: Row, contact: Contact) -> Contact:
    contact.name = row[CONTACT]
    contact.job_title = row[JOB_TITLE] or contact.job_title
    contact.phone = row[PHONE] or contact.phone
    return contact


def _change(task: Task, row: Row, customer: Customer, owners: dict[str, User]) -> Change:
    """Writes the row onto the customer in memory."""
    before = {name: getattr(customer, name) for name in (*FIELDS.values(), "owner")}
    contacts: list[Contact] = list(customer.contacts.all())
    contact = next((c for c in contacts if c.name == row[CONTACT]), None)
    change = Change(row.number, customer, customer.version, before, contact, line_of(contact) if contact else "")
    for column, name in FIELDS.items():
        if row[column] is not None:
            setattr(customer, name, row[column])
    # What stands there since before is left alone, so that an export that comes back changes nothing.
    if any(getattr(customer, name) != before[name] for name in PLACE):
        put_in_place(customer)
    if row[CONTACT]:
        contact = contact or Contact(customer=customer, is_primary=not any(c.is_primary for c in contacts))
        change.contact = _contact(row, contact)
    if (owner := owners.get(text_key(row[OWNER] or ""))) and owner != customer.owner:
        customer.owner, customer.team, change.new_owner = owner, owner.team, True
    make_findable(customer, [c for c in contacts if c is not contact] + ([contact] if contact else []))
    if text_key(before["name"]) != text_key(customer.name):
        sentence = gettext_noop("%(number)s is renamed from “%(name)s”.")
        task.notices.add(row.number, sentence, number=customer.number, name=before["name"])
    return change


# ---- writing ---------------------------------------------------------------------------------------------------------


def write(plan: Plan, source: Source) -> None:
    """Opens and changes the files in a few bulk writes. Raises Overtaken when somebody changed one meanwhile."""
    _write_changes(plan.changed, source)
    _give_numbers([new.customer for new in plan.new])
    Customer.objects.bulk_create([new.customer for new in plan.new], _BATCH)
    contacts = []
    for new in plan.new:
        if new.contact:
            new.contact.customer = new.customer
            contacts.append(new.contact)
    Contact.objects.bulk_create(contacts, _BATCH)
    for propose in proposers if plan.grades else ():
        propose(plan.grades, source.by, source.name)
    record_all("imported", [(new.customer, _mark(source, new.row)) for new in plan.new], by=source.by)


def _mark(source: Source, row: int) -> dict[str, Any]:
    return {"file": source.name, "row": row}


def _give_numbers(customers: list[Customer]) -> None:
    """The system's own numbers for those that brought none; numbers that any of them brought are passed over."""
    year, brought = timezone.localdate().year, {customer.number for customer in customers}
    waiting = [customer for customer in customers if not customer.number]
    while waiting:
        numbers = [customer_number(year, serial) for serial in next_serials(f"customer:{year}", len(waiting))]
        taken = brought.union(Customer.objects.filter(number__in=numbers).values_list("number", flat=True))
        for number in (n for n in numbers if n not in taken):
            customer = waiting.pop(0)
            customer.number = number
            customer.search_key = f"{search_form(number)} {customer.search_key}"


def _write_changes(changes: Iterable[Change], source: Source) -> None:
    handed = []
    for some in chunks(sorted(changes, key=lambda change: change.customer.pk)):
        locked = {row.pk: row for row in lock_rows(Customer.objects.filter(pk__in=[c.customer.pk for c in some]))}
        for change in some:
            current = locked.get(change.customer.pk)
            if current is None or current.version != change.version:
                raise Overtaken
            customer = change.customer
            customer.version = change.version + 1
            customer.save(update_fields=[*FIELDS.values(), "owner", "team", *KEYS, "version"])
            if change.contact_change and change.contact:
                change.contact.save()
            if change.new_owner:
                record(customer, "customer_owner_changed", by=source.by, note=source.name)
                handed.append(customer)
        entries = [(c.customer, {**_mark(source, c.row), "changes": c.changes}) for c in some]
        record_all("updated_by_import", entries, by=source.by)
        for change in some if source.by else ():
            if written := {name for name, *_words in change.changes if name != "owner"}:
                for follower in FOLLOWERS:
                    follower(change.customer, written, source.by)
    hand_over(*handed)


def rows_of(customers: Iterable[Customer]) -> Iterator[dict[str, Any]]:
    """Customers as rows of the import, each with its primary contact."""
    sources = {source: word for word, source in SOURCES.items()}
    for customer in customers:
        row = {column: getattr(customer, name) for column, name in FIELDS.items()}
        row |= {
            NUMBER: customer.number,
            SOURCE: sources.get(Customer.Source(customer.source)) if customer.source else None,
            GRADE: customer.grade,
            OWNER: customer.owner.username if customer.owner else NOBODY[0],
        }
        if contact := customer.primary_contact:
            row |= {CONTACT: contact.name, JOB_TITLE: contact.job_title, PHONE: contact.phone}
        yield row


CUSTOMERS = register_import(
    ImportKind(
        key="customers",
        label=gettext_lazy("Customers"),
        columns=COLUMNS,
        plan=make_plan,
        write=write,
        write_down=rows_of,
        select=("owner",),
        prefetch=("contacts",),
        allows=may_import_customers,
        list_url="customers:list",
        place=1,
        icon="users",
        hint=gettext_lazy(
            "A customer is known by its number, else by its credit code, else by its name. Known ones are brought "
            "up to date, an empty cell changes nothing."
        ),
    )
)

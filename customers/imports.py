"""Customers from a spreadsheet: new files are opened, known ones brought up to date; an empty cell changes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from accounts.roles import Role
from core import registries
from core.events import changes_between, record, record_all
from core.imports.kinds import Column, ImportKind, Overtaken, Row, Source, Task, register_import
from core.imports.values import Misread, choice, code, note, text
from core.locks import lock_rows
from core.numbers import next_serials
from customers.contacts import line_of
from customers.credit_code import check_code, tidy_code
from customers.identity import CODE, NAME, NUMBER, REGIONS, SHORT_NAME, Known, Matcher, Register
from customers.models import Contact, Customer, Grade
from customers.phones import refuse_private_mobile
from customers.services import customer_number, make_findable
from customers.shortname import plain_name, propose_short_name

_BATCH = 500
CONTACT, JOB_TITLE, PHONE = "联系人姓名", "职务", "联系方式"
GRADE, OWNER = "客户等级", "负责人"
#: Columns that are simply a field of the file.
_FIELDS = {
    NAME: "name",
    SHORT_NAME: "short_name",
    CODE: "credit_code",
    "所属行业": "industry",
    "省": "province",
    "市": "city",
    "区": "district",
    "企业地址": "address",
    "客户来源": "source",
    "核心需求备注": "core_needs",
}
_SOURCES = {
    "转介绍": Customer.Source.REFERRAL,
    "展会": Customer.Source.EXHIBITION,
    "官网": Customer.Source.WEBSITE,
    "陌生拜访": Customer.Source.COLD_CALL,
    "招投标": Customer.Source.TENDER,
    "导入": Customer.Source.IMPORT,
    "其他": Customer.Source.OTHER,
}


# ---- columns ---------------------------------------------------------------------------------------------------------


def _checked(read: Callable, check: Callable[[str], None]) -> Callable:
    """A parser followed by one of the house's own checks."""

    def parse(raw):
        value = read(raw)
        try:
            check(value)
        except ValidationError as error:
            raise Misread(error.messages[0]) from error
        return value

    return parse


def _name(longest: int) -> Callable:
    """A name in one form of width; some characters become several in it."""
    return lambda raw: text(longest)(plain_name(text(longest)(raw)))


def _credit_code(raw) -> str:
    return tidy_code(code(40)(raw))


COLUMNS = (
    Column(NUMBER, code(20), width=12, example="K0001", hint=gettext_lazy("yours is kept; without one we give one")),
    Column(NAME, _name(120), True, 30, "云汀海雅装备制造有限公司"),
    Column(SHORT_NAME, _name(40), width=14, example="海雅装备", hint=gettext_lazy("proposed from the name when empty")),
    Column(CODE, _checked(_credit_code, check_code), width=22, hint=gettext_lazy("18 characters, as text")),
    Column("所属行业", text(60), example="环保设备"),
    Column(CONTACT, _checked(text(60), refuse_private_mobile), example="李强"),
    Column(JOB_TITLE, _checked(text(60), refuse_private_mobile), example="采购经理"),
    Column(PHONE, _checked(text(40), refuse_private_mobile), width=18, example="0000-8016"),
    Column("省", text(30), width=10, example="云汀省"),
    Column("市", text(30), width=10, example="云汀市"),
    Column("区", text(30), width=10, example="望潮区"),
    Column("企业地址", text(200), width=28, example="拾贝路 18 号"),
    Column(GRADE, choice(dict(Grade.choices)), width=10, example="C", hint=gettext_lazy("A, B, C; of a new customer")),
    Column("客户来源", choice(_SOURCES), width=12, example="展会", hint=" / ".join(_SOURCES)),
    Column("核心需求备注", note(), width=28, example="每批附出厂检验报告"),
    Column(OWNER, code(150), width=12, hint=gettext_lazy("login name of the representative; empty: unassigned")),
)


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


def make_plan(task: Task) -> Plan:
    """Matches every row, and works out what it opens or changes."""
    owners = _owners(task)
    _say_what_nobody_holds(task)
    matcher = Matcher(Register.load(), task.problems, task.notices)
    meant: list[tuple[Row, Known | None]] = []
    for row in task.rows:
        if not row[NAME] or row.misread & {NUMBER, CODE}:
            continue
        meant.append((row, matcher.match(row)))
    plan, files = Plan(), _files({known.pk for _row, known in meant if known})
    for done, (row, known) in enumerate(meant):
        if known is None:
            plan.new.append(_new(row, owners))
        elif customer := _ours(task, row, files.get(known.pk)):
            change = _change(task, row, customer, owners)
            plan.changed += [change] if change.changes else []
        if done % _BATCH == 0:
            task.progress(done, len(meant))
    task.counts.update(
        created=len(plan.new), changed=len(plan.changed), unchanged=len(meant) - len(plan.new) - len(plan.changed)
    )
    return plan


def _owners(task: Task) -> dict[str, User]:
    """The representatives that the rows name, by login; a login that is none is a problem of its row."""
    reps = User.objects.filter(role=Role.REP, is_active=True)
    if task.by is not None and task.by.role == Role.MANAGER:
        reps = reps.filter(team=task.by.team_id)
    known = {rep.username.casefold(): rep for rep in reps.select_related("team")}
    for row in task.rows:
        if row[OWNER] and row[OWNER].casefold() not in known:
            sentence = gettext_noop("No sales representative whom you may name has this login.")
            task.problems.add(row.number, OWNER, sentence, row[OWNER])
    return known


def _say_what_nobody_holds(task: Task) -> None:
    """A job title or a phone number belongs to a contact; without a name there is none."""
    for row in task.rows:
        if row.lacks(CONTACT) and (row[JOB_TITLE] or row[PHONE]):
            task.notices.add(row.number, gettext_noop("Without the contact's name, job title and phone are not kept."))


def _files(keys: set[int]) -> dict[int, Customer]:
    """The customers with their contacts, a few hundred to a query."""
    found, left = {}, iter(keys)
    while chunk := list(islice(left, _BATCH)):
        for customer in Customer.objects.filter(pk__in=chunk).select_related("owner").prefetch_related("contacts"):
            found[customer.pk] = customer
    return found


def _ours(task: Task, row: Row, customer: Customer | None) -> Customer | None:
    """The customer, unless it belongs to another manager's team."""
    foreign = (
        customer is not None
        and task.by is not None
        and task.by.role == Role.MANAGER
        and customer.owner_id is not None
        and customer.team_id != task.by.team_id
    )
    if foreign:
        task.problems.add(row.number, NAME, gettext_noop("This customer belongs to another team."), row[NAME])
    return None if foreign else customer


def _new(row: Row, owners: dict[str, User]) -> New:
    owner = owners.get((row[OWNER] or "").casefold())
    customer = Customer(number=row[NUMBER] or "", owner=owner, team=owner.team if owner else None)
    for column, name in _FIELDS.items():
        if row[column] is not None:
            setattr(customer, name, row[column])
    regions = [row[region] or "" for region in REGIONS]
    customer.short_name = plain_name(customer.short_name) or propose_short_name(customer.name, regions)
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
    before = {name: getattr(customer, name) for name in (*_FIELDS.values(), "owner")}
    contacts: list[Contact] = list(customer.contacts.all())
    contact = next((c for c in contacts if c.name == row[CONTACT]), None)
    change = Change(row.number, customer, customer.version, before, contact, line_of(contact) if contact else "")
    for column, name in _FIELDS.items():
        if row[column] is not None:
            setattr(customer, name, row[column])
    if row[CONTACT]:
        contact = contact or Contact(customer=customer, is_primary=not any(c.is_primary for c in contacts))
        change.contact = _contact(row, contact)
    if (owner := owners.get((row[OWNER] or "").casefold())) and owner != customer.owner:
        customer.owner, customer.team, change.new_owner = owner, owner.team, True
    make_findable(customer, [c for c in contacts if c is not contact] + ([contact] if contact else []))
    _say_what_is_surprising(task, row, customer, before["name"])
    return change


def _say_what_is_surprising(task: Task, row: Row, customer: Customer, name: str) -> None:
    if row[GRADE] and row[GRADE] != customer.grade:
        sentence = gettext_noop("The grade of a known customer does not change by an import.")
        task.notices.add(row.number, sentence)
    if plain_name(name) != customer.name:
        sentence = gettext_noop("%(number)s is renamed from “%(name)s”.")
        task.notices.add(row.number, sentence, number=customer.number, name=name)


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
            customer.search_key = f"{number.lower()} {customer.search_key}"


def _write_changes(changes: Iterable[Change], source: Source) -> None:
    left = iter(sorted(changes, key=lambda change: change.customer.pk))
    while chunk := list(islice(left, _BATCH)):
        locked = {row.pk: row for row in lock_rows(Customer.objects.filter(pk__in=[c.customer.pk for c in chunk]))}
        for change in chunk:
            current = locked.get(change.customer.pk)
            if current is None or current.version != change.version:
                raise Overtaken
            _write_change(change, source)
        entries = [(c.customer, {**_mark(source, c.row), "changes": c.changes}) for c in chunk]
        record_all("updated_by_import", entries, by=source.by)


def _write_change(change: Change, source: Source) -> None:
    customer = change.customer
    customer.version = change.version + 1
    customer.save(update_fields=[*_FIELDS.values(), "owner", "team", "search_key", "name_pinyin", "version"])
    if change.contact_change and change.contact:
        change.contact.save()
    if change.new_owner:
        for follow in registries.handovers:
            follow(customer)
        record(customer, "customer_owner_changed", by=source.by, note=source.name)


def may_import(user) -> bool:
    """Managers bring spreadsheets."""
    return user.role == Role.MANAGER


def register() -> None:
    """Makes customers known as a kind of import."""
    register_import(
        ImportKind(
            key="customers",
            label=gettext_lazy("Customers"),
            columns=COLUMNS,
            plan=make_plan,
            write=write,
            allows=may_import,
            list_url="customers:list",
            place=1,
            icon="users",
            hint=gettext_lazy(
                "A customer is known by its number, else by its credit code, else by its name. Known ones are brought "
                "up to date, an empty cell changes nothing."
            ),
        )
    )

"""The demonstration's customers: a few opened through the services, a crowd of more written in bulk."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import accumulate
from random import Random

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.models import User
from core.bulk import keys_of, write_rows
from core.chain import link_up
from core.events import changes_between, record
from core.facts import facts_of
from core.models import Event
from core.numbers import next_serials
from core.workflow import born, take
from customers.contacts import ContactInput
from customers.models import Contact, Customer, Grade, PaymentTerms
from customers.services import create_customer, customer_number, make_findable
from customers.statuses import CustomerStatus
from ordersys.demo.clock import clock_at, moments_before, office
from ordersys.demo.names import STREETS, TOWNS, company, credit_code, person
from ordersys.demo.staff import manager_of, reps_by_load

_JOBS = ["采购经理", "设备工程师", "仓库主管", "项目经理", "生产总监", "财务主管"]
_NEEDS = (
    "柜体红色 RAL 3020；每批附出厂检验报告。",
    "周六不收货；送货前一天电话通知仓库。",
    "铭牌用中英文；说明书两份。",
    "旺季（3–5 月）交期优先，价格其次。",
    "",
    "",
)
LIMIT_REASON = "年度框架协议，按月对账"
UNASSIGNED, FROZEN_REASON = 3, "连续两笔货款逾期超过 90 天，财务建议暂停下单。"
#: So many files are opened one by one; who comes beyond them is the crowd, known for longer.
BY_HAND = 40
#: Days ago: when the crowd's files were opened, from and to.
_CROWD_OPENED = (2200, 430)
#: One in so many of the crowd is frozen.
_FROZEN_AMONG = 80
_BATCH = 2000
_DRAWS = {Grade.A: 8, Grade.B: 3, Grade.C: 1}
#: One in so many, of those with a good grade, has nearly stopped ordering: the next regrading takes it down.
_QUIET_AMONG, _QUIET_PLACE, _QUIET_DRAWS = 7, 5, 0.12


class Pace(Enum):
    """How a customer pays: days after the due date, from and to; before it when negative."""

    PROMPT = (-4, 2)
    SLOW = (4, 32)
    VERY_SLOW = (25, 110)

    @classmethod
    def drawn(cls, rng: Random) -> "Pace":
        return rng.choices(list(cls), (66, 25, 9))[0]


@dataclass(frozen=True)
class Client:
    """A customer as its orders need it: whom we talk to, and how it pays."""

    customer: Customer
    contact: Contact
    pace: Pace


@dataclass(frozen=True)
class Relations:
    """The customers that order, and those that did until they were frozen."""

    ordering: list[Client]
    frozen: list[Client] = field(default_factory=list)

    def __post_init__(self):
        draws = (_draws(place, Grade(client.customer.grade)) for place, client in enumerate(self.ordering))
        object.__setattr__(self, "_draws", list(accumulate(draws)))

    def pick(self, rng: Random) -> Client:
        """Somebody who orders; better grades order more often."""
        return rng.choices(self.ordering, cum_weights=self._draws)[0]  # type: ignore[attr-defined]


def _draws(place: int, grade: Grade) -> float:
    """How strongly a customer draws orders."""
    quiet = grade != Grade.C and place % _QUIET_AMONG == _QUIET_PLACE
    return _QUIET_DRAWS if quiet else _DRAWS[grade]


def load_customers(count: int, people: dict[str, User], rng: Random) -> Relations:
    """Opens ``count`` customer files over the last years; the newest few are unassigned, some are frozen."""
    terms = {row.name: row for row in PaymentTerms.objects.all()}
    crowd = _load_crowd(max(0, count - BY_HAND), terms, people, rng)
    count = min(count, BY_HAND)
    opened = moments_before(timezone.now() - timedelta(days=380), count, rng)
    owned = max(1, count - UNASSIGNED)
    # What nobody owns came in these days: nobody leaves it lying for a year.
    opened[owned:] = [timezone.now() - timedelta(days=count - n) for n in range(owned, count)]
    files = [_open(n, opened[n], n >= owned, terms, people, rng) for n in range(count)]
    ordering = files[:owned]
    for place, customer in enumerate(ordering):
        before = {"grade": customer.grade, "credit_limit": customer.credit_limit}
        # A fifth A, a third B, the rest C; the first one has a limit of its own.
        customer.grade = Grade.A if place < owned / 5 else Grade.B if place < owned * 8 / 15 else Grade.C
        if place == 0:
            customer.credit_limit, customer.credit_limit_reason = Decimal(400_000), LIMIT_REASON
            customer.credit_limit_until = timezone.localdate() + timedelta(days=200)
        customer.save(update_fields=["grade", "credit_limit", "credit_limit_until", "credit_limit_reason"])
        with clock_at(opened[place]):
            record(customer, "customer_changed", by=None, changes=changes_between(before, customer))
    frozen = [ordering.pop()] if owned > 4 else []
    for customer in frozen:
        with clock_at(office(timezone.now() - timedelta(days=9), rng)):
            take(customer, "freeze", by=manager_of(people, customer.team_id), note=FROZEN_REASON)
    return Relations(
        [_client(c, rng) for c in ordering] + crowd.ordering, [_client(c, rng) for c in frozen] + crowd.frozen
    )


# ---- one by one ------------------------------------------------------------------------------------------------------


def _client(customer: Customer, rng: Random) -> Client:
    contact = customer.contacts.first()
    assert contact is not None
    return Client(customer, contact, Pace.drawn(rng))


def _open(n: int, moment: datetime, unassigned: bool, terms: dict, people: dict[str, User], rng: Random) -> Customer:
    side = 1 + n % 2
    by = people[f"manager{side}" if unassigned else f"rep{side}"]
    with clock_at(moment):
        return create_customer(values=_file(n, terms, rng), contacts=_contacts(n, rng), by=by)


def _file(n: int, terms: dict, rng: Random) -> dict:
    short_name, industry = company(n)
    province, city, district = TOWNS[n % len(TOWNS)]
    name = f"{city.removesuffix('市')}{short_name}有限公司"
    return {
        "name": name,
        "short_name": short_name,
        "credit_code": credit_code(n),
        "industry": industry,
        "source": rng.choice(Customer.Source.values),
        "province": province,
        "city": city,
        "district": district,
        "address": f"{rng.choice(STREETS)} {rng.randint(1, 199)} 号",
        "core_needs": rng.choice(_NEEDS),
        "payment_terms": terms.get(rng.choice(("30%预付款，70%到货款", "50%预付款，50%发货前", "100%预付款"))),
        "invoice_title": name,
        "tax_number": credit_code(n),
        "bank_name": f"{city.removesuffix('市')}银行{district.removesuffix('区')}支行",
        # One in eight files still lacks what an invoice needs: the final review says so.
        "bank_account": "" if n % 8 == 7 else f"62000000{n:08d}",
    }


def _contacts(n: int, rng: Random) -> list[ContactInput]:
    jobs = rng.sample(_JOBS, k=rng.choice((1, 2, 2, 3)))
    return [
        ContactInput(
            name=person(rng), job_title=job, phone=f"0000-{8000 + n % 1000:04d}{place:02d}", is_primary=place == 0
        )
        for place, job in enumerate(jobs)
    ]


# ---- the crowd -------------------------------------------------------------------------------------------------------


def _load_crowd(count: int, terms: dict, people: dict[str, User], rng: Random) -> Relations:
    """Files that were opened over the years by whoever cares for them, in bulk."""
    crowd = Relations([])
    now, owners = timezone.now(), reps_by_load(people)
    opened = sorted(office(now - timedelta(days=rng.uniform(*_CROWD_OPENED)), rng) for _n in range(count))
    keys, contact_keys = keys_of(Customer), keys_of(Contact)
    for start in range(0, count, _BATCH):
        moments = opened[start : start + _BATCH]
        numbers = _numbers(moments)
        files = []
        for place, moment in enumerate(moments):
            n = BY_HAND + start + place
            customer = Customer(pk=next(keys), number=next(numbers[moment.year]), **_file(n, terms, rng))
            _settle(customer, n, rng.choices(*owners)[0], moment)
            contacts = [_contact(given, customer, next(contact_keys)) for given in _contacts(n, rng)]
            make_findable(customer, contacts)
            files.append((customer, contacts))
        _write_crowd(files)
        born([customer for customer, _contacts in files if customer.frozen_reason], CustomerStatus.FROZEN)
        for customer, contacts in files:
            known = crowd.ordering if customer.active else crowd.frozen
            known.append(Client(customer, contacts[0], Pace.drawn(rng)))
    return crowd


def _numbers(moments: list[datetime]) -> dict[int, Iterator[str]]:
    """The next customer numbers of each year, as many as files are opened in it."""
    opened = Counter(moment.year for moment in moments)
    return {
        year: map(partial(customer_number, year), next_serials(f"customer:{year}", count))
        for year, count in sorted(opened.items())
    }


def _settle(customer: Customer, n: int, owner: User, moment: datetime) -> None:
    """Who cares for it, its grade, since when we know it, and whether it still may order."""
    customer.owner, customer.team = owner, owner.team
    customer.grade = Grade.A if n % 12 == 0 else Grade.B if n % 3 == 1 else Grade.C
    customer.frozen_reason = "" if n % _FROZEN_AMONG else FROZEN_REASON
    customer.created_at = moment


def _contact(given: ContactInput, customer: Customer, key: int) -> Contact:
    return Contact(
        pk=key,
        customer_id=customer.pk,
        name=given.name,
        job_title=given.job_title,
        phone=given.phone,
        is_primary=given.is_primary,
    )


def _write_crowd(files: list[tuple[Customer, list[Contact]]]) -> None:
    write_rows([customer for customer, _contacts in files])
    write_rows([contact for _customer, contacts in files for contact in contacts])
    subject = ContentType.objects.get_for_model(Customer)
    events = [
        Event(
            subject_type=subject,
            subject_id=customer.pk,
            actor=customer.owner,
            verb="customer_created",
            data={"number": customer.number},
            at=customer.created_at,
            facts=facts_of(customer, status=CustomerStatus.FROZEN if customer.frozen_reason else customer.status),
        )
        for customer, _contacts in files
    ]
    link_up(events)
    write_rows(events)

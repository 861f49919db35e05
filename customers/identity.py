"""Which customer a row of a spreadsheet means: by number, else by credit code, else by name; never by a guess."""

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from core.imports.kinds import NUMBER_TAKEN, Notices, Problems, Row
from core.pinyin import reading_of
from core.text_key import text_key
from customers.models import Customer
from customers.shortname import propose_short_name

NUMBER, CODE, NAME = "客户编号", "统一社会信用代码", "客户名称"
SHORT_NAME = "客户简称"
REGIONS = ("省", "市", "区")
_KEYS = ("number_key", "name_key", "short_name_key")


def _core_of(row: Row) -> str:
    """The part of a company's name that two ways of writing it share."""
    return text_key(propose_short_name(row[NAME], [row[region] or "" for region in REGIONS]))


@dataclass(frozen=True)
class Known:
    """What identifies an existing customer."""

    pk: int
    number: str
    code: str
    name: str

    def __str__(self):
        return f"{self.number} {self.name}"


@dataclass
class Register:
    """Every customer whom somebody may see, to be looked up by what identifies it; of the others only what is taken."""

    by_number: dict[str, Known] = field(default_factory=dict)
    by_code: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, list[Known]] = field(default_factory=dict)
    by_core: dict[str, list[Known]] = field(default_factory=dict)
    by_sound: dict[str, Known] = field(default_factory=dict)
    # What customers have who may not be seen: column → values.
    taken: dict[str, set[str]] = field(default_factory=lambda: {NUMBER: set(), CODE: set(), NAME: set()})

    @classmethod
    def load(cls, visible: QuerySet[Customer]) -> "Register":
        register, seen = cls(), set(visible.values_list("pk", flat=True))
        names = ("pk", "number", "credit_code", "name", "name_pinyin", *_KEYS)
        rows = Customer.objects.filter(merged_into=None).values_list(*names)
        for pk, number, code, name, sound, number_key, name_key, short_name_key in rows.iterator(chunk_size=10_000):
            if pk not in seen:
                for column, value in ((NUMBER, number_key), (CODE, code), (NAME, name_key)):
                    register.taken[column].add(value)
                continue
            known = Known(pk, number, code, name)
            register.by_number[number_key] = known
            register.by_name.setdefault(name_key, []).append(known)
            register.by_core.setdefault(short_name_key, []).append(known)
            register.by_sound[sound] = known
            if code:
                register.by_code[code] = known
        register._lead_on(seen)
        return register

    def _lead_on(self, seen: set[int]) -> None:
        """What identified a file that was merged means the file that it went into, unless it is somebody's own."""
        new = ("merged_into", "merged_into__number", "merged_into__credit_code", "merged_into__name")
        rows = Customer.objects.exclude(merged_into=None).order_by("pk")
        for code, number, name, short, *successor in rows.values_list("credit_code", *_KEYS, *new):
            if successor[0] not in seen:
                self.taken[NUMBER].add(number)
                self.taken[CODE].update({code} - {""})
                continue
            known = Known(*successor)
            self.by_number.setdefault(number, known)
            for found, key in ((self.by_name, name), (self.by_core, short)):
                if known not in found.setdefault(key, []):
                    found[key].append(known)
            if code:
                self.by_code.setdefault(code, known)


@dataclass
class Matcher:
    """Finds for each row the customer it means, None for a new one; what is unclear becomes a problem of the row."""

    register: Register
    problems: Problems
    notices: Notices
    # What earlier rows of the file were about: number, code, name, core of the name → row.
    _rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    # The known customers that earlier rows meant, by whatever → row.
    _meant: dict[int, Row] = field(default_factory=dict)

    def match(self, row: Row) -> Known | None:
        """The existing customer of a row whose identifying cells were all understood."""
        stands_twice = self._refuse_twice(row)
        found = None if self._is_taken(row) else self._find(row)
        if found and (first := self._meant.setdefault(found.pk, row)) is not row and not stands_twice:
            sentence = gettext_noop("This is %(customer)s, whom row %(row)s means already.")
            self.problems.add(row.number, NAME, sentence, row[NAME], customer=str(found), row=first.number)
        return found

    def _is_taken(self, row: Row) -> bool:
        """Whether a key of the row is that of a customer who may not be seen; nothing else is said about it."""
        number, code, name = row[NUMBER], row[CODE], text_key(row[NAME])
        taken, known = self.register.taken, self.register
        if number and text_key(number) in taken[NUMBER]:
            self.problems.add(row.number, NUMBER, NUMBER_TAKEN, number)
        elif code and code in taken[CODE]:
            self.problems.add(row.number, CODE, gettext_noop("This credit code is taken. Check it."), code)
        elif name in taken[NAME] and not number and not code and name not in known.by_name:
            sentence = gettext_noop(
                "This name is taken. If it is another company, give it a number or its credit code."
            )
            self.problems.add(row.number, NAME, sentence, row[NAME])
        else:
            return False
        return True

    def _find(self, row: Row) -> Known | None:
        number, code, name = row[NUMBER], row[CODE], text_key(row[NAME])
        same_name = self.register.by_name.get(name, [])
        if number:
            found = self.register.by_number.get(text_key(number))
            other = self.register.by_code.get(code) if code else None
            if other and (found is None or other.pk != found.pk):
                self._likely(row, CODE, other)
            others = [known for known in same_name if found is None or known.pk != found.pk]
            if others and len(others) == len(same_name):  # those who have had the name keep it, even in common
                self._likely(row, NAME, others[0])
            return found
        if code and (found := self.register.by_code.get(code)):
            return found
        if len(same_name) > 1:
            sentence = gettext_noop("There are %(count)s customers of this name. Write the number of the one you mean.")
            self.problems.add(row.number, NAME, sentence, row[NAME], count=len(same_name))
            return same_name[0]
        if same_name:
            if code and same_name[0].code and code != same_name[0].code:
                sentence = gettext_noop("%(customer)s has the same name and another credit code. Write the number.")
                self.problems.add(row.number, CODE, sentence, code, customer=str(same_name[0]))
            return same_name[0]
        self._refuse_other_spelling(row)
        return None

    def _refuse_twice(self, row: Row) -> bool:
        """One customer has one row; the same company written in two ways must say which is which.

        True when the row was refused because one of its keys stands in another row.
        """
        name = text_key(row[NAME])
        keys = [(NUMBER, text_key(row[NUMBER] or "")), (CODE, row[CODE] or ""), (NAME, name)]
        for column, key in keys:
            if key and (first := self._rows.setdefault((column, key), row)) is not row:
                told_apart = column == NAME and _told_apart(first, row)
                if not told_apart:
                    sentence = gettext_noop("Stands in row %(row)s already.")
                    self.problems.add(row.number, column, sentence, row[column], row=first.number)
                    return True
        core = _core_of(row)
        first = self._rows.setdefault(("", core), row)
        if first is not row and text_key(first[NAME]) != name and not _told_apart(first, row):
            self._unclear(row, f"{first[NAME]} ({first.number})")
        other = self._rows.setdefault(("♪", reading_of(core)), row)
        if other is not row and _core_of(other) != core and not _told_apart(other, row):
            self._sounds_like(row, f"{other[NAME]} ({other.number})")
        return False

    def _refuse_other_spelling(self, row: Row) -> None:
        """A new customer without number and code whose name is another way to write a known one."""
        if row[CODE]:
            return
        core = _core_of(row)
        if others := self.register.by_core.get(core):
            self._unclear(row, str(others[0]))
        elif other := self.register.by_sound.get(reading_of(core)):
            self._sounds_like(row, str(other))

    def _likely(self, row: Row, column: str, other: Known) -> None:
        sentence = gettext_noop("This is %(customer)s by its name or code, but the number is another one.")
        self.problems.add(row.number, column, sentence, row[column], customer=str(other))

    def _sounds_like(self, row: Row, other: str) -> None:
        self.notices.add(row.number, gettext_noop("Sounds like “%(other)s”; is it another company?"), other=other)

    def _unclear(self, row: Row, other: str) -> None:
        sentence = gettext_noop(
            "May be “%(other)s” written in another way. Write both alike, or give each its number or credit code."
        )
        self.problems.add(row.number, NAME, sentence, row[NAME], other=other)


def _told_apart(one: Row, other: Row) -> bool:
    """Whether two rows say by number or by credit code that they are about two customers."""
    return bool(one[NUMBER] and other[NUMBER]) or bool(one[CODE] and other[CODE])

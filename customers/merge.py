"""Two files about one company become one: everything moves to the file that stays, and the other one leads there."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.ownership import hand_over
from accounts.rights import demand
from core.events import changes_between, record
from core.locks import lock_rows
from core.stale import Stale
from core.workflow import take
from customers import rights
from customers.models import Customer, CustomerMerge
from customers.moving import AFTERWARDS, Joining, in_lock_order, what_moves
from customers.services import FIELDS, PLACE, put_in_place, save_file
from customers.statuses import CustomerStatus


@transaction.atomic
def merge_customers(
    *,
    merged: Customer,
    into: Customer,
    by: User,
    taken: Collection[str] = (),
    note: str = "",
    versions: tuple[int, int] | None = None,
) -> CustomerMerge:
    """Merges one file into another, for good. ``taken`` are the fields of which the merged file's value stays; address
    and bank account stay as one file says them.

    All that hangs on the merged file moves, each kind by its own rules (``<app>/merging.py``); grade and credit limit
    are those of the file that stays, and its owner gets everything. ``versions`` are those of the two files that the
    person was looking at.

    Raises:
        PermissionDenied: when this role merges no files.
        ValidationError: with a sentence, when these two may not become one.
        core.stale.Stale: when one of them was changed meanwhile.
    """
    demand(rights.may_merge(by))
    joining = _both_locked(merged, into, by, versions)
    merged, into = joining.merged, joining.into
    before = _what_stays(joining, taken)
    merge = _recorded(joining, note)
    for mover in in_lock_order():
        mover.run(joining)
    _lead_on(joining, note)
    save_file(into, *FIELDS, "owner", "team", "former_names")
    hand_over(into)
    for do in AFTERWARDS:
        do(joining)
    into.refresh_from_db()
    told = {"number": merged.number, "name": merged.name, "changes": changes_between(before, into)}
    record(into, "customer_joined", by=by, note=note, **told)
    return merge


def _both_locked(merged: Customer, into: Customer, by: User, versions: tuple[int, int] | None) -> Joining:
    """The two files as they are under their locks, taken at once with those of all other files that are written."""
    pair = (merged.pk, into.pk)
    written = Q(pk__in=pair) | Q(referred_by__in=pair) | Q(merged_into=merged.pk)
    held = {row.pk: row for row in lock_rows(Customer.objects.filter(written))}
    merged, into = held[merged.pk], held[into.pk]
    if sentence := why_not_merged(merged, into, by):
        raise ValidationError(sentence)
    for file, version in zip((merged, into), versions or (merged.version, into.version), strict=True):
        if file.version != version:
            raise Stale(file)
    return Joining(merged, into, by)


def why_not_merged(merged: Customer, into: Customer, by: User) -> str:
    """A sentence that says why these two files may not become one; empty when they may."""
    if merged.pk == into.pk:
        return _("This is one and the same file: choose the other one.")
    pair = Customer.objects.filter(pk__in=(merged.pk, into.pk))
    if led_on := pair.led_on(by).first():
        return led_on.why_merged
    if pair.visible_to(by).count() != len({merged.pk, into.pk}):
        return _("One of the files belongs to another team: that team's manager hands it over first.")
    for file in (merged, into):
        if file.status == CustomerStatus.FROZEN:
            return _("%(file)s is frozen: unfreeze it first.") % {"file": f"{file.number} {file.short_name}"}
    return ""


_BANK = ("bank_name", "bank_account")
#: What stays as one of the files says it: single fields, and those that mean something only together.
PARTS = (*((name,) for name in FIELDS if name not in (*PLACE, *_BANK)), PLACE, _BANK)


def says_no_more(one: Customer, other: Customer, part: tuple[str, ...]) -> bool:
    """Whether all that the one file says in a part stands in the other one too."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in part]
    return all(not ours or ours == theirs for ours, theirs in pairs)


def differing(merged: Customer, into: Customer) -> list[tuple[str, ...]]:
    """The parts of which each file says something that the other one does not: somebody chooses what stays."""
    return [part for part in PARTS if not says_no_more(merged, into, part) and not says_no_more(into, merged, part)]


def _what_stays(joining: Joining, taken: Collection[str]) -> dict:
    """Puts onto the file that stays (unsaved) what was chosen and what it lacked; returns what it said before."""
    merged, into = joining.merged, joining.into
    before = {name: getattr(into, name) for name in (*FIELDS, "owner")}
    for part in PARTS:
        if set(part) & set(taken) or says_no_more(into, merged, part):
            for name in part:
                setattr(into, name, getattr(merged, name))
    put_in_place(into)
    if into.referred_by_id in (into.pk, merged.pk):
        into.referred_by = None
    if into.owner is None:
        into.owner, into.team = merged.owner, merged.team
    into.former_names = "\n".join(
        part for part in (into.former_names, merged.former_names, merged.number, merged.name, merged.short_name) if part
    )
    if into.credit_code and into.credit_code == merged.credit_code:
        Customer.objects.filter(pk=merged.pk).update(credit_code="")
    into.full_clean(exclude=["number", "submit_token", "referred_by"])
    return before


def _recorded(joining: Joining, note: str) -> CustomerMerge:
    """The merge itself; from here on the database lets rows change from the one file to the other."""
    merged, into = joining.merged, joining.into
    stored = Customer.objects.get(pk=into.pk)
    chosen = [name for part in differing(merged, stored) for name in part]
    said = {name: [str(getattr(merged, name)), str(getattr(stored, name))] for name in chosen}
    moved = {mover.model._meta.label: number for mover, number in what_moves(merged)}
    return CustomerMerge.objects.create(merged=merged, into=into, by=joining.by, note=note, moved=moved, said=said)


def _lead_on(joining: Joining, note: str) -> None:
    """The merged file leads to the other one, and so does what was merged into it; it is nobody's any more.

    What it said and the other one does not say now is kept in its history.
    """
    merged, into = joining.merged, joining.into
    said = {name: getattr(merged, name) for name in FIELDS if getattr(merged, name)}
    data = {"number": into.number, "changes": changes_between(said, into)}
    Customer.objects.filter(merged_into=merged).update(merged_into=into)
    save_file(merged)  # who was found by its contacts is found in the other file now
    take(merged, "merge", by=joining.by, note=note, answers={"into": str(into.pk)}, data=data)

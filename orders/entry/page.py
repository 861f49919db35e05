"""What the order entry page shows: form, grid, sums, what is to be mended, and what is known of the customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.roles import Role
from core.capitals import capitals
from core.events import timeline_of
from core.http import is_key
from core.stale import Difference, Stale
from customers.models import Customer, PaymentTerms, Trigger
from orders.content import HEADER_NAMES, LINE_BY_NAME, WRITTEN_HEADER, line_changes
from orders.drafters import why_nobody_decides
from orders.entry.draft import DraftRefused, missing_in
from orders.entry.forms import OrderForm
from orders.entry.grid import Row, with_blanks
from orders.lines import MOST_LINES, too_many_lines
from orders.models import Instalment, Order, OrderLine
from orders.number_input import Fault
from orders.rights import may_pass_stage_one
from orders.statuses import Status
from orders.terms import plan_instalments
from orders.totals import LARGEST_AMOUNT, Amounts, order_amounts

BLANK_ROWS = 5
RECENT_ORDERS = 5
#: Stands for every row that the browser adds; its number is written there too.
TEMPLATE_ROW = Row("__key__", 0)


@dataclass(frozen=True)
class Mistake:
    """One thing to mend: the id of its box on the page (empty when it has none), its name, and the sentence."""

    target: str
    label: str
    sentence: str


@dataclass(frozen=True)
class Column:
    """One column of the line grid: its cell, its heading, its width's class, and whether it holds figures."""

    cell: str
    label: Any
    css: str
    is_figure: bool = False


COLUMNS = (
    Column("name", gettext_lazy("Product"), "w-name"),
    Column("specification", gettext_lazy("Specification"), "w-spec"),
    Column("quantity", gettext_lazy("Quantity"), "w-qty", True),
    Column("unit", gettext_lazy("Unit"), "w-unit"),
    Column("unit_price", gettext_lazy("Net price"), "w-price", True),
    Column("discount", gettext_lazy("Disc. %"), "w-pct", True),
    Column("tax_rate", gettext_lazy("Tax %"), "w-pct", True),
)
LAST_COLUMN = Column("special_demand", gettext_lazy("Special demand"), "w-demand")


@dataclass(frozen=True)
class Box:
    """One cell of a row, ready to show."""

    column: Column
    id: str
    value: str
    fault: Fault | None


@dataclass(frozen=True)
class ShownRow:
    """A row of the grid with its cells in the order of the columns; the amount stands before the last one."""

    row: Row

    @property
    def boxes(self) -> list[Box]:
        return [self._box(column) for column in COLUMNS]

    @property
    def last_box(self) -> Box:
        return self._box(LAST_COLUMN)

    @property
    def faults(self) -> list[tuple[str, Fault]]:
        return list(self.row.faults.items())

    @property
    def amount(self) -> Decimal | None:
        return self.row.amounts.net if self.row.is_priced else None

    def _box(self, column: Column) -> Box:
        row, cell = self.row, column.cell
        return Box(column, cell_id(row, cell), row.cells.get(cell, ""), row.faults.get(cell))


@dataclass(frozen=True)
class Sums:
    """The totals of a grid: amounts and instalments, and a sentence about the lines that are not counted."""

    amounts: Amounts
    instalments: list[Instalment]
    left_out: str

    @property
    def capitals(self) -> str:
        """The total in Chinese capitals; empty while there is nothing to say."""
        return capitals(self.amounts.gross) if 0 < self.amounts.gross <= LARGEST_AMOUNT else ""


def sums_of(rows: Sequence[Row], terms: PaymentTerms | None) -> Sums:
    """What the rows amount to; a row with a mistake is left out, and that is said."""
    amounts = order_amounts(row.amounts for row in rows)
    faulty = [str(row.number) for row in rows if row.faults]
    sentence = ngettext("Line %(numbers)s is not counted.", "Lines %(numbers)s are not counted.", len(faulty))
    left_out = sentence % {"numbers": _(", ").join(faulty)} if faulty else ""
    left_out = too_many_lines(sum(not row.is_blank for row in rows)) or left_out
    return Sums(amounts, plan_instalments(Order(revision=1), terms, amounts.gross), left_out)


def due_words(instalment: Instalment) -> str:
    """When an instalment becomes due, before that has happened."""
    if instalment.trigger == Trigger.PREPAYMENT and not instalment.days:
        return _("before the final review")
    if not instalment.days:
        return _("on that day")
    return ngettext("%(days)s day after that", "%(days)s days after that", instalment.days) % {"days": instalment.days}


@dataclass
class EntryPage:
    """One order on the entry page, as it was typed or as it is stored."""

    user: Any
    order: Order | None
    form: OrderForm
    rows: list[Row]
    headline: str = ""
    blanks: int = BLANK_ROWS
    conflict: list[Difference] = field(default_factory=list)
    conflict_by: str = ""

    @property
    def customer(self) -> Customer | None:
        return self.form.of_customer

    @property
    def title(self) -> str:
        return _("New order") if self.order is None else _("Edit order")

    @property
    def totals_url(self) -> str:
        """What computes the grid while somebody types."""
        return reverse("orders:totals")

    @property
    def sums(self) -> Sums:
        """What the rows amount to under the chosen terms."""
        return sums_of(self.rows, chosen_terms(self.form["payment_terms"].value()))

    @property
    def mistakes(self) -> list[Mistake]:
        """Everything to mend, in the order of the page."""
        said = [too_many_lines(len(self.rows)), *self.form.non_field_errors()]
        general = [Mistake("", "", str(sentence)) for sentence in said if sentence]
        header = [Mistake(box.id_for_label, str(box.label), str(box.errors[0])) for box in self.form.mistakes]
        lines = [
            Mistake(
                cell_id(row, cell), _("Line %(n)s") % {"n": row.number} + f" {LINE_BY_NAME[cell].label}", fault.sentence
            )
            for row in self.rows
            for cell, fault in row.faults.items()
        ]
        return [*general, *header, *lines]

    @property
    def linked_mistakes(self) -> list[Mistake]:
        """Those that stand beside a box of the page."""
        return [mistake for mistake in self.mistakes if mistake.target]

    @property
    def general_mistakes(self) -> list[Mistake]:
        return [mistake for mistake in self.mistakes if not mistake.target]

    @property
    def faulty_cells(self) -> int:
        """How many fields of the header and cells of the grid cannot be read."""
        return len(self.form.as_typed) + sum(len(row.faults) for row in self.rows)

    def mark(self, parts: Iterable[tuple[str, str]]) -> None:
        """Puts each sentence beside its part: a header field, ``lines-<place>-<cell>``, or the page as a whole."""
        for part, sentence in parts:
            if part.startswith("lines-"):
                _lines, place, cell = part.split("-")
                self.rows[int(place)].faults[cell] = Fault(sentence)
            else:
                self.form.add_error(part if part in self.form.fields else None, sentence)

    def mark_missing(self) -> None:
        """Beside what is wrong, what a submission still lacks; for a page that is refused before it is stored."""
        given = {name: value for name, value in self.form.cleaned_data.items() if name in HEADER_NAMES}
        if given.get("customer") is None or given.get("order_date") is None:
            return
        lines = [
            OrderLine(product=row.product, quantity=row.figures["quantity"], unit_price=row.figures["unit_price"])
            for row in self.rows
        ]
        marked = {*self.form.errors, *(f"lines-{n}-{cell}" for n, row in enumerate(self.rows) for cell in row.faults)}
        self.mark((part, text) for part, text in missing_in(Order(**given), lines) if part not in marked)

    def mark_refusal(self, refused: DraftRefused) -> None:
        parts = [(name if name != NON_FIELD_ERRORS else "", text) for name, text in refused.header.items()]
        for place, faults in refused.lines.items():
            parts += [(f"lines-{place}-{'name' if cell == 'product' else cell}", text) for cell, text in faults.items()]
        self.mark(parts)

    def show_conflict(self, stale: Stale) -> None:
        """Both versions of what differs; the next save puts this person's in place of the other."""
        self.conflict = differences(stale.current, self.form, self.rows)
        last = timeline_of(stale.current, limit=1)
        self.conflict_by = last[0].actor_name if last else ""
        self.form.go_on_from(stale.current.version)

    def _why_nobody_decides(self) -> str:
        """Said before the submission: who writes here has drafted it."""
        order = self.order
        if order is None and self.customer and self.user.role == Role.MANAGER:
            order = Order(team=self.customer.team)
        return why_nobody_decides(order, also_by=self.user) if order else ""

    def context(self) -> dict[str, Any]:
        """The page's variables, see ``templates/orders/order_entry.html``."""
        sums = self.sums
        return {
            "page": self,
            "order": self.order,
            "customer": self.customer,
            "form": self.form,
            "columns": COLUMNS,
            "last_column": LAST_COLUMN,
            "rows": [ShownRow(row) for row in with_blanks(self.rows, self.blanks)],
            "template_row": ShownRow(TEMPLATE_ROW),
            "sums": sums,
            "most_lines": MOST_LINES,
            "too_many": too_many_lines(MOST_LINES + 1),
            "instalments": [(part, due_words(part)) for part in sums.instalments],
            "recent": recent_orders(self.user, self.customer, self.order),
            "may_pass_stage_one": may_pass_stage_one(self.user, self.customer),
            "nobody_decides": self._why_nobody_decides(),
            "returned": why_returned(self.order),
            "credit_url": _url_or_nothing("approvals:credit", self.customer.pk) if self.customer else "",
            "feasible_url": _url_or_nothing("approvals:feasible-date"),
        }


def cell_id(row: Row, cell: str) -> str:
    """The id of a cell's box."""
    return f"id_lines-{row.key}-{cell}"


def chosen_terms(value) -> PaymentTerms | None:
    """The payment terms that a box holds, whether as typed, as id or as stored."""
    text = str(value or "")
    return PaymentTerms.objects.filter(pk=int(text)).first() if is_key(text) else None


def differences(current: Order, form: OrderForm, rows: Sequence[Row]) -> list[Difference]:
    """Every part of a draft in which what is stored and what was just written differ."""
    header = form.header()
    found = []
    for part in WRITTEN_HEADER:
        theirs, mine = getattr(current, part.name), header[part.name]
        if not part.same(theirs, mine):
            found.append(Difference(str(form[part.name].label), part.readable(theirs), part.readable(mine)))
    changes = line_changes(current.current_lines(), [row.as_input() for row in rows])
    return found + [Difference(place, theirs, mine) for place, theirs, mine in changes]


@dataclass(frozen=True)
class Recent:
    """A former order of the customer, to be ordered again."""

    order: Order
    again_url: str

    @property
    def short_number(self) -> str:
        """Month and serial: the customer's name between them is known here."""
        number = self.order.number or ""
        name = self.order.customer_name
        return number.replace(name, "…", 1) if name and name in number else number

    @property
    def total(self) -> Decimal:
        return self.order.gross_total


def recent_orders(user, customer: Customer | None, order: Order | None) -> list[Recent]:
    """The customer's last five orders that were submitted, without the one on the page."""
    if customer is None:
        return []
    found = Order.objects.visible_to(user).filter(customer=customer, number__isnull=False)
    found = found.exclude(status=Status.CANCELLED).order_by("-id")
    if order and order.pk:
        found = found.exclude(pk=order.pk)
    new_url = reverse("orders:new")
    return [Recent(o, f"{new_url}?customer={customer.pk}&like={o.pk}") for o in found[:RECENT_ORDERS]]


def why_returned(order: Order | None):
    """The reason with which a draft was last sent back, as an entry of its timeline; None when it was not."""
    if order is None or not order.is_sent_back:
        return None
    return next(iter(timeline_of(order, limit=1, verbs=["send_back"])), None)


def _url_or_nothing(name: str, *args) -> str:
    """A page of an upper app, as long as there is one."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""

"""The columns of price agreements, on lists, on a customer's and on a product's page."""

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.models import FOREVER, PriceAgreement
from core import cells
from core.columns import Column, DateColumn, LinkColumn, PercentColumn, PriceColumn, StatusColumn
from core.table import Heading, table_rows
from core.templatetags import ui


class ProductColumn(Column):
    """The product with its number; links to an agreement lead to this cell."""

    def to_html(self, agreement):
        product = agreement.product
        words = '<span id="agreement-{}">{} <span class="meta">{}</span></span>'
        return format_html(words, agreement.pk, product, product.code)

    def to_excel(self, agreement):
        return cells.as_text(str(agreement.product))

    def in_a_sheet(self):
        return Column("code", _("Product number"), lambda row: row.product.code), self


class LastDayColumn(DateColumn):
    """The last day, or that there is none."""

    def to_html(self, value):
        return _("open end") if value == FOREVER else super().to_html(value)

    def to_excel(self, value):
        return cells.EMPTY if value == FOREVER else super().to_excel(value)


class WordsColumn(Column):
    """Why it was agreed, why it ended, by whom, and the file; rows have ``files`` then."""

    def to_html(self, agreement):
        said = [agreement.note, _ended(agreement)]
        files = [(each.get_absolute_url(), each.name) for each in agreement.files]
        link = '<a class="link d-block" href="{}" target="_blank" rel="noopener">{}</a>'
        by = _("%(who)s, %(day)s") % {
            "who": agreement.made_by or _("the system"),
            "day": ui.short_date(agreement.made_at),
        }
        lines = format_html_join("", '<span class="d-block">{}</span>', ((words,) for words in said if words))
        return format_html('{}{}<span class="meta d-block">{}</span>', lines, format_html_join("", link, files), by)


class VerbsColumn(Column):
    """What can be done with it: another one after it, and ending it."""

    def to_html(self, agreement):
        new = f"{reverse('agreements:new')}?renews={agreement.pk}"
        verbs = [(new, _("Renew"))]
        if agreement.last_day >= timezone.localdate() and not agreement.was_withdrawn:
            end = _("Withdraw it") if agreement.starts_on > timezone.localdate() else _("End early")
            verbs.append((reverse("agreements:end", args=[agreement.pk]), end))
        return format_html_join(mark_safe(" "), '<a class="link" href="{}">{}</a>', verbs)

    @property
    def head(self):
        return format_html('<span class="visually-hidden">{}</span>', self.label)


def _ended(agreement: PriceAgreement) -> str:
    if not agreement.ended_on:
        return ""
    words = {"who": agreement.ended_by, "reason": agreement.end_reason}
    return _("Ended early by %(who)s: %(reason)s") % words


def state(agreement: PriceAgreement) -> tuple[str, str]:
    """How it stands today, with what keeps anything from being sold at it."""
    today = timezone.localdate()
    family, label = agreement.state_on(today)
    hindrance = agreement.hindrance if agreement.last_day >= today else ""
    return ("bad", f"{label} · {hindrance}") if hindrance else (family, label)


def itself(agreement: PriceAgreement) -> PriceAgreement:
    return agreement


CUSTOMER = LinkColumn("customer", gettext_lazy("Customer"), css="card-top")
NUMBER = Column("number", gettext_lazy("Customer number"), lambda row: row.customer.number)
PRODUCT = ProductColumn("product", gettext_lazy("Product"), itself, css="card-middle")
LIST_PRICE = PriceColumn(
    "list_price", gettext_lazy("List price"), lambda row: row.product.list_price, css="only-desk", price=True
)
PRICE = PriceColumn("price", gettext_lazy("Agreed price"), css="card-top-end", sort="price", price=True)
BELOW = PercentColumn(
    "below",
    gettext_lazy("Below list"),
    lambda row: row.below(row.product.list_price),
    css="card-middle-end",
    price=True,
    card_label=gettext_lazy("Below list"),
)
FIRST_DAY = DateColumn(
    "starts_on",
    pgettext_lazy("validity", "From"),
    css="card-foot",
    sort="starts_on",
    card_label=pgettext_lazy("validity", "From"),
)
LAST_DAY = LastDayColumn(
    "last_day",
    pgettext_lazy("validity", "To"),
    css="card-foot-end",
    sort="last_day",
    card_label=pgettext_lazy("validity", "To"),
)
STATE = StatusColumn("state", gettext_lazy("Status"), state, css="card-foot-middle")
OWNER = Column("owner", gettext_lazy("Owner"), lambda row: row.customer.owner or _("Unassigned"), css="only-desk")
WORDS = WordsColumn("words", gettext_lazy("Basis"), itself, css="c-words")
VERBS = VerbsColumn("verbs", gettext_lazy("Verbs"), itself, css="c-verbs")
NOTE = Column("note", gettext_lazy("Basis"))
REASON = Column("end_reason", gettext_lazy("Why it ended"))

LISTED: tuple[Column, ...] = (CUSTOMER, PRODUCT, LIST_PRICE, PRICE, BELOW, FIRST_DAY, LAST_DAY, STATE, OWNER)
EXPORTED = (NUMBER, *LISTED, NOTE, REASON)
# On a phone the product heads its card there, and the list price stands beside what it is below.
OF_CUSTOMER = (
    replace(PRODUCT, css="card-top"),
    replace(LIST_PRICE, css="card-middle", card_label=gettext_lazy("List price")),
    PRICE,
    BELOW,
    FIRST_DAY,
    LAST_DAY,
    STATE,
)
OF_PRODUCT = (CUSTOMER, PRICE, BELOW, FIRST_DAY, LAST_DAY, STATE, OWNER)


def table_of(agreements: Sequence[PriceAgreement], columns: Sequence[Column], leads: bool = True) -> dict:
    """What ``components/_table.html`` needs to show agreements."""
    return {
        "headings": [Heading(column) for column in columns],
        "body": table_rows(agreements, columns, leads=leads),
    }

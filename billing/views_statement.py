"""A customer's statement of account: on paper, as a workbook, and given to the customer by a private link."""

import io
from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView
from openpyxl import Workbook

from accounts.requests import PersonRequest
from accounts.rights import demand
from billing.links import STATEMENT
from billing.models import Statement
from billing.rights import may_dun, may_read_money
from billing.statements import Account, Line, account_of, give_statement, last_month
from core import parameters
from core.columns import Column, DateColumn, MoneyColumn
from core.http import see_other
from core.links.services import links_of
from core.links.views import hand_out
from core.models import Company
from core.money import ZERO
from core.workbook import sheet_title, style_heading, width_of
from customers.models import Customer

COLUMNS = (
    DateColumn("day", gettext_lazy("Day")),
    Column("what", gettext_lazy("What happened")),
    MoneyColumn("owed", gettext_lazy("Became due (元)")),
    MoneyColumn("paid", gettext_lazy("Received (元)")),
    MoneyColumn("left", gettext_lazy("Owed after it (元)")),
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 366 * 3  # days


def customer_for(request, pk: int) -> Customer:
    """The customer, for those who read money. Raises Http404 and PermissionDenied."""
    demand(may_read_money(request.user))
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def period_in(data) -> tuple[date, date]:
    """The days that were asked for; what cannot be is the month before."""
    first, last = (_day(parameters.text(data, name)) for name in ("since", "until"))
    if first is None or last is None or not timedelta(0) <= last - first <= timedelta(days=_LONGEST):
        return last_month(timezone.localdate())
    return first, last


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 2000 <= found.year <= 2100 else None


class StatementPage(TemplateView):
    """The account of a period as it stands today."""

    request: PersonRequest
    template_name = "billing/statement.html"

    def get_context_data(self, **kwargs):
        customer = customer_for(self.request, self.kwargs["pk"])
        account = account_of(customer, *period_in(self.request.GET))
        given = Statement.objects.filter(
            customer=customer, first_day=account.first, last_day=account.last
        ).select_related("made_by")
        latest = given.first()
        return super().get_context_data(
            **kwargs,
            customer=customer,
            company=Company.ours(),
            account=account,
            title=_("Statement of account"),
            mark="",
            number=customer.number,
            dated=account.last,
            back_url=customer.get_absolute_url(),
            back_label=_("Back to the customer"),
            given=latest,
            changed=latest is not None and latest.closing != account.closing,
            links=links_of(latest) if latest else (),
            may_give=may_dun(self.request.user),
        )


@require_GET
def workbook(request, pk: int) -> HttpResponse:
    """The same as a workbook."""
    customer = customer_for(request, pk)
    account = account_of(customer, *period_in(request.GET))
    target = io.BytesIO()
    _book(customer, account).save(target)
    answer = HttpResponse(target.getvalue(), content_type=_XLSX)
    name = f"statement-{customer.number}-{account.first}-{account.last}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def _book(customer: Customer, account: Account) -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = sheet_title(customer.number)
    opening = Line(account.first, "", _("Opening"), left=account.opening)
    rows = [opening, *account.lines, Line(account.last, "", _("Closing"), left=account.closing)]
    sums = (account.became_due + account.refunded, account.received)
    for place, column in enumerate(COLUMNS, start=1):
        style_heading(sheet.cell(1, place, column.sheet_head), column.align)
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = width_of(column, rows)
        for number, row in enumerate(rows, start=2):
            value, number_format = column.excel(row)
            cell = sheet.cell(number, place, None if value == ZERO and column.key != "left" else value)
            cell.number_format = number_format or "General"
            if isinstance(value, str):
                cell.data_type = "s"
    for place, amount in zip((3, 4), sums, strict=True):
        sheet.cell(len(rows) + 1, place, amount).number_format = "#,##0.00"
    sheet.freeze_panes = "A2"
    return book


@require_POST
def give(request, pk: int):
    """Keeps the account and gives the customer a private link to it."""
    customer = customer_for(request, pk)
    demand(may_dun(request.user))
    first, last = period_in(request.POST)
    try:
        statement = give_statement(customer=customer, first=first, last=last, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return see_other("billing:statement", pk)
    return hand_out(request, STATEMENT, statement)

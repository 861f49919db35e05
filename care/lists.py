"""The lists of all visits, and of all reports that a file is no longer true, with their workbooks."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import PersonRequest
from accounts.rights import demand
from accounts.roles import Role
from care.changes import kept_in_time
from care.filters import ChangeFilter, VisitFilter
from care.models import ChangeReport, Visit
from care.rights import may_read_visits
from core.columns import Column, DateColumn, DueColumn, GradedColumn, StatusColumn, WordsColumn
from core.listing import ListPage
from customers.rights import may_read_customers

_HALF_A_YEAR = timedelta(days=180)


def graded_customer(row: Visit | ChangeReport) -> tuple[str, str]:
    return row.customer.grade, row.customer.short_name


def owner(row: Visit | ChangeReport) -> str:
    return str(row.customer.owner or _("Unassigned"))


def kept(visit: Visit) -> tuple[str, str] | None:
    """Whether the visit was made by its day; nothing where none was due."""
    if visit.in_time is None:
        return None
    return ("good", _("in time")) if visit.in_time else ("bad", _("late"))


def standing(report: ChangeReport) -> tuple[str, str]:
    """Open, settled or late."""
    if report.closed_on:
        return ("bad", _("settled late")) if report.is_late else ("good", _("settled in time"))
    return ("bad", _("overdue")) if report.is_late else ("wait", _("Open"))


def due(report: ChangeReport) -> tuple[date, bool]:
    """By when it was to be settled, and whether that was missed."""
    return report.due_on, report.is_late


class VisitList(ListPage):
    """Every visit that a person may read of, the newest first."""

    request: PersonRequest

    filterset_class = VisitFilter
    title = gettext_lazy("Visits")
    export_key = "visits"
    default_sort = "-visited_on"
    search_hint = gettext_lazy("Number, name, contact, phone, pinyin")
    empty_title = gettext_lazy("No visits yet")
    empty_text = gettext_lazy("Visits are recorded on the customer's page; here they all stand together.")
    columns = (
        DateColumn("visited_on", gettext_lazy("Date"), css="card-top-end text-nowrap", sort="visited_on"),
        GradedColumn("customer", gettext_lazy("Customer"), graded_customer, css="card-top"),
        Column("way", gettext_lazy("Way"), lambda row: row.get_way_display(), css="only-desk text-nowrap"),
        Column("visitor", gettext_lazy("Our side"), css="card-foot text-nowrap"),
        Column("met", gettext_lazy("Met whom"), css="only-desk text-nowrap"),
        WordsColumn("said", gettext_lazy("What was said"), css="card-middle"),
        DateColumn("due_on", gettext_lazy("Due"), css="only-desk text-nowrap"),
        StatusColumn("kept", gettext_lazy("In time"), kept, css="card-foot-end"),
        DateColumn("next_on", gettext_lazy("Next visit"), css="only-desk text-nowrap"),
    )
    tabs = ((gettext_lazy("All"), ""), (gettext_lazy("late"), "kept=late"))

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_visits(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return Visit.objects.visible_to(self.request.user).select_related("customer", "visitor")


class ChangeList(ListPage):
    """What was reported about files, the longest due first, and for managers who settles it in time."""

    request: PersonRequest

    template_name = "care/change_list.html"
    filterset_class = ChangeFilter
    title = gettext_lazy("File changes")
    export_key = "file-changes"
    default_sort = "due_on"
    search_hint = gettext_lazy("Number, name, contact, phone, pinyin")
    empty_title = gettext_lazy("Every file is as reported.")
    empty_text = gettext_lazy("Whoever sees that a file is no longer true reports it on the customer's page.")
    pressing = ("state=late",)
    columns = (
        GradedColumn("customer", gettext_lazy("Customer"), graded_customer, css="card-top"),
        WordsColumn("text", gettext_lazy("What has changed"), css="card-middle"),
        Column("cause", gettext_lazy("Cause"), lambda row: row.get_cause_display(), css="only-desk text-nowrap"),
        Column("owner", gettext_lazy("Owner"), owner, css="card-foot text-nowrap"),
        Column("reported_by", gettext_lazy("Reported by"), css="only-desk text-nowrap"),
        DueColumn("due_on", gettext_lazy("Due"), due, css="card-top-end", sort="due_on"),
        DateColumn("closed_on", gettext_lazy("Settled"), css="only-desk text-nowrap"),
        StatusColumn("standing", gettext_lazy("Status"), standing, css="card-foot-end"),
        WordsColumn("answer", gettext_lazy("Answer"), css="only-desk"),
    )
    tabs = (
        (gettext_lazy("Open"), ""),
        (gettext_lazy("late"), "state=late"),
        (gettext_lazy("Settled reports"), "state=settled"),
    )

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_customers(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        seen = ChangeReport.objects.visible_to(self.request.user)
        return seen.select_related("customer__owner", "reported_by")

    def get_context_data(self, **kwargs):
        user = self.request.user
        counts = user.role in (Role.MANAGER, Role.ADMIN)
        shares = kept_in_time(user, timezone.localdate() - _HALF_A_YEAR) if counts else []
        return super().get_context_data(**kwargs, counts=counts, kept=shares)

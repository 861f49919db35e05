"""The pages of requirements: list, one requirement, its paper, and those of a customer."""

from datetime import timedelta
from decimal import Decimal

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.generic import DetailView

from accounts.requests import PersonRequest
from accounts.rights import demand
from core import typed
from core.buttons import buttons_for
from core.columns import Column, DateColumn, DueColumn, GradedColumn, LinkColumn, MoneyColumn, StatusColumn, WordsColumn
from core.events import timeline_of
from core.files import files_of
from core.links.services import links_of
from core.listing import ListPage
from core.models import Company
from core.table import Heading, table_rows
from customers.models import Customer
from requirements import rights
from requirements.filters import RequirementFilter
from requirements.lost import lost_by_reason, lost_since
from requirements.models import Requirement
from requirements.questionnaire import questionnaires_of
from requirements.services import why_not_edited
from requirements.statuses import LostReason, RequirementStatus
from requirements.strip import steps_of

SHOWN_EVENTS = 50
_OF_CUSTOMER = 5
_HALF_A_YEAR = timedelta(days=180)


def graded_customer(row: Requirement) -> tuple[str, str]:
    return row.customer.grade, row.customer.short_name


def answered(row: Requirement):
    """The day of the first answer, or by when it is due, red once that is over."""
    return (row.response_due_on, row.is_late) if row.waits_for_answer else (row.responded_on, False)


COLUMNS: tuple[Column, ...] = (
    LinkColumn("number", _("Requirement number"), css="card-top text-nowrap"),
    GradedColumn("customer", _("Customer"), graded_customer, css="card-middle"),
    Column("headline", _("Description"), css="only-desk"),
    Column("priority", _("Priority"), lambda row: row.get_priority_display(), css="card-middle-end text-nowrap"),
    DueColumn("response", _("First answer"), answered, css="card-foot-end text-nowrap", card_label=_("First answer")),
    DateColumn("wanted_date", _("Wanted date"), css="only-desk text-nowrap"),
    MoneyColumn("budget_to", _("Budget up to (元)"), css="only-desk", price=True),
    Column("owner", _("Owner"), lambda row: row.owner, css="only-desk text-nowrap"),
    StatusColumn("status", _("Status"), lambda row: (row.status_family, row.status_label), css="card-foot"),
)
_LONG = (
    ("description", _("Description")),
    ("specification", _("Function and specification")),
    ("quality_standard", _("Quality standard")),
    ("special_demands", _("Special demands")),
)
EXPORTED = (
    *(column for column in COLUMNS if column.key != "headline"),
    *(WordsColumn(key, label) for key, label in _LONG),
)


class RequirementList(ListPage):
    """What customers want, those that wait for a first answer first."""

    request: PersonRequest

    filterset_class = RequirementFilter
    title = _("Requirements")
    export_key = import_key = "requirements"
    default_sort = "-urgency"
    search_hint = _("Requirement number, customer, pinyin initials")
    empty_title = _("No requirements yet")
    empty_text = _(
        "What a customer wants stands here before there is an order: asked, clarified, confirmed in writing."
    )
    new_label = _("New requirement")
    columns = COLUMNS
    export_columns = EXPORTED
    tabs = (
        (_("Under way"), "status=live"),
        (_("Without a first answer"), "status=unanswered"),
        (_("Confirmed"), f"status={RequirementStatus.CONFIRMED.value}"),
        (_("Lost"), f"status={RequirementStatus.LOST.value}"),
        (_("All"), ""),
    )

    def dispatch(self, request, *args, **kwargs):
        demand(rights.may_read_requirements(request.user))
        self.new_url = reverse("requirements:new") if rights.may_keep_requirements(request.user) else ""
        return super().dispatch(request, *args, **kwargs)

    def sort(self) -> str:
        """There is one order: what presses stands first."""
        return self.default_sort

    def get_queryset(self):
        return Requirement.objects.visible_to(self.request.user).select_related("customer", "owner")


class RequirementDetail(DetailView):
    """One requirement: what is wanted, what is not clear, who confirmed it, and what happened."""

    request: PersonRequest

    template_name = "requirements/requirement_detail.html"
    context_object_name = "requirement"

    def get_queryset(self):
        related = ("customer", "contact", "owner", "responded_by")
        return Requirement.objects.visible_to(self.request.user).select_related(*related)

    def get_context_data(self, **kwargs):
        user, requirement = self.request.user, self.object
        questions = list(requirement.questions.select_related("written_by", "asked_by"))
        unanswered = [question for question in questions if not question.answered_at]
        wanted = list(requirement.wanted.select_related("product"))
        recalled = typed.recall(self.request, requirement)
        buttons = {button.name: button for button in buttons_for(requirement, user)}
        return super().get_context_data(
            **kwargs,
            may_keep=rights.may_keep_requirements(user),
            steps=steps_of(requirement, len(unanswered), len(questions)),
            questions=questions,
            unanswered=unanswered,
            wanted=wanted,
            estimate=sum((row.quantity * row.product.list_price for row in wanted if row.product), Decimal(0)),
            verbs=buttons,
            buttons=[button for name, button in buttons.items() if name not in ("ask", "answer", "lose")],
            why_not_edited=why_not_edited(requirement),
            reasons=LostReason.choices,
            typed=recalled,
            said={key.removeprefix("answer-"): value for key, value in recalled.get("values", {}).items()},
            files=files_of(requirement),
            links=links_of(requirement),
            events=timeline_of(requirement, limit=SHOWN_EVENTS),
        )


class RequirementPrint(DetailView):
    """The record on paper: 客户需求记录表."""

    request: PersonRequest
    template_name = "requirements/requirement_print.html"
    context_object_name = "requirement"

    def get_queryset(self):
        return Requirement.objects.visible_to(self.request.user).select_related("customer", "contact", "owner")

    def get_context_data(self, **kwargs):
        requirement = self.object
        return super().get_context_data(
            **kwargs,
            company=Company.ours(),
            title=_("Record of a customer's requirement"),
            number=str(requirement),
            dated=requirement.received_at,
            mark="" if requirement.confirmed_on else _("Not confirmed yet"),
            back_url=requirement.get_absolute_url(),
            back_label=_("Back to the requirement"),
            questions=requirement.questions.all(),
            wanted=requirement.wanted.select_related("product"),
        )


@require_GET
def customer_requirements(request, pk: int):
    """A customer's last requirements, for the customer page."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    found = Requirement.objects.visible_to(request.user).filter(customer=customer).select_related("customer", "owner")
    rows = list(found.order_by("-id")[:_OF_CUSTOMER])
    columns = [column for column in COLUMNS if column.key not in ("customer", "budget_to", "owner")]
    context = {
        "customer": customer,
        "headings": [Heading(column) for column in columns],
        "rows": rows,
        "body": table_rows(rows, columns),
        "may_keep": rights.may_keep_requirements(request.user),
        "questionnaires": questionnaires_of(customer) if rights.may_read_requirements(request.user) else [],
    }
    return render(request, "requirements/_customer_requirements.html", context)


@require_GET
def lost_reasons(request):
    """Why requirements of the last half year were lost: month and owner down, reasons across."""
    demand(rights.may_count_losses(request.user))
    rows = lost_since(request.user, timezone.localdate() - _HALF_A_YEAR)
    context = {"rows": rows, "reasons": LostReason.labels, "sums": lost_by_reason(rows)}
    return render(request, "requirements/lost_reasons.html", context)

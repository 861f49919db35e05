"""The pages of price agreements: all of them, those of a customer, and the forms that make and end one."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.requests import PersonRequest
from accounts.rights import demand
from agreements.columns import EXPORTED, LISTED, OF_CUSTOMER, VERBS, WORDS, table_of
from agreements.filters import AgreementFilter
from agreements.forms import AgreementForm, EndForm
from agreements.models import FOREVER, PriceAgreement
from agreements.rights import may_agree, may_read_agreements
from agreements.services import end_agreement, make_agreement
from core import parameters
from core.autosave import saved
from core.files import files_by_record
from core.held_files import files_of, hold, let_go
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.listing import ListPage
from core.submitted import SentOtherwise, renew_token, scoped
from customers.models import Customer

FORM, END, OF_ONE = "agreements/agreement_form.html", "agreements/agreement_end.html", "agreements/of_customer.html"
SHOWN = 500


class AgreementList(ListPage):
    """The agreements with the customers that this person may see, those that end first on top."""

    request: PersonRequest

    title = gettext_lazy("Price agreements")
    export_key = import_key = "agreements"
    columns = LISTED
    export_columns = EXPORTED
    filterset_class = AgreementFilter
    default_sort = "last_day"
    search_hint = gettext_lazy("Customer or product: number, name, pinyin")
    tabs = (
        (gettext_lazy("Valid and to come"), ""),
        (gettext_lazy("Valid today"), "state=valid"),
        (gettext_lazy("Ends soon"), "state=soon"),
        (gettext_lazy("Not begun"), "state=future"),
        (gettext_lazy("No longer valid"), "state=past"),
        (gettext_lazy("All"), "state=all"),
    )
    pressing = ("state=soon",)
    empty_title = gettext_lazy("No price agreements yet")
    empty_text = gettext_lazy(
        "What a customer pays for a product, from one day to another: order entry offers it first, and the review says "
        "where a line differs. Managers make agreements, or import a list of them."
    )
    new_label = gettext_lazy("New agreement")

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_agreements(request.user))
        self.new_url = reverse("agreements:new") if may_agree(request.user) else ""
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return PriceAgreement.objects.visible_to(self.request.user).select_related("customer__owner", "product")


class CustomerAgreements(View):
    """What was agreed with one customer: what holds today, what has not begun, what is over."""

    request: PersonRequest

    def get(self, request, pk):
        customer = get_object_or_404(Customer.objects.visible_to(request.user).select_related("owner"), pk=pk)
        demand(may_read_agreements(request.user))
        kept = PriceAgreement.objects.visible_to(request.user).filter(customer=customer)
        kept = kept.select_related("customer", "product", "made_by", "ended_by")
        rows = _with_files(list(kept.order_by("product__name_pinyin", "product", "-starts_on", "-id")[:SHOWN]))
        may = may_agree(request.user)
        context = {"customer": customer, "sections": _sections(rows, may), "may_agree": may, "any": bool(rows)}
        return render(request, OF_ONE, context)


def _with_files(rows: list[PriceAgreement]) -> list[PriceAgreement]:
    """The agreements, each with its ``files``, in one query."""
    found = files_by_record(rows)
    for row in rows:
        row.files = found.get(row.pk, [])  # type: ignore[attr-defined]
    return rows


def _sections(rows: list[PriceAgreement], may: bool) -> list[dict]:
    """The agreements by how they stand today; sections without any are left out."""
    today, columns = timezone.localdate(), (*OF_CUSTOMER, WORDS, *((VERBS,) if may else ()))
    over = [row for row in rows if row.was_withdrawn or row.last_day < today]
    to_come = [row for row in rows if row not in over and row.starts_on > today]
    valid = [row for row in rows if row not in over and row not in to_come]
    named = ((_("Valid today"), valid), (_("Not begun"), to_come), (_("No longer valid"), over))
    return [{"title": title, "rows": some, **table_of(some, columns, leads=False)} for title, some in named if some]


class NewAgreement(View):
    """Agrees on a price: ``?customer=`` chooses the customer, ``?renews=`` goes on from another agreement."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(may_agree(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        initial = self._initial()
        form = AgreementForm(take_up(request), by=request.user, initial=initial)
        return render(request, FORM, {"form": form})

    def _initial(self) -> dict:
        renewed, customer = (parameters.key(self.request.GET, name) for name in ("renews", "customer"))
        if renewed is not None:
            seen = PriceAgreement.objects.visible_to(self.request.user)
            return _following(get_object_or_404(seen, pk=renewed))
        if customer is not None:
            return {"customer": get_object_or_404(Customer.objects.visible_to(self.request.user), pk=customer).pk}
        return {}

    def post(self, request):
        form = AgreementForm(request.POST, files_of(request), by=request.user)
        if form.is_valid() and (agreement := self._agree(form)):
            words = {"product": agreement.product, "customer": agreement.customer}
            messages.success(request, _("The price of %(product)s is agreed with %(customer)s.") % words)
            let_go(request)
            token = str(form.cleaned_data["submit_token"] or "")
            return saved(see_other(agreement), person=request.user, page=request.path, form=token)
        hold(request)
        return render_invalid(request, FORM, {"form": form})

    def _agree(self, form: AgreementForm) -> PriceAgreement | None:
        try:
            return make_agreement(
                customer=form.cleaned_data["customer"],
                values=form.values(),
                by=self.request.user,
                upload=form.cleaned_data["file"],
                token=scoped(form.cleaned_data["submit_token"], self.request.user),
            )
        except SentOtherwise as error:
            form.add_error(None, error)
            renew_token(form, "submit_token")
        except ValidationError as error:
            form.add_error(None, error)
        return None


def _following(agreement: PriceAgreement) -> dict:
    """What is proposed to follow an agreement: the same for as long, from the day after it, today at the earliest."""
    first, lasted = timezone.localdate(), None
    if not agreement.is_open:
        first = max(first, agreement.last_day + timedelta(days=1))
    if agreement.ends_on and agreement.ends_on - agreement.starts_on <= FOREVER - first:
        lasted = agreement.ends_on - agreement.starts_on
    return {
        "customer": agreement.customer_id,
        "product": agreement.product_id,
        "price": agreement.price,
        "starts_on": first,
        "ends_on": first + lasted if lasted else None,
    }


class EndAgreement(View):
    """Ends an agreement before its time, or withdraws one that has not begun."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        seen = PriceAgreement.objects.visible_to(request.user).select_related("customer__owner", "product")
        self.agreement = get_object_or_404(seen, pk=kwargs["pk"])
        demand(may_agree(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return render(request, END, self._page(EndForm(take_up(request), agreement=self.agreement)))

    def _page(self, form: EndForm) -> dict:
        state = self.agreement.state_on(timezone.localdate())
        return {"form": form, "agreement": self.agreement, "customer": self.agreement.customer, "state": state}

    def post(self, request, pk):
        form = EndForm(request.POST, agreement=self.agreement)
        if form.is_valid():
            given = form.cleaned_data
            try:
                ended = end_agreement(
                    agreement=self.agreement, last_day=given.get("last_day"), reason=given["reason"], by=request.user
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("%(product)s: ended.") % {"product": ended.product})
                return saved(see_other(ended), person=request.user, page=request.path)
        return render_invalid(request, END, self._page(form))

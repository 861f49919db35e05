"""What is done to a customer file by a button: each a POST that leads back to the file with a message."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.ownership import following
from accounts.requests import PersonRequest
from accounts.rights import demand
from core import parameters, typed
from core.http import see_other
from core.stale import Stale
from customers import grades, rights, services
from customers.filters import CustomerFilter
from customers.limit_form import LimitForm
from customers.models import Customer

#: More than a page of the list offers.
MOST_AT_ONCE = 200


@require_POST
def change_owner(request, pk: int):
    """Another rep, or nobody, owns the customer from now on."""
    nobody = not parameters.text(request.POST, "owner")
    owner = None if nobody else get_object_or_404(User, pk=parameters.key(request.POST, "owner"))
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    demand(rights.may_keep(request.user))
    note = parameters.text(request.POST, "note")
    try:
        changed = services.change_owner(customer=customer, by=request.user, owner=owner, note=note)
    except ValidationError as error:
        typed.keep(request, customer, "change-owner")
        messages.error(request, " ".join(error.messages))
        return see_other(customer)
    messages.success(request, _("Saved."))
    still_seen = Customer.objects.visible_to(request.user).filter(pk=changed.pk).exists()
    return see_other(changed) if still_seen else see_other("customers:list")


@require_POST
def assign(request):
    """One rep owns all the chosen customers from now on; each that was given away meanwhile is named."""
    demand(rights.may_choose_owner(request.user))
    chosen = parameters.keys(request.POST, "customer")[:MOST_AT_ONCE]
    owner = parameters.row(rights.owners_for(request.user), request.POST, "owner")
    if not chosen or not owner:
        messages.warning(request, _("Choose at least one customer, and who is to own them."))
        return see_other("customers:unassigned")
    _give_all(request, chosen, partial(services.assign_customer, owner=owner, by=request.user), owner)
    left = Customer.objects.visible_to(request.user).open().filter(owner=None).exists()
    return see_other("customers:unassigned" if left else "worklist")


class TransferCustomers(View):
    """Many customers of the list get another owner: first what would go along is shown, then it is done."""

    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(rights.may_choose_owner(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        chosen, owner = self._chosen(), parameters.row(rights.owners_for(request.user), request.GET, "new_owner")
        back = f"{reverse('customers:list')}?{self._filters()}"
        if refusal := _why_no_transfer(len(chosen), owner):
            messages.warning(request, refusal)
            return see_other(back)
        context = {"customers": chosen, "owner": owner, "following": following(*chosen), "back": back}
        return render(request, "customers/transfer.html", context)

    def post(self, request):
        owner = parameters.row(rights.owners_for(request.user), request.POST, "new_owner")
        keys = parameters.keys(request.POST, "customer")
        back = parameters.page_of_ours(request.POST, "back", reverse("customers:list"))
        refusal = _why_no_transfer(len(keys), owner)
        if refusal or owner is None:
            messages.warning(request, refusal)
            return see_other(back)
        note = parameters.text(request.POST, "note")
        _give_all(request, keys, partial(services.change_owner, owner=owner, by=request.user, note=note), owner)
        return see_other(back)

    def _chosen(self) -> list[Customer]:
        """What was ticked, or all that the list shows by its filters; one more than may be given at once."""
        files = Customer.objects.visible_to(self.request.user).select_related("owner").order_by("id")
        if parameters.text(self.request.GET, "all"):
            files = CustomerFilter(self.request.GET, queryset=files, request=self.request).qs
        else:
            files = files.filter(pk__in=parameters.keys(self.request.GET, "customer")[: MOST_AT_ONCE + 1])
        return list(files[: MOST_AT_ONCE + 1])

    def _filters(self) -> str:
        """The list's address as it was, without what was ticked."""
        kept = self.request.GET.copy()
        for name in ("customer", "new_owner", "all"):
            kept.pop(name, None)
        return kept.urlencode()


def _why_no_transfer(number: int, owner: User | None) -> str:
    """A sentence when so many customers cannot be given to that person; else nothing."""
    if not number or not owner:
        return _("Choose at least one customer, and who is to own them.")
    if number > MOST_AT_ONCE:
        return _("At most %(n)s customers at once: narrow the list.") % {"n": MOST_AT_ONCE}
    return ""


def _give_all(request, keys: list[int], give, owner: User) -> None:
    """Gives the customers one after the other, each as a whole or not at all, and says of each that was not.

    Of those that others have now only the number is said.
    """
    given, customers = 0, Customer.objects.visible_to(request.user).filter(pk__in=keys).order_by("id")
    for customer in (found := list(customers)):
        try:
            give(customer=customer)
            given += 1
        except ValidationError as error:
            messages.error(request, f"{customer}: {' '.join(error.messages)}")
    if given:
        text = ngettext("%(n)s customer given to %(who)s.", "%(n)s customers given to %(who)s.", given)
        messages.success(request, text % {"n": given, "who": owner})
    if gone := len(set(keys)) - len(found):
        text = ngettext(
            "%(n)s customer is no longer yours to give.", "%(n)s customers are no longer yours to give.", gone
        )
        messages.warning(request, text % {"n": gone})


@require_POST
def set_limit(request, pk: int):
    """The customer has a credit limit of its own up to a day, or no longer."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    demand(rights.may_set_limit(request.user))
    form = LimitForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        grades.set_own_limit(customer=customer, by=request.user, **form.cleaned_data)
    except (ValidationError, Stale) as error:
        typed.keep(request, customer, "set-limit")
        said = [_("Somebody changed this meanwhile. Please look at it again and then decide.")]
        messages.error(request, " ".join(said if isinstance(error, Stale) else error.messages))
    else:
        messages.success(request, _("Saved."))
    return see_other(customer)

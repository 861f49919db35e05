"""What is done to a customer file by a button: each a POST that leads back to the file with a message."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from core import typed
from core.http import is_key, see_other
from customers import rights, services
from customers.models import Customer

#: More than a page of the list offers.
MOST_AT_ONCE = 200


@require_POST
def freeze(request, pk: int):
    """No new orders of this customer from now on."""
    return _answer(request, pk, "freeze", services.freeze_customer, reason=_note(request))


@require_POST
def unfreeze(request, pk: int):
    """The customer may order again."""
    return _answer(request, pk, "unfreeze", services.unfreeze_customer, reason=_note(request))


@require_POST
def change_owner(request, pk: int):
    """Another rep, or nobody, owns the customer from now on."""
    wanted = request.POST.get("owner", "")
    owner = get_object_or_404(User, pk=wanted if wanted.isdecimal() else None) if wanted else None
    return _answer(request, pk, "change-owner", services.change_owner, owner=owner, note=_note(request))


@require_POST
def assign(request):
    """One rep owns all the chosen customers from now on; each that was given away meanwhile is named."""
    rights.demand(rights.may_choose_owner(request.user))
    chosen = [int(pk) for pk in request.POST.getlist("customer") if is_key(pk)][:MOST_AT_ONCE]
    wanted = request.POST.get("owner", "")
    owner = rights.owners_for(request.user).filter(pk=wanted if is_key(wanted) else None).first()
    if not chosen or not owner:
        messages.warning(request, _("Choose at least one customer, and who is to own them."))
        return see_other("customers:unassigned")
    customers = Customer.objects.visible_to(request.user).filter(pk__in=chosen).order_by("id")
    assigned = sum(_assign_one(request, customer, owner) for customer in customers)
    if assigned:
        text = ngettext("%(n)s customer given to %(who)s.", "%(n)s customers given to %(who)s.", assigned)
        messages.success(request, text % {"n": assigned, "who": owner})
    left = Customer.objects.visible_to(request.user).open().filter(owner=None).exists()
    return see_other("customers:unassigned" if left else "worklist")


def _assign_one(request, customer: Customer, owner: User) -> bool:
    try:
        services.assign_customer(customer=customer, owner=owner, by=request.user)
    except ValidationError as error:
        messages.error(request, f"{customer}: {' '.join(error.messages)}")
        return False
    return True


def _note(request) -> str:
    return request.POST.get("note", "").strip()


def _answer(request, pk: int, verb: str, service, **values):
    """Runs the service on a file that the person may see; a refusal is a message, and what was typed stays."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rights.demand(rights.may_keep(request.user))
    try:
        changed = service(customer=customer, by=request.user, **values)
    except ValidationError as error:
        typed.keep(request, customer, verb)
        messages.error(request, " ".join(error.messages))
        return see_other(customer)
    messages.success(request, _("Saved."))
    still_seen = Customer.objects.visible_to(request.user).filter(pk=changed.pk).exists()
    return see_other(changed) if still_seen else see_other("customers:list")

"""What is done to a customer file by a button: each a POST that leads back to the file with a message."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from core import typed
from core.http import see_other
from customers import rights, services
from customers.models import Customer


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

"""What is done to a requirement by a button beside its machine's verbs: each a POST that leads back to it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.rights import demand
from core import parameters
from core.http import see_other
from core.links.views import hand_out
from core.verbs import back_refused
from core.workflow import Refused, take
from customers.models import Customer
from requirements.files import attach_file
from requirements.links import SUMMARY
from requirements.models import Requirement
from requirements.questionnaire import QUESTIONNAIRE
from requirements.rights import may_keep_requirements


@require_POST
def send_summary(request, pk: int):
    """Makes the link on which the customer reads the record and confirms it, and leads to it."""
    requirement = get_object_or_404(Requirement.objects.visible_to(request.user), pk=pk)
    try:
        with transaction.atomic():
            take(requirement, "send_summary", by=request.user, version=parameters.version(request.POST))
            return hand_out(request, SUMMARY, requirement, given_to=str(requirement.contact or ""))
    except Refused as refused:
        return back_refused(request, requirement, refused)


@require_POST
def send_questionnaire(request, pk: int):
    """Makes the link on which a customer fills in what is needed, and leads to it."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    given_to = parameters.text(request.POST, "given_to") or str(customer.primary_contact or "")
    return hand_out(request, QUESTIONNAIRE, customer, given_to=given_to)


@require_POST
def attach(request, pk: int):
    """Keeps a file of the customer with the requirement."""
    requirement = get_object_or_404(Requirement.objects.visible_to(request.user), pk=pk)
    demand(may_keep_requirements(request.user))
    try:
        attachment = attach_file(requirement=requirement, upload=request.FILES.get("file"), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(file)s is attached.") % {"file": attachment.name})
    return see_other(requirement)

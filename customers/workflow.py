"""The life of a customer file: active until somebody freezes it, which stops new orders; those under way go on."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.workflow import Attempt, Machine, Transition, register_machine
from customers.models import Customer
from customers.statuses import CustomerStatus


def reason_fits(attempt: Attempt) -> str | None:
    """The reason for freezing stands on the file, in so many characters."""
    try:
        Customer._meta.get_field("frozen_reason").run_validators(attempt.note.strip())
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def says_into_which(attempt: Attempt) -> str | None:
    """Only ``customers.merge`` takes this verb, which moves what hangs on the file."""
    return None if attempt.answers.get("into") else str(_("Choose the file that stays."))


def lead_to_successor(attempt: Attempt) -> None:
    """The file is nobody's any more and leads to the one that stays."""
    customer = attempt.obj
    customer.merged_into_id, customer.owner, customer.team = int(attempt.answers["into"]), None, None
    customer.save(update_fields=["merged_into", "owner", "team"])


def keep_reason(attempt: Attempt) -> None:
    """The reason stands on the file as long as it is frozen."""
    _write_reason(attempt.obj, attempt.note.strip())


def forget_reason(attempt: Attempt) -> None:
    _write_reason(attempt.obj, "")


def _write_reason(customer: Customer, reason: str) -> None:
    customer.frozen_reason = reason
    customer.save(update_fields=["frozen_reason"])


CUSTOMER_LIFE = Machine(
    model="customers.Customer",
    url_name="customers:advance",
    own_lock="customer",
    transitions=(
        Transition(
            name="freeze",
            label=_("Freeze"),
            sentence=_("Frozen, takes no new orders"),
            tone="bad",
            source=(CustomerStatus.ACTIVE,),
            target=CustomerStatus.FROZEN,
            roles=(Role.REP, Role.MANAGER),
            input_guards=(reason_fits,),
            effects=(keep_reason,),
            note_required=True,
            dangerous=True,
            icon="lock",
        ),
        Transition(
            name="unfreeze",
            label=_("Unfreeze"),
            sentence=_("Unfrozen"),
            tone="good",
            source=(CustomerStatus.FROZEN,),
            target=CustomerStatus.ACTIVE,
            roles=(Role.REP, Role.MANAGER),
            effects=(forget_reason,),
            note_required=True,
            icon="lock-open",
        ),
        Transition(
            name="merge",
            label=_("Merge"),
            sentence=_("Merged into %(number)s"),
            tone="bad",
            source=(CustomerStatus.ACTIVE,),
            target=CustomerStatus.MERGED,
            roles=(Role.MANAGER,),
            input_guards=(says_into_which,),
            effects=(lead_to_successor,),
            page="customers:merge",
            icon="copy",
        ),
    ),
)

register_machine(CUSTOMER_LIFE)

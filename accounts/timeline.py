"""How the events of people read."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.events import Wording, describe
from core.facts import Facts, follow

describe("accounts.User", person_created=Wording(_("Person added")), person_changed=Wording(_("Person changed")))


@follow("accounts.User")
def facts_of_person(person: User) -> Facts:
    """Everything that rights follow from."""
    of_rights = ("role", "is_superuser", "is_staff", "is_active", "team_id", "decides_also_for_id")
    return {name: getattr(person, name) for name in of_rights}

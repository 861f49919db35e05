"""How the kit's own events read, of imports and of whatever is imported."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe

describe(
    "core.ImportRun", import_brought=Wording(_("“%(file)s” uploaded")), import_written=Wording(_("Imported"), "good")
)
describe(
    "",
    imported=Wording(_("Imported from “%(file)s”, row %(row)s"), of_money=True),
    kept=Wording(_("Taken into the chain of history as it stood")),
    link_revoked=Wording(_("Link of the customer revoked")),
    updated_by_import=Wording(_("Changed by “%(file)s”, row %(row)s"), of_money=True),
)

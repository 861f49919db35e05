from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import registries
from orders.guards import GUARDS


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self):
        registries.guards.extend(GUARDS)
        # By name: these modules read models, which exist only now.
        registries.worklist.append(import_string("orders.worklist.returned"))
        registries.search.append(import_string("orders.search.hits"))
        registries.team_moves.append(import_string("orders.owners.follow_rep"))
        registries.invariants.extend(import_string("orders.invariants.INVARIANTS"))
        registries.handovers.append(import_string("orders.owners.follow_customer"))
        registries.sentences.update(
            created=(_("Order drafted"), ""),
            taken_over=(_("Taken over with its history"), ""),
            draft_changed=(_("Draft changed"), ""),
            receipt_recorded=(_("Received ¥%(amount)s"), "good"),
            receipt_reversed=(_("Receipt of ¥%(amount)s reversed"), "bad"),
        )

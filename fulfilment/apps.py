from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import registries


class FulfilmentConfig(AppConfig):
    name = "fulfilment"
    verbose_name = _("Fulfilment")

    def ready(self):
        # By name: these modules read models, which exist only now.
        life = import_string("fulfilment.workflow.SHIPMENT_LIFE")
        registries.machines[life.model] = life
        registries.sentences.update(import_string("fulfilment.workflow.SENTENCES"))
        for source in ("to_ship", "to_pack", "late"):
            registries.worklist.append(import_string(f"fulfilment.worklist.{source}"))
        registries.search.append(import_string("fulfilment.search.hits"))
        registries.invariants.extend(import_string("fulfilment.invariants.INVARIANTS"))
        registries.team_moves.append(import_string("fulfilment.owners.follow_rep"))
        registries.handovers.append(import_string("fulfilment.owners.follow_customer"))
        registries.priced_files.add(import_string("fulfilment.confirmation.CONFIRMATION"))
        registries.policies["second_person_checks_packing"] = (True, _("a second person checks the packing"))
        registries.policies["transit_days"] = (3, _("usual working days on the road"))

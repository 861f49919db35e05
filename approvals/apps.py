from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from approvals.guards import GUARDS
from core import registries


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = _("Review")

    def ready(self):
        # By name, because these modules use models, which exist only now.
        life = import_string("approvals.workflow.ORDER_LIFE")
        registries.machines[life.model] = life
        registries.sentences.update(import_string("approvals.workflow.SENTENCES"))
        registries.worklist.append(import_string("approvals.worklist.reviews_for"))
        registries.invariants.extend(import_string("approvals.invariants.INVARIANTS"))
        registries.guards.extend(GUARDS)
        import_string("approvals.history.kind.register")()
        import_module("approvals.receivers")
        sweeps = import_module("approvals.sweeps")
        registries.sweeps.extend([sweeps.release_due, sweeps.complete_due])
        registries.policies["release_needs_confirmation"] = (False, _("release waits for the customer's confirmation"))
        registries.policies["stage_days"] = (1, _("working days for each review stage"))

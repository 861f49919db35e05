from decimal import Decimal

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import registries


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics")

    def ready(self):
        # By name: these modules read models, which exist only now.
        registries.guards.extend(import_string("analytics.changes.WATCHES"))
        registries.sweeps.append(import_string("analytics.freshness.refresh"))
        registries.invariants.extend(import_string("analytics.invariants.INVARIANTS"))
        registries.policies["delay_limit"] = (Decimal(10), _("delay rate that needs attention (%)"))
        import_string("analytics.jobs.register")()
        import_string("analytics.archive.registration.register")()
        import_string("analytics.report.registration.register")()

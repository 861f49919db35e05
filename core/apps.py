from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from core import checks, lookups, protections  # noqa: F401  (checks and lookups register themselves)

#: The modules of every app that are imported once all models exist; by decorators they tell the kit what they hold.
ROOMS = (
    "workflow",
    "timeline",
    "worklist",
    "home",
    "search",
    "jobs",
    "exports",
    "imports",
    "sweeps",
    "automatic",
    "news",
    "invariants",
    "protections",
    "ownership",
    "policies",
    "seed",
    "checks",
    "links",
    "merging",
)


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Foundation")

    def ready(self):
        autodiscover_modules(*ROOMS)
        pre_migrate.connect(protections.drop_before_migrate, dispatch_uid="protections-drop")
        post_migrate.connect(protections.create_after_migrate, dispatch_uid="protections-create")

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import checks, guards, lookups, registries  # noqa: F401  (checks and lookups register themselves)


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Foundation")

    def ready(self):
        # By name: it reads models, which exist only now.
        import_string("core.exports.register")()
        import_string("core.imports.work.register")()
        registries.guards.extend(guards.append_only("core_event", "events"))
        registries.guards.extend(guards.append_only("core_attachment", "files"))
        registries.guards.extend(guards.append_only("core_closedmonth", "closed months"))
        registries.sweeps.append(import_string("core.files.settle_strays"))
        registries.invariants.extend(import_string("core.invariants.INVARIANTS"))
        registries.policies["largest_file"] = (20, _("largest file that can be attached (MB)"))
        pre_migrate.connect(guards.drop_before_migrate, dispatch_uid="guards-drop")
        post_migrate.connect(guards.create_after_migrate, dispatch_uid="guards-create")

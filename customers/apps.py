from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import registries


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self):
        # By name: these modules read models, which exist only now.
        registries.worklist.append(import_string("customers.worklist.unassigned"))
        registries.search.append(import_string("customers.search.hits"))
        registries.team_moves.append(import_string("customers.teams.follow_owner"))
        registries.invariants.extend(import_string("customers.invariants.INVARIANTS"))
        import_string("customers.imports.register")()
        registries.policies["refuse_private_mobiles"] = (True, _("Refuse private mobile numbers of contacts"))
        registries.sentences.update(
            customer_created=(_("File opened"), "good"),
            customer_changed=(_("File changed"), ""),
            customer_owner_changed=(_("Owner changed"), "now"),
            customer_frozen=(_("Frozen"), "bad"),
            customer_unfrozen=(_("Unfrozen"), "good"),
        )
        post_migrate.connect(
            import_string("customers.seed.seed_after_migrate"), sender=self, dispatch_uid="customers-seed"
        )

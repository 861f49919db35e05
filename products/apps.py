from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import registries


class ProductsConfig(AppConfig):
    name = "products"
    verbose_name = _("Products")

    def ready(self):
        # By name, because it reads models, which exist only now.
        import_string("products.imports.register")()
        registries.invariants.extend(import_string("products.invariants.INVARIANTS"))
        registries.sentences.update(
            product_created=(_("Added to the catalogue"), ""),
            product_changed=(_("Catalogue changed"), ""),
            stock_moved=(_("Stock moved by %(quantity)s"), ""),
        )

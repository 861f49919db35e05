from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import registries


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self):
        registries.sentences.update(
            person_created=(_("Person added"), ""),
            person_changed=(_("Person changed"), ""),
        )

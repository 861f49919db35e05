"""The six roles; what follows from them stands in each app's ``rights.py``."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    REP = "rep", _("Sales representative")
    MANAGER = "manager", _("Sales manager")
    FINANCE = "finance", _("Finance")
    OPERATIONS = "operations", _("Operations")
    SERVICE = "service", _("After-sales service")
    ADMIN = "admin", _("Administrator")

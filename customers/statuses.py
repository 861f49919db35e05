"""Whether a customer may order, how far it is one, and the colour family of each state."""

from django.utils.translation import gettext_lazy as _

from core.choices import ColouredChoices


class CustomerStatus(ColouredChoices):
    ACTIVE = "active", "good", _("Active")
    FROZEN = "frozen", "void", _("Frozen")
    MERGED = "merged", "void", _("Merged")


class CustomerType(ColouredChoices):
    """By its effective orders: none, one, more."""

    POTENTIAL = "potential", "idle", _("Potential")
    NEW = "new", "move", _("New buyer")
    RETURNING = "returning", "good", _("Returning")


class Cooperation(ColouredChoices):
    """Whether it has ordered within the last twelve months; who never did does not cooperate yet."""

    NONE = "none", "idle", _("Not yet cooperating")
    ACTIVE = "active", "good", _("Cooperating")
    DORMANT = "dormant", "wait", _("Dormant")

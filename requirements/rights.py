"""Who may do what with requirements. Which ones somebody sees is ``Requirement.objects.visible_to``; the verbs are in
``workflow.py``."""

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role


def may_read_requirements(user: User) -> bool:
    """Whether requirements concern this role at all."""
    return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN)


def may_keep_requirements(user: User) -> bool:
    """Whether this role records requirements and follows them: sales people."""
    return has_role(user, Role.REP, Role.MANAGER)


def may_import_requirements(user: User) -> bool:
    """Managers bring spreadsheets."""
    return has_role(user, Role.MANAGER)


def may_count_losses(user: User) -> bool:
    """Whether this role compares why and whose requirements are lost."""
    return has_role(user, Role.MANAGER, Role.ADMIN)

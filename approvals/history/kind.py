"""Historical orders as a kind of import."""

from django.utils.translation import gettext_lazy

from accounts.roles import Role
from approvals.history.birth import get_ready, write
from approvals.history.columns import COLUMNS
from approvals.history.plan import make_plan
from core import registries
from core.imports.kinds import ImportKind, register_import


def may_import(user) -> bool:
    """Managers bring spreadsheets."""
    return user.role == Role.MANAGER


def register() -> None:
    """Makes historical orders known as a kind of import."""
    registries.sentences["imported_with_order"] = (gettext_lazy("Imported with its order from “%(file)s”"), "")
    register_import(
        ImportKind(
            key="orders",
            label=gettext_lazy("Historical orders"),
            columns=COLUMNS,
            plan=make_plan,
            get_ready=get_ready,
            write=write,
            allows=may_import,
            list_url="orders:list",
            place=3,
            icon="file-invoice",
            hint=gettext_lazy(
                "One row per line; rows of one order share its number. Import customers and products first. Completed "
                "orders count as paid until real receipts are recorded; approved ones go on here."
            ),
        )
    )

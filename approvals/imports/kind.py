"""Historical orders as a kind of import."""

from django.utils.translation import gettext_lazy

from approvals.imports.columns import COLUMNS
from approvals.imports.export import PREFETCH, SELECT, rows_of
from approvals.imports.plan import make_plan
from approvals.imports.records import get_ready, write
from approvals.rights import may_import_orders
from core.imports.kinds import ImportKind, register_import

ORDERS = register_import(
    ImportKind(
        key="orders",
        label=gettext_lazy("Historical orders"),
        columns=COLUMNS,
        plan=make_plan,
        get_ready=get_ready,
        write=write,
        write_down=rows_of,
        select=SELECT,
        prefetch=PREFETCH,
        allows=may_import_orders,
        list_url="orders:list",
        place=3,
        icon="file-invoice",
        hint=gettext_lazy(
            "One row per line; rows of one order share its number. Import customers and products first. Completed "
            "orders count as paid until real receipts are recorded; approved ones go on here."
        ),
    )
)

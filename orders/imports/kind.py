"""Requirements as a kind of import."""

from django.utils.translation import gettext_lazy

from core.imports.kinds import ImportKind, register_import
from orders.imports.columns import COLUMNS
from orders.imports.plan import make_plan
from orders.imports.rows import PREFETCH, SELECT, rows_of, write
from requirements.rights import may_import_requirements

REQUIREMENTS = register_import(
    ImportKind(
        key="requirements",
        label=gettext_lazy("Requirements"),
        columns=COLUMNS,
        plan=make_plan,
        write=write,
        write_down=rows_of,
        select=SELECT,
        prefetch=PREFETCH,
        allows=may_import_requirements,
        list_url="requirements:list",
        place=4,
        icon="clipboard-text",
        hint=gettext_lazy(
            "A requirement is known by its number, else by customer, day and description. How far it is follows from "
            "its days, its order and the reason of its loss. Import customers and orders first."
        ),
    )
)

"""The life of a stock count in one table: counted, then posted once or thrown away."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.workflow import Machine, Transition, register_machine
from products.counting import book_differences, lock_stock, moves_explained, nothing_below_zero, something_counted
from products.models import CountStatus

COUNT_LIFE = Machine(
    model="products.StockCount",
    url_name="products:count-advance",
    own_lock="count",
    locks={"stock": lock_stock},
    transitions=(
        Transition(
            name="post",
            label=_("Post the differences"),
            sentence=_("Posted: %(lines)s counted, %(differing)s with a difference"),
            tone="good",
            source=(CountStatus.COUNTING,),
            target=CountStatus.POSTED,
            roles=(Role.OPERATIONS,),
            locks=("stock",),
            guards=(something_counted, moves_explained, nothing_below_zero),
            effects=(book_differences,),
            dangerous=True,
            primary=True,
            icon="checks",
        ),
        Transition(
            name="discard",
            label=_("Discard the count"),
            sentence=_("Discarded"),
            tone="bad",
            source=(CountStatus.COUNTING,),
            target=CountStatus.DISCARDED,
            roles=(Role.OPERATIONS,),
            note_required=True,
            dangerous=True,
            icon="ban",
        ),
    ),
)

register_machine(COUNT_LIFE)

"""How each rule of ``check_invariants`` can be broken: sound data up to the ``yield``, and then the damage.

Triggers that would refuse the damage are dropped: a rule is there for what got in all the same.
"""

from tests.breakers import (
    amended,
    amounts,
    archives,
    care,
    deliveries,
    files,
    forgeries,
    goods,
    grades,
    histories,
    lists,
    merges,
    money,
    needs,
    owners,
    prices,
    reviews,
)
from tests.breakers.kit import BREAKERS

__all__ = [
    "BREAKERS",
    "amended",
    "amounts",
    "archives",
    "care",
    "deliveries",
    "files",
    "forgeries",
    "goods",
    "grades",
    "histories",
    "lists",
    "merges",
    "money",
    "needs",
    "owners",
    "prices",
    "reviews",
]

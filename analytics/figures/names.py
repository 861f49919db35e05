"""What segments are called: teams, reps, categories, provinces; and the segment that a text names."""

from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Role
from analytics.figures.counted_orders import NO_CATEGORY
from analytics.figures.segments import Segment
from analytics.models import Dimension, Scope
from core.http import is_key
from products.models import Category


def category_names() -> dict[str, str]:
    """The categories by id as text, with a name for lines that have none."""
    known = {str(pk): name for pk, name in Category.objects.values_list("pk", "name")}
    return {NO_CATEGORY: _("Without a category"), **known}


def value_names(dimension: str, values) -> dict[str, str]:
    """What the values of a dimension are called."""
    names = category_names() if dimension == Dimension.CATEGORY else {}
    return {value: names.get(value, value) or _("Unknown") for value in values}


def scope_called(text: str) -> Segment:
    """The scope of ``all``, ``team:<id>`` or ``rep:<login>``. Raises ValueError when there is none of that name."""
    kind, _colon, name = text.partition(":")
    if text == Scope.ALL:
        return Segment()
    found: Team | User | None = None
    if kind == Scope.TEAM and is_key(name):
        found = Team.objects.filter(pk=int(name)).first()
    elif kind == Scope.REP:
        found = User.objects.filter(username=name, role__in=(Role.REP, Role.MANAGER)).first()
    if found is None:
        raise ValueError(text)
    return Segment(kind, found.pk)

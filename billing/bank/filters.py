"""How the bank's lines are searched and filtered; without a filter the list shows what waits now."""

import django_filters
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import BankLine
from core.filter_bar import SINCE, UNTIL, day_filter
from core.text_key import text_key


class LineState(models.TextChoices):
    WAITING = "waiting", _("To be matched")
    LATER = "later", _("Left for later")
    MATCHED = "matched", _("Matched")
    FOREIGN = "foreign", _("Not from a customer")


def in_state(state: str) -> Q:
    """The condition of the lines that are in a state today."""
    open_ = Q(receipt=None, foreign_reason="")
    later = Q(put_off_until__gt=timezone.localdate())
    return {
        LineState.WAITING: open_ & (Q(put_off_until=None) | Q(put_off_until__lte=timezone.localdate())),
        LineState.LATER: open_ & later,
        LineState.MATCHED: Q(receipt__isnull=False),
        LineState.FOREIGN: ~Q(foreign_reason=""),
    }[LineState(state)]


class BankLineFilter(django_filters.FilterSet):
    """Search, state and days."""

    q = django_filters.CharFilter(method="by_text", label=_("Search"))
    state = django_filters.ChoiceFilter(
        choices=LineState.choices, method="by_state", label=_("Status"), empty_label=_("Status")
    )
    since = day_filter("received_on", SINCE)
    until = day_filter("received_on", UNTIL)

    class Meta:
        model = BankLine
        fields: list[str] = []

    @property
    def qs(self):
        found = super().qs
        anywhere = any(self.data.get(name) for name in ("q", "state", "since", "until"))
        return found if anywhere else found.filter(in_state(LineState.WAITING))

    def by_text(self, queryset, name, value):
        """The bank reference from its beginning, payer and remarks anywhere."""
        key = text_key(value)
        return queryset.filter(
            Q(reference_key__startswith=key) | Q(payer_key__contains=key) | Q(remarks__icontains=value)
        )

    def by_state(self, queryset, name, value):
        return queryset.filter(in_state(value))

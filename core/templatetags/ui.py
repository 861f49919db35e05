"""How figures, days, states and icons look: the only place where a template gets them from."""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.money import round_money

register = template.Library()

NOTHING = "—"
MINUS = "−"  # as wide as a digit, so that columns of figures stay aligned


@register.simple_tag
@cache
def icon(name: str, extra_class: str = "") -> str:
    """An icon of ``static/icons.svg``, hidden from screen readers: the words beside it say the same."""
    css_class = f"icon {extra_class}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', css_class, static("icons.svg"), name
    )


@register.simple_tag
def status_badge(family: str, label: str, pill: bool = False) -> str:
    """A status as dot and word (tables) or as a tinted pill (headers); ``family`` as in ``static/app.css``."""
    return format_html('<span class="st st-{}{}">{}</span>', family, " st-pill" if pill else "", label)


@register.simple_tag(name="grade_badge")
def grade_tile(grade: str) -> str:
    """A customer's grade as a small letter tile; nothing when there is none."""
    if not grade:
        return ""
    tile = '<span class="gr gr-{}" title="{} {}">{}</span>'
    return format_html(tile, grade.lower(), _("Customer grade"), grade, grade)


def _decimal(value) -> Decimal | None:
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def _trimmed(number: Decimal, at_least: int = 0) -> str:
    """Thousands separated, without trailing zeros beyond ``at_least`` decimals."""
    whole, _point, decimals = f"{number + 0:,f}".partition(".")  # + 0: there is no −0
    decimals = decimals.rstrip("0").ljust(at_least, "0")
    return _signed(f"{whole}.{decimals}" if decimals else whole)


@register.filter
def money(value) -> str:
    """An amount in 元 as ``1,234.50``; the unit stands in the heading."""
    number = _decimal(value)
    return NOTHING if number is None else _signed(f"{round_money(number) + 0:,f}")  # + 0: there is no −0.00


@register.filter
def signed(value) -> str:
    """A difference of amounts with its sign: ``+1,250.00``, ``−1,250.00``."""
    number = _decimal(value)
    return f"+{money(value)}" if number is not None and number > 0 else money(value)


@register.filter
def deducted(value) -> str:
    """An amount in 元 that is taken off: ``− 1,234.50``, of nothing ``0.00``."""
    text = money(value)
    return text if text in (NOTHING, "0.00") else f"{MINUS} {text}"


@register.filter
def yuan(value) -> str:
    """An amount in 元 as ``¥1,234.50``, for a figure that stands alone."""
    text = money(value)
    if text == NOTHING:
        return text
    return f"{MINUS}¥{text[1:]}" if text.startswith(MINUS) else f"¥{text}"


@register.filter
def price(value) -> str:
    """A unit price in 元 with at least two and at most its own decimals: ``92.00``, ``0.125``."""
    number = _decimal(value)
    return NOTHING if number is None else _trimmed(number, at_least=2)


@register.filter
def quantity(value) -> str:
    """A quantity without trailing zeros: ``1,250.5``."""
    number = _decimal(value)
    return NOTHING if number is None else _trimmed(number)


@register.filter
def percent(value) -> str:
    """Percentage points as ``13%``."""
    number = _decimal(value)
    return NOTHING if number is None else f"{_trimmed(number)}%"


@register.filter
def short_date(value: date | datetime | None) -> str:
    """A day as ``11-24``, with its year when that is not the running one."""
    if not value:
        return NOTHING
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    if value.year == timezone.localdate().year:
        return f"{value.month:02}-{value.day:02}"
    return f"{value.year:04}-{value.month:02}-{value.day:02}"


_NEAR = {
    -1: gettext_noop("yesterday %(time)s"),
    0: gettext_noop("today %(time)s"),
    1: gettext_noop("tomorrow %(time)s"),
}


@register.filter
def when(value: datetime | None) -> str:
    """An instant as one says it: ``today 17:05``, ``yesterday 17:40``, ``11-23 17:05``."""
    if not value:
        return NOTHING
    moment = timezone.localtime(value)
    distance = (moment.date() - timezone.localdate()).days
    time = f"{moment.hour:02}:{moment.minute:02}"
    return _(_NEAR[distance]) % {"time": time} if distance in _NEAR else f"{short_date(moment)} {time}"


@register.filter
def from_now(value: timedelta) -> datetime:
    """The instant that lies this much ahead."""
    return timezone.now() + value


@register.filter
def due_in(value: datetime | None) -> str:
    """How a due instant presses: ``2 d overdue``, ``2 h overdue``, ``by 17:05`` (today), else its day."""
    if not value:
        return NOTHING
    moment, now = timezone.localtime(value), timezone.localtime()
    if moment < now:
        hours = int((now - moment).total_seconds() // 3600)
        days = (now.date() - moment.date()).days  # as every page counts what was due on a day
        return _("%(n)s h overdue") % {"n": hours} if hours < 24 else _("%(n)s d overdue") % {"n": days}
    if moment.date() == now.date():
        return _("by %(time)s") % {"time": f"{moment:%H:%M}"}
    return short_date(moment)

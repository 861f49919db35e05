"""How figures, days, states and icons look: the only place where a template gets them from."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = template.Library()

NOTHING = "—"
MINUS = "−"  # as wide as a digit, so that columns of figures stay aligned


@register.simple_tag
def icon(name: str, extra_class: str = "") -> str:
    """An icon of ``static/icons.svg``, hidden from screen readers: the words beside it say the same."""
    css_class = f"icon {extra_class}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', css_class, static("icons.svg"), name
    )


@register.inclusion_tag("components/_status.html")
def status_badge(family: str, label: str, pill: bool = False) -> dict:
    """A status as dot and word (tables) or as a tinted pill (headers); ``family`` as in ``static/app.css``."""
    return {"family": family, "label": label, "pill": pill}


@register.inclusion_tag("components/_grade.html")
def grade_badge(grade: str) -> dict:
    """A customer's grade as a small letter tile; nothing when there is none."""
    return {"grade": grade}


def _decimal(value) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def _trimmed(number: Decimal, at_least: int = 0) -> str:
    """Thousands separated, without trailing zeros beyond ``at_least`` decimals."""
    whole, _point, decimals = f"{number:,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(at_least, "0")
    return _signed(f"{whole}.{decimals}" if decimals else whole)


@register.filter
def money(value) -> str:
    """An amount in 元 as ``1,234.50``; the unit stands in the heading."""
    number = _decimal(value)
    return NOTHING if number is None else _signed(f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):,f}")


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


def _local_day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def short_date(value: date | datetime | None) -> str:
    """A day as ``11-24``, with its year when that is not the running one."""
    if not value:
        return NOTHING
    day = _local_day(value)
    return f"{day:%m-%d}" if day.year == timezone.localdate().year else f"{day:%Y-%m-%d}"


@register.filter
def when(value: datetime | None) -> str:
    """An instant as one says it: ``today 17:05``, ``yesterday 17:40``, ``11-23 17:05``."""
    if not value:
        return NOTHING
    moment = timezone.localtime(value)
    distance = (moment.date() - timezone.localdate()).days
    sentences = {-1: _("yesterday %(time)s"), 0: _("today %(time)s"), 1: _("tomorrow %(time)s")}
    time = f"{moment:%H:%M}"
    return sentences[distance] % {"time": time} if distance in sentences else f"{short_date(moment)} {time}"


@register.filter
def from_now(value: timedelta) -> datetime:
    """The instant that lies this much ahead."""
    return timezone.now() + value


@register.filter
def due_in(value: datetime | None) -> str:
    """How a due instant presses: ``1 day overdue``, ``2 h overdue``, ``by 17:05`` (today), else its day."""
    if not value:
        return NOTHING
    moment, now = timezone.localtime(value), timezone.localtime()
    if moment < now:
        hours = int((now - moment).total_seconds() // 3600)
        return _("%(n)s h overdue") % {"n": hours} if hours < 24 else _("%(n)s d overdue") % {"n": hours // 24}
    if moment.date() == now.date():
        return _("by %(time)s") % {"time": f"{moment:%H:%M}"}
    return short_date(moment)

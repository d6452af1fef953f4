"""Due dates: what a person may write, what it means as an instant, and when it is late.

Midnight in TIME_ZONE stands for the whole day, late from the next midnight; any other time is late at its instant.
"""

import datetime
import re

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

# RFC 3339, with what people leave out: the time, the seconds, the offset. ISO 8601's week dates are not in it.
INSTANT = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.](?P<fraction>\d{1,9}))?(?P<offset>[Zz]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
# A day less at each end, so that every instant can be shown in every time zone.
EARLIEST = datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)
LATEST = datetime.datetime(9999, 12, 30, tzinfo=datetime.UTC)


def parse_instant(text: str) -> datetime.datetime:
    """Return the instant that `text` names, in UTC; without an offset it is meant in TIME_ZONE. Raises ValueError."""
    parts = INSTANT.fullmatch(text)
    if parts is None:
        raise ValueError("not an RFC 3339 date and time")
    fraction = (parts["fraction"] or "0")[:6]
    local = datetime.datetime.fromisoformat(
        f"{parts['date']}T{parts['time'] or '00:00'}{(parts['offset'] or '').upper()}"
    ).replace(microsecond=int(fraction.ljust(6, "0")))
    try:
        aware = local if local.tzinfo else timezone.make_aware(local)
        instant = aware.astimezone(datetime.UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error
    if not EARLIEST <= instant <= LATEST:
        raise ValueError("out of range")
    return instant


def start_of_day(day: datetime.date) -> datetime.datetime:
    """Return the midnight that begins `day` in TIME_ZONE; where clocks skip it, the first instant after the gap."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time())).astimezone(datetime.UTC)


def start_of_today() -> datetime.datetime:
    return start_of_day(timezone.localdate())


def is_whole_day(instant: datetime.datetime) -> bool:
    return instant == start_of_day(timezone.localdate(instant))


def in_words(instant: datetime.datetime) -> str:
    style = "DATE_FORMAT" if is_whole_day(instant) else "DATETIME_FORMAT"
    text = date_format(timezone.localtime(instant), style)
    return text.replace("1 ", "1er ", 1) if is_french() and text.startswith("1 ") else text


def is_french() -> bool:
    return (get_language() or "").startswith("fr")


def day_in_words(day: datetime.date, *, with_weekday: bool = False, with_year: bool = False) -> str:
    """Return "24 Nov" or "Tue 24 Nov", in French "24 nov." or "mar. 24 nov."; with the year where it is another one."""
    year = f" {day.year}" if with_year or day.year != timezone.localdate().year else ""
    if is_french():
        number = "1er" if day.day == 1 else str(day.day)
        weekday = f"{date_format(day, 'D').lower()}. " if with_weekday else ""
        return f"{weekday}{number} {date_format(day, 'N').lower()}{year}"
    return date_format(day, "D j M" if with_weekday else "j M") + year


def time_in_words(instant: datetime.datetime) -> str:
    """Return "17:00", in TIME_ZONE."""
    return date_format(timezone.localtime(instant), "H:i")


def relative_day(day: datetime.date) -> str:
    """Return "2 days late", "Today", "Tomorrow", a weekday up to five days ahead; "" farther on."""
    ahead = (day - timezone.localdate()).days
    if ahead < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -ahead) % {"count": -ahead}
    if ahead < 2:
        return _("Tomorrow") if ahead else _("Today")
    return date_format(day, "l").capitalize() if ahead <= 5 else ""

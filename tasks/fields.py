"""Form fields for what people type into a task, in the admin and on its page."""

import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tasks.due import is_whole_day, parse_instant
from tasks.faults import MESSAGES

NO_BREAKS = {ord("\r"): None, ord("\n"): None}


def with_line_feeds(text: str) -> str:
    """Return `text` as the row has it: browsers send CR LF for each line break (HTML, form submission)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Line(forms.CharField):
    """A text in one line. Browsers leave line breaks out of it, which alone is no change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed((initial or "").translate(NO_BREAKS), data)


class Text(forms.CharField):
    """A text of many lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"strip": False, "empty_value": None})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text and with_line_feeds(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class DueInput(forms.MultiWidget):
    """The browser's own date and time pickers; no time for a whole day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        date = forms.DateInput({"type": "date", "aria-label": _("Date")}, format="%Y-%m-%d")
        time = forms.TimeInput({"type": "time", "aria-label": _("Time")}, format="%H:%M")
        super().__init__((date, time), attrs)

    def decompress(self, value: Any) -> list[Any]:
        if not isinstance(value, datetime.datetime):
            return [None, None]
        local = timezone.localtime(value)
        return [local.date(), None if is_whole_day(value) else local.time()]


class HiddenDue(DueInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget in self.widgets:
            cast("forms.DateInput", widget).input_type = "hidden"


class DueField(forms.MultiValueField):
    """A date, and a time if one is meant; see tasks.due for what they mean."""

    widget = DueInput
    hidden_widget = HiddenDue

    def __init__(self, **kwargs: Any) -> None:
        super().__init__((forms.DateField(), forms.TimeField()), **kwargs)

    def compress(self, data_list: Any) -> datetime.datetime | None:
        date, time = data_list or (None, None)
        if date is None and time is None:
            return None
        if date is None:
            raise forms.ValidationError(_("A time needs a date."), code="incomplete")
        try:
            return parse_instant(f"{date.isoformat()}T{(time or datetime.time()).isoformat()}")
        except ValueError as error:
            raise forms.ValidationError(MESSAGES["datetime_parsing"], code="datetime_parsing") from error

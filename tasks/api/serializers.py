"""What a task may be made of, checked field by field with the names of faults that clients know."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from tasks.api.rows import TASK_KEYS
from tasks.due import parse_instant
from tasks.faults import MESSAGES
from tasks.models import Priority, Status, Task
from tasks.models.columns import ASSIGNEE_LENGTH, DESCRIPTION_LENGTH, TITLE_LENGTH
from tasks.text import TooDeep, flaws, is_storable


def fail(code: str) -> Any:
    raise ValidationError(MESSAGES[code], code=code)


def is_form(data: Any) -> bool:
    return hasattr(data, "getlist")


class StrictText(serializers.CharField):
    """Text and nothing else: DRF's own takes 5, true and 1.5 as titles. An empty text is None where null is allowed."""

    def __init__(self, *, empty_is_null: bool = False, **kwargs: Any) -> None:
        self.empty_is_null = empty_is_null
        super().__init__(**kwargs)

    def get_value(self, dictionary: Any) -> Any:
        """Return what was sent; of a form's text, what was typed: browsers send line ends as CR LF."""
        value = super().get_value(dictionary)
        if not (is_form(dictionary) and isinstance(value, str)):
            return value
        return value.replace("\r\n", "\n") or (None if self.allow_null else value)

    def run_validation(self, data: Any = serializers.empty) -> str | None:
        if data is None and not self.allow_null:
            fail("string_type")
        if data == "" and self.empty_is_null:
            return None
        if isinstance(data, str) and self.trim_whitespace and not data.strip():
            fail("string_too_short")
        text: str | None = super().run_validation(data)
        return text

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            fail("string_type")
        if not is_storable(data):
            fail("string_unicode")
        text: str = data.strip() if self.trim_whitespace else data
        return text


class StrictChoice(serializers.ChoiceField):
    def run_validation(self, data: Any = serializers.empty) -> str:
        if data is not serializers.empty and not (isinstance(data, str) and data in self.choices):
            fail("enum")
        value: str = super().run_validation(data)
        return value


class Instant(serializers.DateTimeField):
    """RFC 3339 as tasks.due reads it; written in UTC with Z."""

    def run_validation(self, data: Any = serializers.empty) -> datetime.datetime | None:
        if data is serializers.empty or data is None or (data == "" and is_form(self.root.initial_data)):
            return None if data == "" else super().run_validation(data)
        if not isinstance(data, str):
            fail("datetime_type")
        if not is_storable(data):
            fail("string_unicode")
        try:
            return parse_instant(data)
        except ValueError:
            fail("datetime_parsing")
        return None

    def to_representation(self, value: datetime.datetime) -> str:
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


OPTIONAL_TEXT: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "allow_blank": True,
    "trim_whitespace": False,
    "initial": None,
}


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A task. In a request, keys that the server sets and unknown keys are ignored."""

    title = StrictText(max_length=TITLE_LENGTH, min_length=1, label=_("Title"))
    description = StrictText(
        max_length=DESCRIPTION_LENGTH,
        label=_("Description"),
        style={"base_template": "textarea.html"},
        **OPTIONAL_TEXT,
    )
    # `default` is for the document, `initial` for the form.
    status = StrictChoice(
        choices=Status.choices, required=False, default=Status.TODO, initial=Status.TODO, label=_("Status")
    )
    priority = StrictChoice(
        choices=Priority.choices, required=False, default=Priority.MEDIUM, initial=Priority.MEDIUM, label=_("Priority")
    )
    assignee = StrictText(max_length=ASSIGNEE_LENGTH, empty_is_null=True, label=_("Assignee"), **OPTIONAL_TEXT)
    due_date = Instant(required=False, allow_null=True, label=_("Due"), style={"base_template": "instant.html"})
    created_at = Instant(read_only=True)
    updated_at = Instant(read_only=True)
    completed_at = Instant(read_only=True, allow_null=True)

    class Meta:
        model = Task
        fields = TASK_KEYS
        read_only_fields = ("id", "number")

    def to_internal_value(self, data: Any) -> Any:
        """Check the fields, and every other key and value at the gate for text: all faults at once."""
        faults = self.faults_of_text(data)
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError(faults | dict(error.detail)) from error  # type: ignore[arg-type]
        if faults:
            raise ValidationError(faults)
        return values

    def faults_of_text(self, data: Mapping[str, Any]) -> dict[str, list[ErrorDetail]]:
        writable = {field.field_name for field in self._writable_fields}
        rest = {key: value for key, value in data.items() if key not in writable}
        try:
            found = list(flaws(rest))
        except TooDeep:
            return {"": [ErrorDetail(str(MESSAGES["json_invalid"]), "json_invalid")]}
        return {str(flaw.path[0]): [ErrorDetail(str(MESSAGES[flaw.code]), flaw.code)] for flaw in found}

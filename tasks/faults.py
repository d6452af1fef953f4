"""The names of faults in what people and programs send, as FastAPI's clients know them, and their texts."""

from typing import NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "missing": _("Field required"),
    "string_type": _("Input should be a text"),
    "string_too_short": _("Text should have at least 1 character"),
    "string_too_long": _("Text is too long"),
    "string_unicode": _("Text should be Unicode without NUL characters"),
    "enum": _("Input should be one of the allowed values"),
    "datetime_parsing": _("Input should be a date and time (RFC 3339)"),
    "datetime_type": _("Input should be a text with a date and time"),
    "json_invalid": _("The body is not JSON"),
    "model_attributes_type": _("The body should be a JSON object"),
    "extra_forbidden": _("This parameter does not exist"),
    "int_parsing": _("Input should be a whole number"),
    "greater_than_equal": _("The number is too small"),
    "less_than_equal": _("The number is too large"),
    "bool_parsing": _("Input should be true or false"),
}


def refuse(code: str) -> NoReturn:
    raise ValidationError(MESSAGES[code], code=code)

"""Query parameters: every one declared, every value checked, all faults told at once."""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from rest_framework.request import Request

from tasks.api.exceptions import Unprocessable, fault
from tasks.faults import MESSAGES
from tasks.filters import ParsedField, limit, one_of


class FormatForm(forms.Form):
    format = ParsedField(parse=partial(one_of, ("json", "api")), required=False)


class PageForm(FormatForm):
    """What the pages of the change log take."""

    limit = ParsedField(parse=limit, required=False)


def checked(request: Request, form: forms.BaseForm) -> dict[str, Any]:
    """Return the parsed values of a bound form. Raises Unprocessable, for parameters it does not have too."""
    names = [name for name in request.query_params if name not in form.fields]
    faults = [fault(["query", name], "extra_forbidden") for name in names]
    for name, errors in form.errors.as_data().items():
        faults += [fault(["query", name], code_of(error), " ".join(error.messages)) for error in errors]
    if faults:
        raise Unprocessable(faults)
    return form.cleaned_data


def code_of(error: ValidationError) -> str:
    code = error.code or ""
    return code if code in MESSAGES else "string_type"

"""Asking before data goes: commands that remove say what, wait for a yes, and keep out of production."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def add_consent_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help=_("do not ask (for scripts)"))
    parser.add_argument("--force", action="store_true", help=_("do it in production as well"))


def ask_consent(question: str, options: dict[str, Any]) -> None:
    """Return when a person typed yes, or --yes was given. Raises CommandError otherwise, and in production."""
    if settings.PRODUCTION and not options["force"]:
        raise CommandError(_("ENVIRONMENT is production, and this removes data. If it is meant, add --force."))
    if options["yes"]:
        return
    try:
        answer = input(question + " " + _("Type yes to go on:") + " ")
    except EOFError:
        raise CommandError(_("There is nobody to ask here. If it is meant, add --yes.")) from None
    if answer.strip().lower() not in {"yes", _("yes")}:
        raise CommandError(_("Nothing was changed."))

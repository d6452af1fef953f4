"""manage.py createadmin: the first administrator, for hosts without a shell. Running it again changes nothing."""

import os
import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from taskflow_project.environment import text
from tasks.management.base import TaskFlowCommand

RANDOM_BYTES = 12  # 96 bits, 16 characters


class Command(TaskFlowCommand):
    help = _(
        "Make the first administrator from DJANGO_SUPERUSER_USERNAME, DJANGO_SUPERUSER_PASSWORD and"
        " DJANGO_SUPERUSER_EMAIL. An account that is there stays as it is, its password too."
    )
    needs_tables = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--random",
            action="store_true",
            help=_("where there is no administrator and no variable: make admin, with a password shown once"),
        )

    def handle(self, **options: Any) -> None:
        name, email = text("DJANGO_SUPERUSER_USERNAME"), text("DJANGO_SUPERUSER_EMAIL")
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
        if name and password:
            self.make(User(username=User.normalize_username(name), email=email), password)
        elif options["random"] and not (name or password):
            self.make_random(email, shown=options["verbosity"] > 0)
        else:
            unset = [] if name else ["DJANGO_SUPERUSER_USERNAME"]
            unset += [] if password else ["DJANGO_SUPERUSER_PASSWORD"]
            say = _("No administrator made. To have one, set %(names)s and run: manage.py createadmin")
            self.stdout.write(say % {"names": " and ".join(unset)})

    def make_random(self, email: str, *, shown: bool) -> None:
        if User.objects.filter(is_superuser=True, is_active=True).exists():
            self.stdout.write(_("There is an administrator already."))
            return
        if not shown:
            raise CommandError(_("A random password must be shown: leave -v 0 out."))
        password = secrets.token_urlsafe(RANDOM_BYTES)
        if self.make(User(username="admin", email=email), password):
            self.stdout.write(
                _("Password: %(password)s (shown this once; /admin/ changes it)") % {"password": password}
            )

    def make(self, user: User, password: str) -> bool:
        """Return whether the account was made: another process may be first. Raises CommandError for bad values."""
        if self.is_there(user):
            return False
        try:
            user.clean_fields(exclude=["password"])
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(sentences(error))) from None
        try:
            with transaction.atomic():
                get_user_model()._default_manager.create_superuser(user.username, user.email, password)
        except IntegrityError:
            return not self.is_there(user)
        self.stdout.write(_("Administrator %(name)s made.") % {"name": user.username})
        return True

    def is_there(self, user: User) -> bool:
        there = User.objects.filter(username=user.username).first()
        if there is None:
            return False
        is_admin = there.is_superuser and there.is_active
        said = _("%(name)s is there already and stays as it is.") if is_admin else NOT_AN_ADMIN
        self.stdout.write(said % {"name": user.username})
        return True


def sentences(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict"):
        return [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]
    return error.messages


NOT_AN_ADMIN = _("%(name)s is there already and stays as it is, but is no active administrator. Choose another name.")

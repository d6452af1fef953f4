"""Who may do what, decided here for API and pages alike."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tasks.api.authentication import refuse_foreign_pages


def may_use_tasks(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether `user` may read and write tasks: everybody where access is open, accounts where it is private."""
    return settings.TASKFLOW_ACCESS == "open" or user.is_authenticated


class TaskPermission(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        refuse_foreign_pages(request)
        return may_use_tasks(request.user)

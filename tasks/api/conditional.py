"""Conditional requests (RFC 9110, 13): what a client's If-Match and If-None-Match say about one task."""

from uuid import UUID

from django.utils.http import parse_etags
from rest_framework.request import Request

from tasks.api.exceptions import PreconditionFailed
from tasks.models import Task


def is_known(request: Request, etag: str) -> bool:
    """Whether the client has this JSON (weak comparison). A page also shows who is signed in, which no tag knows."""
    if request.accepted_renderer.format != "json":
        return False
    known = [tag.removeprefix("W/") for tag in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))]
    return etag in known or known == ["*"]


def version_to_write(request: Request, task_id: UUID) -> int | None:
    """Return the version that If-Match allows to change, if any. Raises PreconditionFailed, and Task.DoesNotExist."""
    if "HTTP_IF_MATCH" not in request.META:
        return None
    known = parse_etags(request.META["HTTP_IF_MATCH"])
    task = Task.objects.only("version", "updated_at").get(pk=task_id)
    if known == ["*"]:
        return None
    if task.etag not in known:
        raise PreconditionFailed
    return task.version

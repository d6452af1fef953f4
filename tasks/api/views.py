"""The REST API: each view checks what came in, asks a question or calls a verb, and hands rows on."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from tasks.api import schema
from tasks.api.conditional import is_known, version_to_write
from tasks.api.exceptions import Conflict, TaskNotFound, Unprocessable, fault
from tasks.api.feed import FeedForm, HistoryForm, feed_page, history_page, position_of
from tasks.api.pagination import next_address
from tasks.api.query import FormatForm, checked
from tasks.api.rows import CHANGE_KEYS, change_rows, task_row, task_rows
from tasks.api.serializers import TaskSerializer
from tasks.filters import MAX_LIMIT, TaskFilter
from tasks.models import Actor, Change, Position, Source, Task
from tasks.models.position import START

HTML_LIMIT = 100  # rows on a page for people who did not ask for another number


def actor_of(request: Request) -> Actor:
    return Actor(Source.API, request.user if request.user.is_authenticated else None)


def paged(request: Request, rows: Sequence[Any], **next_page: str) -> Response:
    """Return `rows`; where `next_page` has a parameter, with the address of the next page."""
    response = Response(rows)
    if next_page:
        address = next_address(request, **next_page)
        response["Link"] = f'<{address}>; rel="next"'
        response.next_page = address  # type: ignore[attr-defined]
    return response


def limit_of(request: Request, query: Mapping[str, Any]) -> int:
    asked: int | None = query["limit"]
    return asked or (HTML_LIMIT if request.accepted_renderer.format == "api" else MAX_LIMIT)


@schema.TASKS
class TaskViewSet(GenericViewSet[Task]):
    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    lookup_value_regex = "[^/]+"

    def list(self, request: Request) -> Response:
        """The tasks, newest first, filtered by the query."""
        found = self.filterset()
        query = checked(request, found.form)
        limit = limit_of(request, query)
        rows = query["order"].page(task_rows(found.qs), query["after"], limit + 1)
        more = {"cursor": query["order"].cursor(rows[limit - 1])} if len(rows) > limit else {}
        return paged(request, rows[:limit], **more)

    def filterset(self) -> TaskFilter:
        return TaskFilter(self.request.query_params, self.get_queryset())

    def create(self, request: Request) -> Response:
        """A new task."""
        task = Task.objects.create_task(by=actor_of(request), **self.body(partial=False))
        headers = {"Location": f"/tasks/{task.pk}", "ETag": task.etag}
        return Response(task_row(task), status.HTTP_201_CREATED, headers=headers)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One task."""
        try:
            task = Task.objects.get(pk=self.task_id())
        except Task.DoesNotExist:
            self.not_found()
        if is_known(request, task.etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": task.etag})
        return self.single(task)

    def update(self, request: Request, pk: str) -> Response:
        """Change the keys that the body names, and no other."""
        fields = self.body(partial=True)
        try:
            task = Task(pk=self.task_id())
            return self.single(task.change(by=actor_of(request), if_version=self.condition(), **fields))
        except Task.DoesNotExist:
            self.not_found()

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the keys that the body names, and no other."""
        return self.update(request, pk)

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete the task. It can be restored."""
        try:
            Task(pk=self.task_id()).remove(by=actor_of(request), if_version=self.condition())
        except Task.DoesNotExist:
            self.not_found()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=False, pagination_class=None, filter_backends=[])
    def stats(self, request: Request) -> Response:
        """How many tasks each status has, in board order."""
        checked(request, FormatForm(request.query_params))
        return Response(Task.objects.counts())

    @action(detail=True)
    def changes(self, request: Request, pk: str) -> Response:
        """What happened to the task, newest first; also when it is deleted."""
        query = checked(request, HistoryForm(request.query_params))
        limit = limit_of(request, query)
        history = Change.objects.of_task(self.task_id())
        rows = list(change_rows(history_page(history, query["cursor"], limit + 1)))
        if not rows and not history.exists():
            self.not_found()
        more = {"cursor": Position(0, rows[limit - 1]["id"]).packed()} if len(rows) > limit else {}
        return paged(request, rows[:limit], **more)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring a deleted task back."""
        task_id = self.task_id()
        if Task.objects.filter(pk=task_id).exists():
            raise Conflict
        try:
            return self.single(Task.objects.restore(task_id, by=actor_of(request)))
        except Task.DoesNotExist:
            self.not_found()

    # --- what the routes share --------------------------------------------------------------------------------------
    def single(self, task: Task) -> Response:
        response = Response(task_row(task), headers={"ETag": task.etag})
        response.task = task  # type: ignore[attr-defined]  # for the browsable form
        return response

    def task_id(self) -> uuid.UUID:
        """Return the id in the address. Raises TaskNotFound where it is not written as one."""
        text = self.kwargs["pk"]
        try:
            task_id = uuid.UUID(text)
        except ValueError:
            self.not_found()
        if str(task_id) != text.lower():
            self.not_found()
        return task_id

    def not_found(self) -> NoReturn:
        raise TaskNotFound(self.kwargs["pk"])

    def condition(self) -> int | None:
        return version_to_write(self.request, self.task_id())

    def body(self, *, partial: bool) -> dict[str, Any]:
        """Return the checked fields of the body. Raises Unprocessable."""
        if self.request.META.get("CONTENT_LENGTH") in (None, "", "0"):
            raise Unprocessable([fault(["body"], "missing")])
        serializer = self.get_serializer(data=self.request.data, partial=partial)
        if serializer.is_valid():
            fields: dict[str, Any] = serializer.validated_data
            return fields
        faults = [
            fault(["body", name] if name else ["body"], detail.code, detail)
            for name, details in dict(serializer.errors).items()
            for detail in details
        ]
        raise Unprocessable(faults, serializer)


@schema.CHANGES
class ChangesView(APIView):
    def get(self, request: Request) -> Response:
        """Everything that happened, oldest first. The next link goes on where this answer ends, even an empty one."""
        query = checked(request, FeedForm(request.query_params))
        limit = limit_of(request, query)
        rows = list(feed_page(query["after"], limit).values("transaction", *CHANGE_KEYS))
        last = (position_of(rows[-1]) if rows else query["after"] or START).packed()
        etag = f'"{last}"'
        if is_known(request, etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        shown = [{key: row[key] for key in CHANGE_KEYS} for row in rows]
        response = paged(request, shown, after=last)
        response["ETag"] = etag
        return response

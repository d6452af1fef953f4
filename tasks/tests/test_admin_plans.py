"""The admin's lists with many tasks: EXPLAIN says on both databases that none of them sorts or reads the table."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tasks.models import Task
from tasks.models.queryset import NEXT_NAMES
from tasks.tests.admin_pages import LIST, LOG
from tasks.tests.test_indexes import Plans, many_tasks

__all__ = ["many_tasks"]
pytestmark = pytest.mark.django_db

PAGES = {
    "": "task_created",
    "?p=60": "task_created",
    "?o=-1": "tasks",  # the unique index of the number has a name that Django makes
    "?o=2": "task_title",
    "?o=-2": "task_title",
    "?o=-4": "task_priority",
    "?o=6": "task_due",
    "?o=-6": "task_due",
    "?o=-7": "task_updated",
    "?status=todo": "task_status_created",
    "?priority=high": "task_created",
    "?assignee=person+7": "task_assignee_created",
    "?assignee=": "task_",
    "?due=overdue": "task_open_due",
    "?due=today": "task_due",
    "?due=week": "task_due",
    "?due=none": "task_due",
    "?created=month": "task_created",
    "?status=todo&assignee=person+7": "task_",
}


class PlansOfPages(Plans):
    """The plans of what fetches the rows of a page."""

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        if "ORDER BY" in sql and ('FROM "tasks"' in sql or 'FROM "tasks_change"' in sql):
            return super().__call__(execute, sql, *rest)
        return execute(sql, *rest)


def plans_of(desk: Client, address: str) -> list[str]:
    collected = PlansOfPages()
    with connection.execute_wrapper(collected):
        assert desk.get(address).status_code == 200
    return collected.plans


@pytest.mark.usefixtures("many_tasks")
def test_every_order_and_filter_of_the_list_is_an_index(desk: Client) -> None:
    for query, index in PAGES.items():
        for plan in plans_of(desk, LIST + query) or pytest.fail(query):
            assert "TEMP B-TREE" not in plan, (query, plan)
            assert "Sort" not in plan, (query, plan)
            assert "Seq Scan" not in plan, (query, plan)
            assert index in plan, (query, plan)


@pytest.mark.usefixtures("many_tasks")
def test_the_log_and_a_history_are_an_index(desk: Client) -> None:
    task = Task.objects.all()[0]
    addresses = (LOG, f"{LOG}?action=created", f"{LOG}?q=%23{task.number}", f"{LIST}{task.pk}/history/")
    for address in addresses:
        for plan in plans_of(desk, address) or pytest.fail(address):
            assert "TEMP B-TREE" not in plan, (address, plan)
            assert "Sort" not in plan, (address, plan)
            assert "Seq Scan" not in plan, (address, plan)


@pytest.mark.usefixtures("many_tasks")
def test_the_assignees_are_steps_on_an_index() -> None:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {NEXT_NAMES}", [10])
        lines = [str(row[-1]) for row in cursor.fetchall()]
    steps = [line for line in lines if " tasks" in line]
    assert steps
    assert all("task_assignee_created" in line for line in steps), lines
    assert len(Task.objects.assignees(10)) == 10

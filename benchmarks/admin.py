"""How long the admin's pages take: python -m benchmarks.admin [--rows 1000000] [sqlite] [postgresql]

Makes a scratch database of each kind, fills it through the bulk verb and prints the median of each page in
milliseconds: the whole request inside the server, middleware and templates included, without the network.
With --here it measures the database that DATABASE_URL names, and fills it only when it holds no task.
"""

from benchmarks.measuring import milliseconds, on_each, prepare, tell


def pages() -> dict[str, str]:
    from tasks.admin.pages import MOST
    from tasks.admin.tasks import TaskAdmin
    from tasks.models import Task

    task = Task.objects.order_by("-number")[0]
    tasks = "/admin/tasks/task/"
    return {
        "list": tasks,
        "list, last page": f"{tasks}?p={min(Task.objects.count(), MOST) // TaskAdmin.list_per_page}",
        "list by due": f"{tasks}?o=6",
        "list by priority, highest first": f"{tasks}?o=-4",
        "list by title": f"{tasks}?o=2",
        "status to do": f"{tasks}?status=todo",
        "priority high": f"{tasks}?priority=high",
        "assignee": f"{tasks}?assignee=Eva+D",
        "assignee nobody": f"{tasks}?assignee=",
        "overdue": f"{tasks}?due=overdue",
        "due today": f"{tasks}?due=today",
        "due this week": f"{tasks}?due=week",
        "without due date": f"{tasks}?due=none",
        "created today": f"{tasks}?created=today",
        "status, priority and assignee": f"{tasks}?status=in_progress&priority=low&assignee=Eva+D",
        "search #number": f"{tasks}?q=%23{task.number // 2}",
        "search number": f"{tasks}?q={task.number // 2}",
        "search a word that many have": f"{tasks}?q=garden",
        "search a word that none has": f"{tasks}?q=zebra",
        "form": f"{tasks}{task.pk}/change/",
        "history": f"{tasks}{task.pk}/history/",
        "change log": "/admin/tasks/change/",
        "change log, deleted": "/admin/tasks/change/?action=deleted",
        "change log of a task": f"/admin/tasks/change/?q=%23{task.number}",
        "index": "/admin/",
    }


def measure(rows: int) -> None:
    client = prepare(rows)
    for name, address in pages().items():
        tell(name, milliseconds(lambda address=address: client.get(address)))


if __name__ == "__main__":
    on_each("benchmarks.admin", __doc__, measure, {"sqlite": 1_000_000, "postgresql": 1_000_000})

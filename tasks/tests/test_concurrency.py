"""Many at once, in real threads on real connections: nothing lost, nothing twice, nothing skipped."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from rest_framework.test import APIClient

from tasks.models import Change, Number, Stale, Task
from tasks.tests.conftest import BY
from tasks.tests.test_changes import rebuilt, table_now, whole_feed
from tasks.tests.test_paging import next_of

pytestmark = pytest.mark.django_db(transaction=True)
Maker = Callable[..., Task]
THREADS = 8


@pytest.fixture
def at_once() -> Iterator[Callable[..., list[Any]]]:
    """Run one function in many threads that start together; return what they returned."""

    def run(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
        barrier = threading.Barrier(threads)

        def one(number: int) -> Any:
            try:
                barrier.wait(timeout=10)
                return work(number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(one, range(threads)))

    yield run
    connection.close()


AtOnce = Callable[..., list[Any]]


def test_of_many_who_edit_one_field_one_is_written_and_the_others_see_it(at_once: AtOnce, make_task: Maker) -> None:
    task = make_task("Old")

    def save(number: int) -> int:
        form = {"title": f"Title {number}", "was_title": "Old"}
        return Client(headers={"Accept": "text/html"}).post(f"/t/{task.number}/edit", form).status_code

    assert sorted(at_once(save)) == [303, *[409] * (THREADS - 1)]
    assert Change.objects.count() == 2


def test_different_fields_saved_at_once_are_all_kept(at_once: AtOnce, make_task: Maker) -> None:
    task = make_task()
    fields = [
        {"title": "new title"},
        {"description": "new text"},
        {"priority": "high"},
        {"assignee": "alice"},
    ]

    def save(number: int) -> int:
        answer = APIClient().patch(f"/tasks/{task.pk}", fields[number])
        return answer.status_code

    assert at_once(save, 4) == [200] * 4
    task.refresh_from_db()
    for field in fields:
        for key, value in field.items():
            assert getattr(task, key) == value
    assert task.version == 5
    assert Change.objects.count() == 5


def test_two_with_the_same_etag_cannot_both_win(at_once: AtOnce, make_task: Maker) -> None:
    task = make_task()

    def save(number: int) -> int:
        headers = {"If-Match": task.etag}
        return APIClient().put(f"/tasks/{task.pk}", {"title": f"by {number}"}, headers=headers).status_code

    assert sorted(at_once(save)) == [200] + [412] * (THREADS - 1)
    task.refresh_from_db()
    assert task.version == 2


def test_every_increment_of_the_version_is_one_logged_change(at_once: AtOnce, make_task: Maker) -> None:
    task = make_task()

    def save(number: int) -> None:
        for turn in range(5):
            Task(pk=task.pk).change(by=BY, title=f"{number}-{turn}")

    at_once(save)
    task.refresh_from_db()
    assert task.version == 1 + THREADS * 5 == Change.objects.count()
    titles = [change.fields["title"] for change in Change.objects.of_task(task.pk)]
    assert all(newer[0] == older[1] for newer, older in pairwise(titles))


def test_a_task_is_deleted_once(at_once: AtOnce, make_task: Maker) -> None:
    task = make_task()
    answers = at_once(lambda _n: APIClient().delete(f"/tasks/{task.pk}").status_code)
    assert sorted(answers) == [204] + [404] * (THREADS - 1)
    restored = at_once(lambda _n: APIClient().post(f"/tasks/{task.pk}/restore").status_code)
    assert sorted(restored) == [200] + [409] * (THREADS - 1)
    assert [change.action for change in Change.objects.of_task(task.pk)] == ["restored", "deleted", "created"]


def test_numbers_are_handed_out_once(at_once: AtOnce) -> None:
    taken = at_once(lambda number: [n for _turn in range(5) for n in Number.take(number + 1)])
    numbers = [n for some in taken for n in some]
    assert len(set(numbers)) == len(numbers) == sum(range(1, THREADS + 1)) * 5
    assert all(list(some) == sorted(some) for some in taken)


def test_a_number_is_not_reused(make_task: Maker) -> None:
    last = make_task()
    last.remove(by=BY)
    assert make_task().number > last.number


def test_bulk_writers_on_the_same_tasks_wait_for_each_other(at_once: AtOnce) -> None:
    Task.objects.create_tasks([{"title": str(i)} for i in range(50)], by=BY)

    def work(number: int) -> int:
        return Task.objects.change_all(by=BY, assignee=f"by {number}").changed

    assert at_once(work) == [50] * THREADS
    assert Change.objects.filter(action="changed").count() == 50 * THREADS
    assert set(Task.objects.values_list("version", flat=True)) == {1 + THREADS}


def test_a_reader_rebuilds_the_table_from_the_feed_while_eight_write(at_once: AtOnce) -> None:
    done = threading.Event()
    fed: list[dict[str, Any]] = []

    def follow() -> None:
        client, address = APIClient(), "/changes?limit=50"
        try:
            while True:
                last_round = done.is_set()
                answer = client.get(address)
                fed.extend(answer.json())
                address = next_of(answer) or address
                if last_round and len(fed) >= Change.objects.count():
                    return
        finally:
            connections.close_all()

    def write(number: int) -> None:
        client = APIClient()
        for turn in range(12):
            address = client.post("/tasks", {"title": f"{number}-{turn}"})["Location"]
            client.patch(address, {"status": "done"})
            if turn % 3 == 0:
                client.delete(address)
            if turn % 6 == 0:
                client.post(f"{address}/restore")

    reader = threading.Thread(target=follow)
    reader.start()
    at_once(write)
    done.set()
    reader.join(timeout=60)
    ids = [change["id"] for change in fed]
    assert len(ids) == len(set(ids)) == Change.objects.count() == THREADS * (12 * 2 + 4 + 2)
    assert rebuilt(fed) == table_now()


def test_a_verb_that_fails_leaves_neither_row_nor_log(make_task: Maker) -> None:
    task = make_task()
    with pytest.raises(Stale):
        task.remove(by=BY, if_version=7)
    with pytest.raises(TypeError, match="version"):
        task.change(by=BY, version=7)
    assert Task.objects.count() == Change.objects.count() == 1


def test_the_feed_has_a_tasks_changes_in_their_order_though_a_bulk_write_began_before_another(
    at_once: AtOnce, make_task: Maker, client: APIClient
) -> None:
    first, second = make_task(), make_task()
    with transaction.atomic():  # gets its transaction id here, before the other writer gets one
        first.change(by=BY, priority="high")
        if connection.vendor == "postgresql":
            at_once(lambda _n: Task(pk=second.pk).change(by=BY, status="done"), 1)
        Task(pk=second.pk).change(by=BY, status="in_progress")
    assert rebuilt(whole_feed(client)) == table_now()


@pytest.mark.parametrize("ranks", ["apart", "alike"])
def test_cards_moved_at_once_end_in_one_order_that_the_log_tells(
    at_once: AtOnce, client: APIClient, ranks: str
) -> None:
    made = Task.objects.create_tasks([{"title": f"{n}"} for n in range(40)], by=BY)
    if ranks == "alike":
        Task.objects.all().change_all(by=BY, rank=made[0]["rank"])
    keys = [columns["id"] for columns in made]
    resting = Task.objects.filter(pk__in=keys[16:]).in_column("todo")
    before = list(resting)

    def move(number: int) -> None:
        for turn in range(10):
            task = Task(pk=keys[(number * 5 + turn) % 16])
            status = "in_progress" if (number + turn) % 7 == 0 else "todo"
            task.move(by=BY, status=status, after=keys[20], before=keys[21], place="up" if turn % 5 == 4 else None)

    at_once(move)
    assert rebuilt(whole_feed(client)) == table_now()
    assert list(resting.all()) == before
    assert Task.objects.in_column("todo").count() + Task.objects.in_column("in_progress").count() == 40
    assert Change.objects.filter(action="moved", batch=None).exists()


def test_what_is_undone_by_many_at_once_is_undone_once(at_once: AtOnce, client: APIClient) -> None:
    made = Task.objects.create_tasks([{"title": f"{n}"} for n in range(20)], by=BY)
    Task.objects.all().change_all(by=BY, status="done")
    Task.objects.filter(title__lt="15").remove_all(by=BY)
    ids = Change.objects.last_of([columns["id"] for columns in made])
    late: list[Stale] = []

    def undo(_number: int) -> int:
        try:
            return len(Task.objects.undo(ids, by=BY))
        except Stale as error:
            late.append(error)
            return 0

    assert sorted(at_once(undo)) == [0] * (THREADS - 1) + [20]
    assert len(late) == THREADS - 1
    assert Task.objects.count() == 20
    assert rebuilt(whole_feed(client)) == table_now()


@pytest.mark.postgresql  # SQLite has one writer at a time
def test_a_restore_never_brings_back_what_was_before_a_later_deletion(at_once: AtOnce, make_task: Maker) -> None:
    task = make_task("old")
    task.remove(by=BY)
    late: list[Any] = []

    def restore(_number: int) -> None:
        try:
            Task.objects.restore(task.pk, by=BY)
        except IntegrityError as error:
            late.append(error)

    with transaction.atomic():
        again = Task.objects.restore(task.pk, by=BY)
        again.change(by=BY, title="new")
        again.remove(by=BY)
        other = threading.Thread(target=at_once, args=(restore, 1))
        other.start()
        wait_until_locked()
    other.join(timeout=10)
    assert len(late) == 1
    assert Task.objects.restore(task.pk, by=BY).title == "new"


def wait_until_locked() -> None:
    """Return when somebody waits for this connection."""
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.rowcount:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")

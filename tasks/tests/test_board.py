"""The board as a browser without scripts gets it: columns, cards, filters in the address, pages, and who may see it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tasks.models import Change, Source, Task
from tasks.tests.conftest import BY, statements
from tasks.tests.task_pages import HTML

XSS = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"&{{7*7}}"
NUMBER = re.compile(r'class="number">#(\d+)<')


def numbers(html: str, status: str) -> list[int]:
    """Return the numbers of a column's cards, from its top."""
    _before, _name, rest = html.partition(f'data-cards="{status}"')
    return [int(number) for number in NUMBER.findall(rest.partition("</ol>")[0])]


def board(client: Client, query: str = "") -> str:
    response = client.get(f"/{query}")
    assert response.status_code == 200
    return response.content.decode()


# --- Who gets it ------------------------------------------------------------------------------------------------------
def test_a_browser_gets_the_board_and_a_program_the_root_of_the_api(person: Client) -> None:
    assert "data-live" in board(person)
    assert Client().get("/").json()["message"] == "Welcome to TaskFlow API"


@pytest.mark.parametrize("path", ["/", "/board/todo", "/live"])
def test_stranger_signs_in_first_where_access_is_private(person: Client, settings: Any, path: str) -> None:
    settings.TASKFLOW_ACCESS = "private"
    response = person.get(path)
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize("path", ["/undo", "/t/1/move", "/t/1/delete"])
def test_stranger_writes_nothing_where_access_is_private(
    person: Client, settings: Any, make_task: Callable[..., Task], path: str
) -> None:
    settings.TASKFLOW_ACCESS = "private"
    make_task()
    assert person.post(path, {"status": "done", "change": "1"}).status_code == 401
    assert Change.objects.count() == 1


def test_a_part_of_the_page_never_becomes_the_sign_in_page(scripted: Client, settings: Any) -> None:
    settings.TASKFLOW_ACCESS = "private"
    assert scripted.get("/").status_code == 401


@pytest.mark.parametrize("path", ["/add", "/undo", "/preferences", "/t/{0}/edit", "/t/{0}/move", "/t/{0}/delete"])
def test_forms_without_a_token_are_refused(make_task: Callable[..., Task], path: str) -> None:
    task = make_task()
    person = Client(enforce_csrf_checks=True, headers=HTML)
    fields = {"status": "done", "change": "1", "text": "x", "title": "x", "theme": "dark"}
    assert person.post(path.format(task.number), fields).status_code == 403
    assert Change.objects.count() == 1


def test_every_address_of_a_form_is_in_the_test_above(make_task: Callable[..., Task]) -> None:
    task, person = make_task(), Client(headers=HTML)
    pages = [board(person), board(person, "?compose=todo"), person.get(f"/t/{task.number}").content.decode()]
    forms = {address for page in pages for address in re.findall(r'(?:<form[^>]* |form)action="([^"?]+)', page)}
    known = {"/add", "/undo", "/preferences", *(f"/t/{task.number}/{verb}" for verb in ("edit", "move", "delete"))}
    assert forms - {"/", "/sign-out"} <= known


# --- Columns and cards ------------------------------------------------------------------------------------------------
def test_new_tasks_come_on_top_and_done_goes_by_its_time(person: Client, make_task: Callable[..., Task]) -> None:
    first, second, third = make_task("One"), make_task("Two"), make_task("Three")
    html = board(person)
    assert numbers(html, "todo") == [third.number, second.number, first.number]
    third.change(by=BY, status="done")
    first.change(by=BY, status="done")
    assert numbers(board(person), "done") == [first.number, third.number]


def test_card_says_when_a_task_is_late_and_whose_it_is(person: Client, make_task: Callable[..., Task]) -> None:
    make_task("Fix login", assignee="Alice Martin", due_date="2020-01-01", priority="high")
    html = board(person)
    assert re.search(r"[\d,]+ days late", html)
    assert ">AM</span>" in html
    assert "Assigned to Alice Martin" in html
    assert 'aria-label="Priority: High"' in html


def test_what_was_typed_is_shown_as_typed(person: Client, make_task: Callable[..., Task]) -> None:
    make_task(XSS, assignee=XSS[:100])
    for html in (board(person), board(person, "?q=script"), board(person, "?assignee=" + XSS[:20])):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in board(person)


def test_the_board_reads_as_much_for_forty_tasks_as_for_three(person: Client, make_task: Callable[..., Task]) -> None:
    for number in range(3):
        make_task(f"Task {number}")
    few = statements(lambda: board(person))
    for number in range(37):
        make_task(f"More {number}", assignee="alice")
    assert statements(lambda: board(person)) == few == 7


# --- Pages of a column ------------------------------------------------------------------------------------------------
def test_a_column_shows_fifty_and_its_pages_every_task_once(person: Client, db: None) -> None:
    Task.objects.create_tasks([{"title": f"Task {number}"} for number in range(120)], by=BY)
    html = board(person)
    seen = numbers(html, "todo")
    assert len(seen) == 50
    while found := re.search(r'href="(/board/todo[^"]+)"', html):
        html = person.get(found[1].replace("&amp;", "&")).content.decode()
        seen += [int(number) for number in NUMBER.findall(html)]
    assert seen == list(range(seen[0], seen[0] + 120))


def test_done_shows_five_and_how_many_are_older(person: Client, db: None) -> None:
    Task.objects.create_tasks([{"title": f"Task {number}", "status": "done"} for number in range(60)], by=BY)
    html = board(person)
    assert len(numbers(html, "done")) == 5
    assert "Show 55 older" in html


def test_more_cards_keep_the_filters_and_come_alone_to_scripts(scripted: Client, db: None) -> None:
    Task.objects.create_tasks([{"title": f"Task {number}", "assignee": "zoé"} for number in range(60)], by=BY)
    html = board(scripted, "?assignee=zoé")
    address = re.findall(r'hx-get="(/board/todo[^"]+)"', html)[0].replace("&amp;", "&")
    assert "assignee=zo%C3%A9" in address
    more = scripted.get(address).content.decode()
    assert "<html" not in more
    assert len(NUMBER.findall(more)) == 10


@pytest.mark.parametrize("path", ["/board/todo?after=nonsense", "/board/todo?after=", "/board/gone", "/board/todo?x=1"])
def test_a_place_or_column_that_is_none_is_no_server_error(person: Client, path: str) -> None:
    assert person.get(path).status_code == (200 if path.endswith("after=") else 404)


def test_thousands_are_counted_only_up_to_a_thousand(person: Client, db: None) -> None:
    Task.objects.create_tasks([{"title": "Same"}] * 1001, by=BY)
    html = board(person)
    assert "1,000+" in html
    assert "more than 1,000 tasks" in html


# --- Filters in the address -------------------------------------------------------------------------------------------
def test_filters_mean_what_they_mean_in_the_api(person: Client, make_task: Callable[..., Task]) -> None:
    login = make_task("Fix login", assignee="alice", priority="high", due_date="2020-01-01")
    chairs = make_task("Order chairs")
    for query in ("?q=login", "?assignee=alice", "?priority=high,low", "?overdue=true", "?due_before=2021-01-01"):
        assert numbers(board(person, query), "todo") == [login.number], query
        api = Client().get(f"/tasks{query}").json()
        assert [task["number"] for task in api] == [login.number], query
    assert numbers(board(person, "?assignee="), "todo") == [chairs.number]


def test_empty_fields_of_the_form_filter_nothing(person: Client, make_task: Callable[..., Task]) -> None:
    task = make_task()
    assert numbers(board(person, "?q=&status="), "todo") == [task.number]


@pytest.mark.parametrize(
    "query", ["?overdue=maybe", "?colour=red", "?status=later", "?ordering=title", "?q=" + "x" * 201]
)
def test_a_filter_that_is_none_is_said_and_shows_no_tasks(
    person: Client, make_task: Callable[..., Task], query: str
) -> None:
    make_task("Order chairs")
    response = person.get(f"/{query}")
    assert response.status_code == 422
    assert "Order chairs" not in response.content.decode()
    assert "Clear filters" in response.content.decode()


def test_no_match_names_the_filters_and_counts_what_they_hide(person: Client, make_task: Callable[..., Task]) -> None:
    make_task()
    make_task()
    html = " ".join(board(person, "?q=invoice&priority=high").split())
    assert "No task matches “invoice” and High" in html
    assert "2 tasks are hidden by 2 filters." in html


def test_each_filter_that_is_set_has_a_link_without_it(person: Client, make_task: Callable[..., Task]) -> None:
    make_task("Fix login", assignee="Martin, Alice", priority="high")
    html = board(person, "?assignee=Martin%2C+Alice&priority=high,low")
    assert 'href="/?assignee=Martin,%20Alice&amp;priority=low" hx-get' in html
    assert 'href="/?priority=high,low" hx-get' in html


def test_scripts_get_the_board_and_what_shows_its_filters_alone(
    scripted: Client, make_task: Callable[..., Task]
) -> None:
    make_task()
    response = scripted.get("/?q=login")
    html = response.content.decode()
    assert html.lstrip().startswith('<div class="board" id="board" tabindex="-1" data-address="/?q=login"')
    assert {'id="filters" hx-swap-oob', 'id="total" data-count="all" hx-swap-oob'} <= {
        part for part in ('id="filters" hx-swap-oob', 'id="total" data-count="all" hx-swap-oob') if part in html
    }
    assert "<html" not in html
    assert "HX-Request" in response["Vary"]


def test_first_run_is_shown_until_there_is_a_task_or_it_is_hidden(
    person: Client, make_task: Callable[..., Task]
) -> None:
    assert "Add your first task" in board(person)
    assert "Add your first task" not in board(person, "?q=x")
    person.cookies["taskflow_first_run"] = "hidden"
    assert "Add your first task" not in board(person)
    assert "Show the first steps" in board(person)
    del person.cookies["taskflow_first_run"]
    make_task()
    assert "Add your first task" not in board(person)


def test_my_tasks_are_those_of_whoever_is_signed_in(person: Client, make_task: Callable[..., Task]) -> None:
    person.force_login(User.objects.create(username="ana+bo@example.org"))
    mine = make_task(assignee="ana+bo@example.org")
    make_task()
    address = re.search(r'href="/(\?assignee=[^"]+)"', board(person))
    assert address
    assert numbers(board(person, address[1]), "todo") == [mine.number]


# --- Writing without scripts ------------------------------------------------------------------------------------------
def test_status_button_moves_a_task_on_and_comes_back_with_undo(
    person: Client, make_task: Callable[..., Task], alice: User
) -> None:
    task = make_task()
    person.force_login(alice)
    response = person.post(
        f"/t/{task.number}/move", {"status": "in_progress"}, headers={"Referer": "http://testserver/?q=fix"}
    )
    assert (response.status_code, response["Location"]) == (303, "http://testserver/?q=fix")
    change = Change.objects.latest("id")
    assert (change.source, change.actor) == (Source.BOARD, "alice")
    html = board(person)
    assert f"#{task.number} moved to In progress" in html
    assert f'name="change" value="{change.pk}"' in html
    person.post("/undo", {"change": change.pk})
    task.refresh_from_db()
    assert task.status == "todo"


def test_a_foreign_page_is_never_gone_back_to(person: Client, make_task: Callable[..., Task]) -> None:
    task = make_task()
    for headers, data in (({"Referer": "https://evil.example.org/"}, {}), ({}, {"next": "//evil.example.org"})):
        response = person.post(f"/t/{task.number}/move", {"status": "done"} | data, headers=headers)
        assert response["Location"] == "/"


def test_deleted_task_comes_back_with_its_number_and_history(person: Client, make_task: Callable[..., Task]) -> None:
    task = make_task()
    person.post(f"/t/{task.pk}/delete")
    assert not Task.objects.exists()
    person.post("/undo", {"change": Change.objects.latest("id").pk})
    assert Task.objects.get() == task
    assert Change.objects.of_task(task.pk).count() == 3


@pytest.mark.parametrize("key", ["0", "99", "x", "9" * 30, "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize("action", ["move", "delete"])
def test_task_that_is_not_there_is_said_so(scripted: Client, key: str, action: str) -> None:
    response = scripted.post(f"/t/{key}/{action}", {"status": "done"})
    assert response.status_code == 404
    assert "data-problem" in response.content.decode()


@pytest.mark.parametrize(
    "data", [{"status": "later"}, {"place": "middle"}, {"was": "x", "status": "done"}, {"status": "done", "after": "x"}]
)
def test_a_move_that_is_none_is_refused_or_its_nonsense_ignored(
    scripted: Client, make_task: Callable[..., Task], data: dict[str, str]
) -> None:
    task = make_task()
    response = scripted.post(f"/t/{task.number}/move", data)
    assert response.status_code == (200 if "after" in data else 400)


@pytest.mark.parametrize("ids", [[], ["x"], ["0"], ["999999"], ["9" * 30], ["1"] * 1001])
def test_undo_of_what_is_not_there_changes_nothing(
    scripted: Client, make_task: Callable[..., Task], ids: list[str]
) -> None:
    make_task()
    assert scripted.post("/undo", {"change": ids}).status_code in {400, 409}
    assert Task.objects.count() == 1


# --- Writing with scripts ---------------------------------------------------------------------------------------------
def test_move_answers_the_card_the_counts_and_its_undo(scripted: Client, make_task: Callable[..., Task]) -> None:
    task = make_task()
    html = scripted.post(f"/t/{task.number}/move", {"status": "done", "was": "todo"}).content.decode()
    change = Change.objects.latest("id")
    assert f'id="card-{task.pk}"' in html
    assert '<li data-count="done">1</li>' in html
    assert f'data-undo="{change.pk}"' in html
    assert f"#{task.number} moved to Done" in html


def test_move_out_of_the_filter_says_that_the_card_is_gone(db: None, make_task: Callable[..., Task]) -> None:
    task = make_task()
    client = Client(headers=HTML | {"HX-Request": "true", "HX-Current-URL": "http://testserver/?status=todo"})
    html = client.post(f"/t/{task.number}/move", {"status": "done"}).content.decode()
    assert f'<li data-id="{task.pk}"></li>' in html
    assert f'id="card-{task.pk}"' not in html


def test_move_that_somebody_was_before_is_refused_and_offered_again(
    scripted: Client, make_task: Callable[..., Task], alice: User
) -> None:
    task = make_task()
    other = Client()
    other.force_login(alice)
    other.post(f"/t/{task.number}/move", {"status": "done"})
    response = scripted.post(f"/t/{task.number}/move", {"status": "in_progress", "was": "todo"})
    assert response.status_code == 409
    html = response.content.decode()
    assert f"alice moved #{task.number} to Done in the meantime." in html
    assert "Move to In progress all the same" in html
    assert Task.objects.get().status == "done"

"""Adding tasks on the board: what is sent becomes tasks or a sentence, and what is typed is understood."""

import datetime
import html
import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tasks.due import start_of_day
from tasks.models import Change, Source, Status, Task
from tasks.models.number import Number
from tasks.tests.conftest import statements

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}


@pytest.fixture
def scripted(db: None) -> Client:
    """A browser with scripts, signed in as nobody."""
    return Client(headers=HTMX)


@pytest.fixture
def plain(db: None) -> Client:
    """A browser without scripts."""
    return Client(headers={"Accept": "text/html", "Referer": "http://testserver/?compose=todo"})


def add(client: Client, text: str, **more: str) -> Any:
    return client.post("/add", {"text": text, **more})


def said(response: Any, mark: str) -> str:
    """Return the text of the element with the attribute `mark`, "" where there is none."""
    found = re.search(rf"<(\w+)[^>]*{mark}[^>]*>(.*?)</\1>", response.content.decode(), re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found[2])).strip() if found else ""


def chips(client: Client, text: str) -> list[str]:
    response = client.get("/add/understood", {"text": text})
    assert response.status_code == 200
    return [html.unescape(one) for one in re.findall(r'data-said="([^"]*)"', response.content.decode())]


# --- One task ---------------------------------------------------------------------------------------------------------
def test_line_becomes_a_task_with_its_details_and_a_row_in_the_log(scripted: Client, alice: User) -> None:
    scripted.force_login(alice)
    response = add(scripted, "Call the hosting provider !high @ali due:2027-11-20")
    task = Task.objects.get()
    assert (task.title, task.status, task.priority, task.assignee, task.due_date) == (
        *("Call the hosting provider", "todo", "high", "alice"),
        start_of_day(datetime.date(2027, 11, 20)),
    )
    row = Change.objects.get()
    assert (row.source, row.user, row.action, row.batch) == (Source.BOARD, alice, "created", None)
    assert said(response, "data-toast") == "Added “Call the hosting provider”"
    assert f'data-open="/t/{task.number}"' in response.content.decode()
    assert f'data-undo="{row.pk}"' in response.content.decode()
    assert f'id="card-{task.pk}"' in response.content.decode()


def test_undo_of_an_addition_takes_the_task_away(scripted: Client) -> None:
    add(scripted, "Fix login")
    response = scripted.post("/undo", {"change": Change.objects.get().pk})
    assert response.status_code == 200
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("column", "text", "status"),
    [("done", "Fix", "done"), ("in_progress", "Fix status:fait", "done"), ("", "Fix", "todo")],
)
def test_task_comes_into_its_column_unless_the_line_says_otherwise(
    scripted: Client, column: str, text: str, status: str
) -> None:
    assert add(scripted, text, status=column).status_code == 200
    task = Task.objects.get()
    assert (task.status, task.completed_at is None) == (status, status != Status.DONE)


def test_unknown_column_is_refused(scripted: Client) -> None:
    assert add(scripted, "Fix", status="doing").status_code == 400
    assert scripted.get("/add/understood", {"text": "Fix", "status": "doing"}).status_code == 400
    assert not Task.objects.exists()


def test_markup_is_shown_as_it_was_typed(scripted: Client) -> None:
    response = add(scripted, '<script>alert(1)</script> @"<b>bold</b>"')
    assert Task.objects.get().title == "<script>alert(1)</script>"
    assert b"<script>" not in response.content
    assert b"<b>" not in scripted.get("/add/understood", {"text": '<b>x</b> @"<b>y"'}).content


# --- Several tasks ----------------------------------------------------------------------------------------------------
def test_lines_become_tasks_in_one_batch_the_first_on_top(scripted: Client) -> None:
    response = add(scripted, "one !low\r\n\r\n  \r\ntwo @bob\r\nthree due:today\r\n")
    tasks = list(Task.objects.in_column(Status.TODO))
    assert [task.title for task in tasks] == ["one", "two", "three"]
    assert [(task.priority, task.assignee) for task in tasks] == [("low", None), ("medium", "bob"), ("medium", None)]
    assert tasks[2].due_date == start_of_day(timezone.localdate())
    assert len({row.batch for row in Change.objects.all()}) == 1
    assert said(response, "data-toast") == "3 tasks added"
    assert response.content.decode().count('class="card"') == 3


def test_two_hundred_lines_cost_no_more_statements_than_two(scripted: Client) -> None:
    Number.take(1)
    two = statements(lambda: add(scripted, "a\nb @x"))
    assert statements(lambda: add(scripted, "a @x\n" * 200)) == two


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write what is to be done."),
        (" \n\t\n", "Write what is to be done."),
        ("!high @bob", "Write what is to be done: there are only details so far."),
        ("x" * 201, "The title has 201 characters; at most 200 fit."),
        ("one\n\n" + "x" * 201 + "\nthree", "Line 3: The title has 201 characters; at most 200 fit."),
        ("one\n!high", "Line 2: Write what is to be done: there are only details so far."),
        ("x\n" * 201, "These are 201 tasks; at most 200 can be added at once."),
        ("x" * 65537, "This is too much text at once: at most 64 kB fit."),
    ],
)
def test_fault_is_said_and_nothing_is_written(scripted: Client, plain: Client, text: str, sentence: str) -> None:
    response = add(scripted, text)
    assert (response.status_code, said(response, "data-problem")) == (422, sentence)
    response = add(plain, text, status="done")
    assert (response.status_code, said(response, 'role="alert"')) == (422, sentence)
    assert not Task.objects.exists()
    assert not Change.objects.exists()


# --- Without scripts --------------------------------------------------------------------------------------------------
def test_page_without_scripts_goes_back_to_where_it_was_and_says_what_was_added(plain: Client) -> None:
    response = plain.post("/add", {"text": "Fix login", "status": "todo"}, follow=True)
    assert response.redirect_chain == [("http://testserver/?compose=todo", 303)]
    assert "Added “Fix login”" in html.unescape(response.content.decode())


def test_page_without_scripts_can_ask_for_the_task(plain: Client) -> None:
    response = add(plain, "Fix login", open="1")
    assert response["Location"] == f"/t/{Task.objects.get().number}"


def test_typed_text_is_kept_with_a_fault(plain: Client) -> None:
    text = "<i>\n" + "x" * 201
    response = add(plain, text, status="done")
    page = response.content.decode()
    typed = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert typed
    assert html.unescape(typed[1]) == text
    assert 'aria-invalid="true"' in page
    assert re.search(r'name="status" value="done"', page)
    assert re.search(r'name="next" value="http://testserver/\?compose=todo"', page)
    mended = plain.post("/add", {"text": "Fix", "next": "/?compose=todo"}, headers={"Referer": "http://testserver/add"})
    assert mended["Location"] == "/?compose=todo"


def test_page_for_adding_takes_text_from_its_address(plain: Client) -> None:
    response = plain.get("/add", {"text": "Read https://example.org", "status": "in_progress"})
    assert response.status_code == 200
    assert "Read https://example.org</textarea>" in response.content.decode()
    assert not Task.objects.exists()


@pytest.mark.parametrize("status", ["todo", "in_progress", "done"])
def test_board_has_the_composer_of_a_column_that_its_address_names(plain: Client, make_task: Any, status: str) -> None:
    make_task()
    page = plain.get("/", {"compose": status}).content.decode()
    column = page[page.index(f'id="column-{status}"') :]
    form = column[column.index('id="compose"') : column.index("</form>")]
    assert f'name="status" value="{status}"' in form
    assert "csrfmiddlewaretoken" in form


# --- Who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_stranger_neither_adds_nor_learns_names_where_access_is_private(
    settings: Any, db: None, headers: dict[str, str]
) -> None:
    settings.TASKFLOW_ACCESS = "private"
    stranger = Client(headers={"Accept": "text/html", **headers})
    assert add(stranger, "Fix").status_code == 401
    assert stranger.get("/add/understood", {"text": "@a"}).status_code in {302, 401}
    assert not Task.objects.exists()


def test_foreign_page_adds_nothing(db: None) -> None:
    assert add(Client(enforce_csrf_checks=True, headers=HTMX), "Fix").status_code == 403
    assert not Task.objects.exists()


@pytest.mark.parametrize(("method", "path"), [("put", "/add"), ("delete", "/add"), ("post", "/add/understood")])
def test_other_methods_are_refused(scripted: Client, method: str, path: str) -> None:
    assert getattr(scripted, method)(path).status_code == 405


# --- What is understood -----------------------------------------------------------------------------------------------
def test_chips_say_what_each_token_means(scripted: Client, make_task: Any) -> None:
    User.objects.create(username="daniel", first_name="Daniel", last_name="Ortiz")
    make_task(assignee="Chloé Durand")
    assert chips(scripted, "Call !high @dan due:2027-11-20 status:progress") == [
        *["Priority: High", "Assignee: Daniel Ortiz", "Due: Sat 20 Nov 2027", "Status: In progress"],
    ]
    assert chips(scripted, "Call @CHLO") == ["Assignee: Chloé Durand"]
    assert chips(scripted, "Call @nobody") == ["Assignee: nobody"]
    assert chips(scripted, "Call due:31/11 !urgent") == []


def test_people_who_left_are_free_text(scripted: Client) -> None:
    User.objects.create(username="daniel", first_name="Daniel", is_active=False)
    assert chips(scripted, "Call @dan") == ["Assignee: dan"]


def test_account_whose_name_no_task_can_hold_is_not_offered(scripted: Client) -> None:
    User.objects.create(username="d" * 150)
    assert chips(scripted, "Call @ddd") == ["Assignee: ddd"]


@pytest.mark.parametrize("text", ["Fix  !high é\n\n<b> due:today 👩🏽‍🔧", "", " ", "!low", "x\r\ny"])
def test_tinted_text_is_what_was_typed(scripted: Client, text: str) -> None:
    page = scripted.get("/add/understood", {"text": text}).content.decode()
    tinted = re.search(r"<div data-tinted hidden>(.*?)</div>", page, re.DOTALL)
    assert tinted
    assert html.unescape(re.sub(r"</?mark>", "", tinted[1])) == text.replace("\r\n", "\n")


def test_characters_are_counted_near_the_end_of_a_title(scripted: Client) -> None:
    for length in (179, 180, 200, 201):
        response = scripted.get("/add/understood", {"text": "x" * length + " !high"})
        assert said(response, 'class="counter').startswith(f"{length}/200" if length >= 180 else "")
        assert (said(response, "data-fault") != "") == (length > 200)


def test_unfinished_line_is_no_fault_yet(scripted: Client) -> None:
    for text in ("", "!high", "one\n!high"):
        assert said(scripted.get("/add/understood", {"text": text}), "data-fault") == ""


def test_too_much_is_said_while_typing_too(scripted: Client) -> None:
    response = scripted.get("/add/understood", {"text": "x\n" * 201})
    assert said(response, "data-fault") == "These are 201 tasks; at most 200 can be added at once."


def test_names_are_looked_up_only_for_a_name(scripted: Client) -> None:
    assert statements(lambda: scripted.get("/add/understood", {"text": "Fix !high due:friday"})) == 0
    assert statements(lambda: scripted.get("/add/understood", {"text": "one @a\ntwo @b"})) == 2


def test_words_follow_the_readers_language(scripted: Client) -> None:
    scripted.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert "Haute" in chips(scripted, "Appeler !haute")[0]

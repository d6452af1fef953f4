"""The page of a task: what it shows, how edits are merged with those of others, and its history in sentences."""

import datetime
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from tasks.board.activity import activity, ago
from tasks.board.forms import clashes, edits_of, news
from tasks.due import parse_instant
from tasks.models import Action, Actor, Change, Source, Task
from tasks.tests.conftest import BY, statements

Make = Callable[..., Task]
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HTMX = HTML | {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}
XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}{% load x %}",
    "{who}{old}{new}{0}",
    "%(who)s%s",
    "<!--",
    "]]><![CDATA[<b>",
    "&lt;b&gt;",
    "<noscript><style></noscript><script>alert(1)</script>",
]


@pytest.fixture
def person(db: None) -> Client:
    """A browser without scripts."""
    return Client(headers=HTML)


@pytest.fixture
def scripted(db: None) -> Client:
    """A browser whose requests come from htmx, on the board."""
    return Client(headers=HTMX)


@pytest.fixture
def benoit(db: None) -> Actor:
    return Actor(Source.BOARD, User.objects.create(username="benoit", first_name="Benoît", last_name="Lefèvre"))


class Controls(HTMLParser):
    """What a browser would send of the fields' form, and what a person reads of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.words: list[str] = []
        self.area = ""
        self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        name = found.get("name", "")
        self.area = ""
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in found:
            self.sent[self.select] = found["value"]
        elif found.get("form") == "task-edit" and tag == "input":
            self.sent[name] = (
                re.sub("\r\n|\r|\n", "\r\n", found["value"]) if "hidden" in found.values() else found["value"]
            )
        elif found.get("form") == "task-edit" and tag == "textarea":
            self.area = name
            self.sent[name] = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            # The first line break behind the tag is none; the others are sent as CR LF.
            text = re.sub("\r\n|\r|\n", "\n", data).removeprefix("\n")
            self.sent[self.area] = text.replace("\n", "\r\n")
            self.area = ""
        else:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.area = ""


def page(client: Client, task: Task, status: int = 200, query: str = "") -> str:
    response = client.get(f"/t/{task.number}{query}")
    assert response.status_code == status
    return str(response.content.decode())


def form_of(client: Client, task: Task) -> dict[str, str]:
    sent = Controls(page(client, task)).sent
    assert {"title", "was_title", "due_date_0", "was_due_date", "status"} <= sent.keys()
    return sent


def save(client: Client, task: Task, form: Mapping[str, str]) -> Any:
    return client.post(f"/t/{task.number}/edit", form)


def words(html: str) -> str:
    return " ".join(" ".join(Controls(html).words).split())


def sentences(task: Task) -> list[str]:
    return [re.sub(r"<[^>]+>", "", line.text) for line in activity(task.pk).entries]


# --- The page ---------------------------------------------------------------------------------------------------------
def test_a_task_is_found_by_its_number_and_by_its_id(person: Client, make_task: Make) -> None:
    task = make_task("Fix login")
    for key in (str(task.number), str(task.pk), task.pk.hex, f"0{task.number}"):
        response = person.get(f"/t/{key}")
        assert response.status_code == 200
        assert f"<title>#{task.number} Fix login · TaskFlow</title>" in response.content.decode()


@pytest.mark.parametrize(
    "key", ["0", "9" * 18, "9" * 30, "-1", "+1", "1.0", "٣", "x", "%00", "None", "0" * 32, "%F0%9F%8E%89"]
)
def test_what_names_no_task_is_not_found(person: Client, make_task: Make, key: str) -> None:
    make_task()
    assert person.get(f"/t/{key}").status_code == 404
    assert person.post(f"/t/{key}/edit", {"title": "x"}).status_code in {303, 404}


def test_the_panel_gets_the_same_without_the_page_around_it(scripted: Client, person: Client, make_task: Make) -> None:
    task = make_task("Fix login")
    fragment = page(scripted, task)
    assert fragment.lstrip().startswith("<article")
    assert "<html" not in fragment
    assert Controls(fragment).sent == form_of(person, task)
    assert "HX-Request" in scripted.get(f"/t/{task.number}")["Vary"]


def test_stranger_sees_and_edits_nothing_where_access_is_private(
    person: Client, scripted: Client, make_task: Make, settings: Any
) -> None:
    task = make_task()
    settings.TASKFLOW_ACCESS = "private"
    assert person.get(f"/t/{task.number}").status_code == 302
    assert scripted.get(f"/t/{task.number}").status_code == 401
    assert save(person, task, {"title": "x"}).status_code == 401
    assert Task.objects.get().title == "Fix login"


def test_an_edit_without_a_token_is_refused(make_task: Make) -> None:
    task = make_task()
    response = save(Client(enforce_csrf_checks=True, headers=HTML), task, {"title": "x"})
    assert (response.status_code, Task.objects.get().title) == (403, "Fix login")


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/t/1"), ("get", "/t/1/edit"), ("put", "/t/1"), ("delete", "/t/1")]
)
def test_other_methods_are_refused(person: Client, method: str, path: str) -> None:
    assert getattr(person, method)(path).status_code == 405


@pytest.mark.parametrize("payload", XSS)
def test_whatever_is_typed_is_shown_as_typed(
    person: Client, scripted: Client, make_task: Make, payload: str, alice: User
) -> None:
    alice.first_name = payload
    alice.save()
    task = Task.objects.create_task(by=Actor(Source.BOARD, alice), title="Plain")
    task.change(by=Actor(Source.BOARD, alice), title=payload, description=payload, assignee=payload)
    sent = form_of(person, task)
    assert (sent["title"], sent["description"], sent["assignee"]) == (payload, payload, payload)
    assert payload in words(page(person, task))
    for html in (page(person, task), page(scripted, task), clash_of(person, task)):
        for tag in ("<script>alert", "<img src=x", "<svg onload", "<style>"):
            assert tag not in html
    task.remove(by=Actor(Source.BOARD, alice))
    assert "<script>alert" not in page(person, task, 410)


def clash_of(person: Client, task: Task) -> str:
    response = save(person, task, {"title": XSS[0] + "mine", "was_title": XSS[1] + "old"})
    assert response.status_code == 409
    return str(response.content.decode())


def test_previous_and_next_are_the_neighbours_in_the_column(person: Client, make_task: Make) -> None:
    low, middle, high = make_task("Low"), make_task("Middle"), make_task("High")
    other = make_task("Elsewhere", status="in_progress")
    assert beside(page(person, middle)) == (high.number, low.number)
    assert beside(page(person, high)) == (None, middle.number)
    assert beside(page(person, other)) == (None, None)
    for task in (low, middle, high):
        task.change(by=BY, status="done")
    assert beside(page(person, middle)) == (high.number, low.number)


def beside(html: str) -> tuple[int | None, ...]:
    found = (re.search(rf'rel="{rel}"[^>]* href="/t/(\d+)"', html) for rel in ("prev", "next"))
    return tuple(int(one[1]) if one else None for one in found)


def test_neighbours_are_those_that_the_filters_of_the_board_show(make_task: Make) -> None:
    bottom = make_task("Bottom", assignee="Ann")
    make_task("Between")
    top = make_task("Top", assignee="Ann")
    filtered = Client(headers=HTMX | {"HX-Current-URL": "http://testserver/?assignee=Ann&nonsense=1"})
    assert beside(page(Client(headers=HTMX), top))[1] != bottom.number
    filtered = Client(headers=HTMX | {"HX-Current-URL": "http://testserver/?assignee=Ann"})
    assert beside(page(filtered, top)) == (None, bottom.number)
    for address in ("http://testserver/?overdue=maybe", "nonsense", "http://[", "x" * 5000, "http://testserver/?q=%00"):
        assert page(Client(headers=HTMX | {"HX-Current-URL": address}), top)


def test_the_page_reads_as_much_for_a_long_history_as_for_a_short_one(person: Client, make_task: Make) -> None:
    task = make_task(assignee="Ann")
    make_task()
    few = statements(lambda: page(person, task))
    for number in range(60):
        task.change(by=BY, title=f"Title {number}", assignee=f"Ann {number}")
    assert statements(lambda: page(person, task)) == few


def test_statements_are_few(person: Client, scripted: Client, make_task: Make) -> None:
    task = make_task()
    assert statements(lambda: page(scripted, task)) == 5
    form = form_of(person, task)
    assert statements(lambda: save(scripted, task, form)) == 7
    assert statements(lambda: save(scripted, task, form | {"title": "New"})) == 15


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (3, "in 3 days"),
        (9, ""),
        (-2, "2 days late"),
    ],
)
def test_the_due_date_has_its_weekday_and_how_far_it_is(person: Client, make_task: Make, due: int, shown: str) -> None:
    day = timezone.localdate() + datetime.timedelta(due)
    task = make_task(due_date=day.isoformat())
    assert f"{day:%a} {day.day} {day:%b}" in words(page(person, task))
    assert shown in words(page(person, task))
    form = form_of(person, task)
    assert (form["due_date_0"], form["due_date_1"]) == (day.isoformat(), "")


# --- Edits ------------------------------------------------------------------------------------------------------------
def test_saving_the_page_as_it_is_shown_changes_nothing(person: Client, make_task: Make) -> None:
    for fields in (
        {"title": "a\nb", "description": "a\r\nb\nc\rd"},
        {"title": "“quoted” <b>", "description": "\n\n x \n"},
        {"assignee": " spaced\nout ", "description": ""},
        {"due_date": datetime.datetime(2026, 11, 20, 9, 15, 30, 123456, tzinfo=datetime.UTC)},
        {"due_date": "2026-11-20", "status": "done", "priority": "high"},
    ):
        task = make_task(**fields)
        response = save(person, task, form_of(person, task))
        assert (response.status_code, response["Location"]) == (303, f"/t/{task.number}")
        assert Task.objects.get(pk=task.pk).version == 1


def test_only_what_the_person_changed_is_written(person: Client, make_task: Make) -> None:
    task = make_task(description="a\r\nb")
    form = form_of(person, task) | {"title": "  New\r\ntitle ", "assignee": " Ann ", "due_date_0": "2026-11-20"}
    response = save(person, task, form)
    assert (response.status_code, response["Location"]) == (303, f"/t/{task.number}")
    task.refresh_from_db()
    assert (task.title, task.assignee, task.description) == ("New title", "Ann", "a\r\nb")
    assert Change.objects.latest("id").fields.keys() == {"title", "assignee", "due_date"}
    assert "saved" in words(page(person, task))


@override_settings(TIME_ZONE="Europe/Paris")
@pytest.mark.parametrize(
    ("date", "time", "instant"),
    [
        ("2026-11-20", "", "2026-11-19T23:00:00Z"),
        ("2026-11-20", "00:00", "2026-11-19T23:00:00Z"),
        ("2026-07-20", "17:30", "2026-07-20T15:30:00Z"),
        ("", "", None),
    ],
)
def test_a_due_date_is_meant_in_time_zone(
    person: Client, make_task: Make, date: str, time: str, instant: str | None
) -> None:
    task = make_task(due_date="2026-01-01T12:00:00Z")
    form = form_of(person, task)
    assert (form["due_date_0"], form["due_date_1"], form["was_due_date"]) == ("2026-01-01", "13:00", "2026-01-01T13:00")
    save(person, task, form | {"due_date_0": date, "due_date_1": time})
    task.refresh_from_db()
    assert task.due_date == (parse_instant(instant) if instant else None)


def test_one_field_alone_is_an_edit(scripted: Client, make_task: Make) -> None:
    task = make_task(description="kept")
    response = save(scripted, task, {"priority": "high", "was_priority": "medium"})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'data-undo="' in html
    assert f"#{task.number}: priority changed" in html
    assert html.index("data-changes") < html.index("<article")
    assert f'data-version="{task.version + 1}"' in html
    task.refresh_from_db()
    assert (task.priority, task.description) == ("high", "kept")


def test_the_change_says_who_made_it(scripted: Client, make_task: Make, alice: User) -> None:
    task = make_task()
    scripted.force_login(alice)
    save(scripted, task, {"status": "done", "was_status": "todo"})
    change = Change.objects.latest("id")
    assert (change.actor, change.source, change.fields["status"]) == ("alice", "board", ["todo", "done"])


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"title": " \r\n "}, "A task needs a title."),
        ({"title": "x" * 201}, "At most 200 characters; this has 201."),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"description": "x" * 1001}, "At most 1000 characters; this has 1001."),
        ({"description": "\x00"}, "Null characters are not allowed."),
        ({"assignee": "x" * 101}, "At most 100 characters; this has 101."),
        ({"assignee": "a\x00"}, "Null characters are not allowed."),
        ({"status": "later"}, "later is not one of the available choices."),
        ({"priority": ""}, "This field is required."),
        ({"due_date_0": "2026-02-30"}, "Enter a valid date."),
        ({"due_date_0": "\x00"}, "Enter a valid date."),
        ({"due_date_0": "9999-12-31"}, "Input should be a date and time"),
        ({"due_date_1": "10:00"}, "A time needs a date."),
        ({"due_date_0": "2026-11-20", "due_date_1": "25:00"}, "Enter a valid time."),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_kept(
    person: Client, scripted: Client, make_task: Make, fields: dict[str, str], fault: str
) -> None:
    task = make_task()
    form = form_of(person, task) | {"assignee": "Ann"} | fields
    for client in (person, scripted):
        response = save(client, task, form)
        assert response.status_code == 422
        html = response.content.decode()
        assert fault in words(html)
        kept = Controls(html).sent
        for name in fields.keys() - {"status", "priority"}:
            assert kept[name].strip() == fields[name].strip()
    assert Task.objects.get().version == 1


def test_lengths_are_counted_in_characters_with_one_for_a_line_break(person: Client, make_task: Make) -> None:
    task = make_task()
    save(
        person, task, form_of(person, task) | {"title": "🎉" * 200, "description": "\r\n" * 1000, "assignee": "é" * 100}
    )
    task.refresh_from_db()
    assert (len(task.title), task.description, len(task.assignee or "")) == (200, "\n" * 1000, 100)


@pytest.mark.parametrize("name", ["title", "description", "assignee"])
def test_huge_texts_are_refused_quickly(person: Client, make_task: Make, name: str) -> None:
    task = make_task()
    for text in (" " * 500_000, "\n" * 500_000, " \n" * 250_000 + "x", "x" * 900_000):
        response = save(person, task, {name: text, f"was_{name}": ""})
        assert response.status_code in {303, 409, 422}


# --- Two people -------------------------------------------------------------------------------------------------------
# What the page had shown, what is there now, what the person sends, and what is there then.
MERGES = {
    "nobody changed it": ("aaaa", 303),
    "only the person changed it": ("aabb", 303),
    "only somebody else changed it": ("abab", 303),
    "both made the same of it": ("abbb", 303),
    "both changed it": ("abcb", 409),
}
VALUES = {
    "status": {"a": "todo", "b": "done", "c": "in_progress"},
    "priority": {"a": "low", "b": "high", "c": "medium"},
    "due_date": {"a": "2026-11-20", "b": "2026-11-21T10:00", "c": "2027-01-01"},
}


@pytest.mark.parametrize("name", ["title", "description", "assignee", "status", "priority", "due_date"])
@pytest.mark.parametrize("case", MERGES)
def test_merging(person: Client, make_task: Make, name: str, case: str) -> None:
    values = VALUES.get(name, {"a": "a", "b": "b", "c": "c"})
    was, now, yours, then = (values[one] for one in MERGES[case][0])
    task = make_task(**{name: was})
    form = form_of(person, task)
    others: dict[str, Any] = {name: parse_instant(now) if name == "due_date" else now}
    Task.objects.get().change(by=BY, **others)
    response = save(person, task, form | sent(name, yours))
    assert response.status_code == MERGES[case][1]
    stored = getattr(Task.objects.get(), name)
    assert stored == (parse_instant(then) if name == "due_date" else then)


def sent(name: str, value: str) -> dict[str, str]:
    if name != "due_date":
        return {name: value}
    date, _, time = value.partition("T")
    return {"due_date_0": date, "due_date_1": time}


def test_different_fields_of_two_people_are_both_kept(person: Client, make_task: Make) -> None:
    task = make_task(description="old")
    form = form_of(person, task)
    task.change(by=BY, description="theirs", priority="high")
    assert save(person, task, form | {"title": "Mine"}).status_code == 303
    task.refresh_from_db()
    assert (task.title, task.description, task.priority) == ("Mine", "theirs", "high")


def test_a_conflict_writes_nothing_and_shows_both(person: Client, make_task: Make, benoit: Actor) -> None:
    task = make_task("Old", description="old")
    form = form_of(person, task)
    task.change(by=benoit, title="Theirs")
    response = save(person, task, form | {"title": "Mine", "description": "mine too"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "Benoît Lefèvre changed the title while you were editing" in words(html)
    assert re.search(r"Theirs Theirs Yours Mine", words(html))
    again = Controls(html).sent
    assert (again["title"], again["description"], again["was_title"], again["theirs_title"]) == (
        "Mine",
        "mine too",
        "Old",
        "Theirs",
    )
    task.refresh_from_db()
    assert (task.title, task.description, Change.objects.count()) == ("Theirs", "old", 2)


@pytest.mark.parametrize(("choice", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_choice_is_written_with_all_that_was_typed(
    person: Client, make_task: Make, choice: str, title: str
) -> None:
    task = make_task("Old", description="old")
    form = form_of(person, task)
    task.change(by=BY, title="Theirs")
    again = Controls(save(person, task, form | {"title": "Mine", "description": "mine too"}).content.decode()).sent
    assert save(person, task, again | {choice: "title"}).status_code == 303
    task.refresh_from_db()
    assert (task.title, task.description) == (title, "mine too")


def test_two_conflicts_are_decided_one_after_the_other(person: Client, make_task: Make) -> None:
    task = make_task("Old", description="old")
    form = form_of(person, task)
    task.change(by=BY, title="Theirs", description="theirs")
    first = save(person, task, form | {"title": "Mine", "description": "mine", "assignee": "Ann"})
    second = save(person, task, Controls(first.content.decode()).sent | {"mine": "title"})
    again = Controls(second.content.decode()).sent
    assert (second.status_code, "theirs_title" in again, again["theirs_description"]) == (409, False, "theirs")
    assert Task.objects.get().title == "Theirs"
    assert save(person, task, again | {"theirs": "description"}).status_code == 303
    task.refresh_from_db()
    assert (task.title, task.description, task.assignee) == ("Mine", "theirs", "Ann")


def test_a_choice_does_not_replace_what_came_after_it_was_shown(person: Client, make_task: Make) -> None:
    task = make_task("Old")
    form = form_of(person, task)
    task.change(by=BY, title="Theirs")
    again = Controls(save(person, task, form | {"title": "Mine"}).content.decode()).sent
    task.change(by=BY, title="Third")
    response = save(person, task, again | {"mine": "title"})
    assert (response.status_code, Task.objects.get().title) == (409, "Third")


def test_line_breaks_alone_are_no_change_and_no_conflict(person: Client, make_task: Make) -> None:
    task = make_task(description="one\ntwo")
    form = form_of(person, task)
    assert form["description"] == "one\r\ntwo"
    task.change(by=BY, description="one\r\ntwo")
    assert save(person, task, form | {"title": "New"}).status_code == 303
    assert Task.objects.get().description == "one\r\ntwo"


TEXT = st.sampled_from(["", "a", "b", "a\nb", "a\r\nb", " a", "\n"])


@given(before=TEXT, theirs=TEXT, yours=TEXT)
def test_nothing_of_anybody_is_ever_lost_silently(before: str, theirs: str, yours: str) -> None:
    was, now, mine = (text.replace("\r\n", "\n") for text in (before, theirs, yours))
    form = QueryDict(mutable=True)
    form.update({"description": mine.replace("\n", "\r\n"), "was_description": before})
    edits = edits_of(form)
    task = Task(title="Fix login", description=theirs)
    assert ("description" in clashes(edits, task)) == (len({was, now, mine}) == 3)
    assert ("description" in news(edits, task)) == (mine not in {was, now})


# --- Deleted tasks ----------------------------------------------------------------------------------------------------
def test_a_deleted_task_says_who_deleted_it_and_comes_back(person: Client, make_task: Make, benoit: Actor) -> None:
    task = make_task("Fix <login>", assignee="Ann")
    key, number = task.pk, task.number
    task.remove(by=benoit)
    for path in (f"/t/{number}", f"/t/{key}"):
        response = person.get(path)
        html = response.content.decode()
        assert response.status_code == 410
        assert "Benoît Lefèvre deleted this task · just now" in words(html)
        assert "Fix <login>" in words(html)
    change = re.search(r'name="change" value="(\d+)"', html)
    assert change
    back = person.post("/undo", {"change": change[1], "next": f"/t/{key}"})
    assert (back.status_code, back["Location"]) == (303, f"/t/{key}")
    found = Task.objects.get()
    assert (found.pk, found.number, found.assignee) == (key, number, "Ann")
    assert person.get(f"/t/{number}").status_code == 200


def test_a_purged_task_says_so_and_offers_nothing(person: Client, make_task: Make, alice: User) -> None:
    task = make_task("Secret")
    key = task.pk
    task.remove(by=Actor(Source.BOARD, alice))
    Change.objects.filter(task_id=key).update(fields={})
    html = person.get(f"/t/{key}").content.decode()
    assert "alice deleted this task" in words(html)
    assert "no longer kept" in words(html)
    assert 'name="change"' not in html


def test_an_edit_of_a_deleted_task_keeps_what_was_typed(person: Client, scripted: Client, make_task: Make) -> None:
    task = make_task()
    form = form_of(person, task) | {"description": "an hour’s work"}
    number = task.number
    task.remove(by=BY)
    for client in (person, scripted):
        response = client.post(f"/t/{number}/edit", form)
        assert response.status_code == 410
        assert "an hour’s work" in words(response.content.decode())


# --- History ----------------------------------------------------------------------------------------------------------
def test_the_history_tells_each_change_in_a_sentence(make_task: Make, benoit: Actor, alice: User) -> None:
    task = Task.objects.create_task(by=benoit, title="Fix login", due_date=parse_instant("2026-11-21"))
    for fields in (
        {"status": "in_progress"},
        {"priority": "high"},
        {"priority": "low"},
        {"due_date": parse_instant("2026-11-19")},
        {"due_date": parse_instant("2026-12-01T17:05Z")},
        {"due_date": None},
        {"title": "Fix <b>login</b>"},
        {"description": "why"},
        {"description": "because"},
        {"description": None},
        {"assignee": "Ann"},
        {"assignee": "Bob"},
        {"assignee": None},
        {"user_id": alice.pk},
        {"rank": 7},
    ):
        task.change(by=benoit, **fields)
    year = "" if timezone.localdate().year == 2026 else " 2026"
    assert sentences(task) == [
        f"Benoît Lefèvre {done}"
        for done in (
            "created this",
            "moved this from To do to In progress",
            "raised priority from Medium to High",
            "lowered priority from High to Low",
            f"changed the due date from 21 to 19 Nov{year}",
            f"changed the due date from 19 Nov{year} to 1 Dec{year}, 17:05",
            f"removed the due date 1 Dec{year}, 17:05",
            "edited the title",
            "added a description",
            "edited the description",
            "removed the description",
            "assigned this to Ann",
            "reassigned this from Ann to Bob",
            "took Bob off this",
            "gave this to the account alice",
        )
    ]


def test_a_stranger_is_somebody_and_an_account_that_went_keeps_its_name(make_task: Make, alice: User) -> None:
    task = make_task()
    task.change(by=Actor(Source.BOARD, alice), priority="high")
    alice.delete()
    assert sentences(task) == ["Somebody created this", "alice raised priority from Medium to High"]


def test_a_task_that_came_back_tells_it(make_task: Make) -> None:
    task = make_task()
    key = task.pk
    task.remove(by=BY)
    back = Task.objects.restore(key, by=BY)
    assert sentences(back) == ["Somebody created this", "Somebody deleted this", "Somebody restored this"]


def test_several_keys_of_one_change_are_lines_of_their_own(make_task: Make) -> None:
    task = make_task()
    task.change(by=BY, status="done", priority="high")
    lines = activity(task.pk).entries
    assert [line.status for line in lines] == ["", "done", ""]
    assert len({line.at for line in lines[1:]}) == 1


def test_the_newest_fifty_are_shown_and_the_older_ones_are_in_the_page(person: Client, make_task: Make) -> None:
    task = make_task()
    for number in range(60):
        task.change(by=BY, title=f"Title {number}")
    html = page(person, task)
    folded, shown = html.split('class="thread"')[1:]
    assert (folded.count("edited the title"), shown.count("edited the title")) == (10, 50)
    assert "Show 11 older changes" in words(html)


def test_a_history_beyond_all_measure_ends_with_a_link(
    person: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.board.activity.MOST", 3)
    task = make_task()
    for number in range(4):
        task.change(by=BY, title=f"Title {number}")
    html = page(person, task)
    assert f'href="/tasks/{task.pk}/changes"' in html
    assert html.count("edited the title") == 3


def test_keys_that_are_not_known_yet_are_told_too(make_task: Make) -> None:
    task = make_task()
    Change.objects.write(BY, Action.CHANGED, [(task.pk, {"colour {x}": [None, "<red>"]})], at=timezone.now())
    assert sentences(task)[-1] == "Somebody changed “colour {x}” from  to &lt;red&gt;"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (datetime.timedelta(seconds=5), "just now"),
        (datetime.timedelta(minutes=8, seconds=30), "8 min ago"),
        (datetime.timedelta(hours=3), "today, 12:00"),
        (datetime.timedelta(hours=16), "yesterday, 23:00"),
        (datetime.timedelta(days=30), "20 Oct, 15:00"),
        (datetime.timedelta(days=400), "15 Oct 2025, 15:00"),
        (datetime.timedelta(days=-1), "20 Nov, 15:00"),
    ],
)
def test_when_it_was_is_told_as_people_tell_it(
    monkeypatch: pytest.MonkeyPatch, passed: datetime.timedelta, text: str
) -> None:
    now = datetime.datetime(2026, 11, 19, 15, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert ago(now - passed) == text


def test_dates_are_absolute_on_paper(person: Client, make_task: Make) -> None:
    task = make_task()
    moment = timezone.localtime(task.created_at)
    assert f'<span class="on-paper">{moment.day} {moment:%b %Y}, {moment:%H:%M}</span>' in page(person, task)


def test_the_page_speaks_french(make_task: Make) -> None:
    task = make_task(due_date="2031-05-01")
    with override("fr"):
        html = Client(headers=HTML | {"Accept-Language": "fr"}).get(f"/t/{task.number}").content.decode()
    assert "1er mai 2031" in words(html)


@pytest.mark.postgresql
def test_a_writer_waits_for_the_other_instead_of_refusing(person: Client, make_task: Make) -> None:
    task = make_task()
    with CaptureQueriesContext(connection) as captured:
        save(person, task, {"title": "New", "was_title": "Fix login"})
    assert any("FOR UPDATE" in query["sql"] for query in captured.captured_queries)

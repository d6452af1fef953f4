"""What others change, as the board asks for it every few seconds."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tasks.models import Change, Task
from tasks.tests.conftest import BY, statements
from tasks.tests.test_changes import until_served

# A change is served once its transaction has ended.
pytestmark = pytest.mark.django_db(transaction=True)


def position_of(client: Client) -> str:
    until_served()
    found = re.search(r'data-position="([^"]*)"', client.get("/").content.decode())
    assert found
    return found[1]


def live(client: Client, position: str, query: str = "") -> Any:
    until_served()
    return client.get(f"/live{query}", headers={"If-None-Match": f'"{position}"'})


def test_nothing_new_is_304_and_costs_one_statement(person: Client, make_task: Callable[..., Task]) -> None:
    make_task()
    position = position_of(person)
    assert live(person, position).status_code == 304
    assert statements(lambda: person.get("/live", headers={"If-None-Match": f'"{position}"'})) == 1


def test_changes_of_others_come_as_cards_and_as_ids_of_what_went(
    person: Client, make_task: Callable[..., Task]
) -> None:
    stays, goes = make_task("Stays"), make_task("Goes")
    position = position_of(person)
    new = make_task("New")
    stays.change(by=BY, title="Changed")
    goes_id = goes.pk
    goes.remove(by=BY)
    response = live(person, position)
    html = response.content.decode()
    assert {f'id="card-{new.pk}"', f'id="card-{stays.pk}"', "Changed"} <= {
        part for part in (f'id="card-{new.pk}"', f'id="card-{stays.pk}"', "Changed") if part in html
    }
    assert f'<li data-id="{goes_id}"></li>' in html
    assert live(person, response["ETag"].strip('"')).status_code == 304


def test_changes_are_those_of_the_filtered_board(person: Client, make_task: Callable[..., Task]) -> None:
    make_task("Fix login")
    position = position_of(person)
    other = make_task("Order chairs")
    html = live(person, position, "?q=login").content.decode()
    assert f'<li data-id="{other.pk}"></li>' in html
    assert '<li data-count="todo">1</li>' in html


@pytest.mark.parametrize("position", ["", "nonsense", "MTIzLjQ1Ng"])
def test_another_databases_position_makes_the_page_load_itself_anew(
    person: Client, make_task: Callable[..., Task], position: str
) -> None:
    make_task()
    assert live(person, position).status_code == 410


def test_a_restored_backup_makes_the_page_load_itself_anew(person: Client, make_task: Callable[..., Task]) -> None:
    make_task("Before the backup")
    make_task("Behind the backup")
    position = position_of(person)
    Change.objects.latest("id").delete()
    make_task("Written since")
    assert live(person, position).status_code == 410

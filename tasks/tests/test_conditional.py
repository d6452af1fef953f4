"""ETag, If-None-Match and If-Match: nobody overwrites what they have not seen."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tasks.models import Change, Stale, Task
from tasks.tests.conftest import BY

pytestmark = pytest.mark.django_db
Maker = Callable[..., Task]


def test_every_single_task_carries_a_strong_etag(client: APIClient) -> None:
    made = client.post("/tasks", {"title": "x"})
    address = made["Location"]
    assert address == f"/tasks/{made.json()['id']}"
    tags = [made["ETag"], client.get(address)["ETag"]]
    assert tags[0] == tags[1]
    assert tags[0].startswith('"')
    changed = client.patch(address, {"title": "y"})
    assert changed["ETag"] == client.get(address)["ETag"] != tags[0]
    client.delete(address)
    assert client.post(f"{address}/restore")["ETag"] not in {tags[0], changed["ETag"]}


@pytest.mark.parametrize("header", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
def test_a_known_task_is_304_without_a_body(client: APIClient, make_task: Maker, header: str) -> None:
    task = make_task()
    answer = client.get(f"/tasks/{task.pk}", headers={"If-None-Match": header.format(etag=task.etag)})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", task.etag)


def test_a_page_is_never_304_because_its_task_is_known(desk: Client, make_task: Maker) -> None:
    address = f"/tasks/{make_task().pk}"
    seen = desk.get(address, headers={"Accept": "text/html"})
    assert "maria" in seen.content.decode()
    desk.logout()
    again = desk.get(address, headers={"Accept": "text/html", "If-None-Match": seen["ETag"]})
    assert again.status_code == 200
    assert "maria" not in again.content.decode()


@pytest.mark.parametrize("header", ['"other"', "", "nonsense", '"1-0"'])
def test_an_unknown_tag_gets_the_task(client: APIClient, make_task: Maker, header: str) -> None:
    assert client.get(f"/tasks/{make_task().pk}", headers={"If-None-Match": header}).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("header", ['"stale"', "W/{etag}", "", "nonsense", "1"])
def test_a_stale_writer_is_412_and_writes_nothing(
    client: APIClient, make_task: Maker, method: str, header: str
) -> None:
    task = make_task()
    headers = {"If-Match": header.format(etag=task.etag)}
    answer = client.generic(
        method.upper(), f"/tasks/{task.pk}", '{"title": "y"}', content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.json()) == (412, {"detail": "Precondition Failed"})
    assert Change.objects.count() == 1


@pytest.mark.parametrize("header", ["{etag}", '"other", {etag}', "*"])
def test_a_writer_that_knows_the_task_writes(client: APIClient, make_task: Maker, header: str) -> None:
    task = make_task()
    headers = {"If-Match": header.format(etag=task.etag)}
    assert client.patch(f"/tasks/{task.pk}", {"title": "y"}, headers=headers).status_code == 200
    assert client.delete(f"/tasks/{task.pk}", headers={"If-Match": task.etag}).status_code == 412
    assert client.delete(f"/tasks/{task.pk}").status_code == 204


def test_a_condition_on_a_task_that_is_gone_is_404(client: APIClient, make_task: Maker) -> None:
    task = make_task()
    task.remove(by=BY)
    for header in ("*", task.etag):
        assert client.patch(f"/tasks/{task.pk}", {"title": "y"}, headers={"If-Match": header}).status_code == 404
        assert client.delete(f"/tasks/{task.pk}", headers={"If-Match": header}).status_code == 404


def test_a_verb_refuses_another_version(make_task: Maker) -> None:
    task = make_task()
    Task.objects.get(pk=task.pk).change(by=BY, title="theirs")
    with pytest.raises(Stale):
        task.change(by=BY, if_version=1, title="mine")
    assert Task.objects.get(pk=task.pk).title == "theirs"


def test_two_writers_of_different_fields_both_keep_their_change(make_task: Maker) -> None:
    task = make_task()
    mine, theirs = Task.objects.get(pk=task.pk), Task.objects.get(pk=task.pk)
    theirs.change(by=BY, title="theirs")
    mine.change(by=BY, priority="high")
    task.refresh_from_db()
    assert (task.title, task.priority, task.version) == ("theirs", "high", 3)

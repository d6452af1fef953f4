"""What a body may hold, and the one answer that each fault in it gets."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tasks.models import Change, Task

pytestmark = pytest.mark.django_db


def faults(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    for entry in answer.json()["detail"]:
        assert entry.keys() == {"loc", "msg", "type"}
        assert entry["loc"][0] == "body"
        assert entry["msg"]
    return {(".".join(map(str, entry["loc"][1:])), entry["type"]) for entry in answer.json()["detail"]}


def send(client: APIClient, body: str | bytes, method: str = "post", path: str = "/tasks") -> Any:
    raw: Any = body
    return client.generic(method.upper(), path, raw, content_type="application/json")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {("title", "missing")}),
        ({"title": None}, {("title", "string_type")}),
        ({"title": 5}, {("title", "string_type")}),
        ({"title": True}, {("title", "string_type")}),
        ({"title": 1.5}, {("title", "string_type")}),
        ({"title": ["a"]}, {("title", "string_type")}),
        ({"title": {"a": 1}}, {("title", "string_type")}),
        ({"title": ""}, {("title", "string_too_short")}),
        ({"title": " \t\n\u00a0"}, {("title", "string_too_short")}),
        ({"title": "x" * 201}, {("title", "string_too_long")}),
        ({"title": "a\0b"}, {("title", "string_unicode")}),
        ({"title": "x", "description": "x" * 1001}, {("description", "string_too_long")}),
        ({"title": "x", "description": 5}, {("description", "string_type")}),
        ({"title": "x", "description": "\0"}, {("description", "string_unicode")}),
        ({"title": "x", "assignee": "x" * 101}, {("assignee", "string_too_long")}),
        ({"title": "x", "assignee": 0}, {("assignee", "string_type")}),
        ({"title": "x", "status": "open"}, {("status", "enum")}),
        ({"title": "x", "status": "TODO"}, {("status", "enum")}),
        ({"title": "x", "status": ""}, {("status", "enum")}),
        ({"title": "x", "status": None}, {("status", "enum")}),
        ({"title": "x", "status": ["todo"]}, {("status", "enum")}),
        ({"title": "x", "priority": "urgent"}, {("priority", "enum")}),
        ({"title": "x", "priority": None}, {("priority", "enum")}),
        ({"title": "x", "due_date": 5}, {("due_date", "datetime_type")}),
        ({"title": "x", "due_date": True}, {("due_date", "datetime_type")}),
        ({"title": "x", "due_date": ""}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "tomorrow"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "1763942400"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "2026-W48-1"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "20261120"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "２０２６-11-20"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "2026-02-30"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "2026-11-20T25:00:00Z"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "2026-11-20T10:00:00+24:00"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "0001-01-01T00:00:00+14:00"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "9999-12-31T23:59:59-12:00"}, {("due_date", "datetime_parsing")}),
        ({"title": "x", "due_date": "\0"}, {("due_date", "string_unicode")}),
        ({"title": "x", "other": "a\0"}, {("other", "string_unicode")}),
        ({"title": "x", "oth\0er": 1}, {("oth\0er", "string_unicode")}),
        ({"title": "x", "other": [{"a": "\0"}]}, {("other", "string_unicode")}),
        ({"title": "x", "other": 2**63}, {("other", "less_than_equal")}),
        ({"title": "x", "other": -(2**63) - 1}, {("other", "greater_than_equal")}),
    ],
)
def test_each_fault_has_its_name(client: APIClient, body: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert faults(client.post("/tasks", body)) == expected
    assert not Task.objects.exists()
    assert not Change.objects.exists()


def test_all_faults_are_told_at_once(client: APIClient) -> None:
    body = {"title": "", "status": "x", "priority": 1, "assignee": "\0", "due_date": "x", "extra": "\0"}
    assert faults(client.post("/tasks", body)) == {
        ("title", "string_too_short"),
        ("status", "enum"),
        ("priority", "enum"),
        ("assignee", "string_unicode"),
        ("due_date", "datetime_parsing"),
        ("extra", "string_unicode"),
    }


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "missing"),
        (b"{", "json_invalid"),
        (b'{"title": "x"', "json_invalid"),
        (b"{'title': 'x'}", "json_invalid"),
        (b'{"title": NaN}', "json_invalid"),
        (b'{"title": "x", "n": Infinity}', "json_invalid"),
        (b'{"title": "\xff"}', "json_invalid"),
        (b'{"title": "\xed\xa0\x80"}', "json_invalid"),
        (b"\xef\xbb\xbf{}", "json_invalid"),
        (b'{"n": ' + b"9" * 5000 + b"}", "json_invalid"),
        (b"[" * 100_000, "json_invalid"),
        (b'{"title": "x", "n": ' + b"[" * 40 + b"]" * 40 + b"}", "json_invalid"),
        (b"[]", "model_attributes_type"),
        (b'"title"', "model_attributes_type"),
        (b"null", "model_attributes_type"),
        (b"5", "model_attributes_type"),
    ],
)
def test_a_body_that_is_no_json_object_is_422(client: APIClient, body: bytes, kind: str) -> None:
    answer = send(client, body)
    assert {kind for _loc, kind in faults(answer)} == {kind}


@pytest.mark.parametrize("surrogate", ["\\ud800", "\\udfff", "a\\ud83d", "\\ude00\\ud83d"])
def test_lone_surrogates_are_refused_in_values_and_keys(client: APIClient, surrogate: str) -> None:
    assert faults(send(client, f'{{"title": "{surrogate}"}}')) == {("title", "string_unicode")}
    key = faults(send(client, f'{{"title": "x", "{surrogate}": 1}}'))
    assert {kind for _loc, kind in key} == {"string_unicode"}
    assert client.get("/tasks").json() == []


def test_the_last_of_duplicate_keys_wins(client: APIClient) -> None:
    assert send(client, '{"title": "first", "title": "last"}').json()["title"] == "last"


def test_unknown_keys_and_the_servers_own_are_ignored(client: APIClient) -> None:
    body = {"title": "x", "id": "mine", "number": 77, "created_at": "2001-01-01T00:00:00Z", "version": 9, "more": [1]}
    made = client.post("/tasks", body).json()
    assert made["id"] != "mine"
    assert made["number"] != 77
    assert made["created_at"] > "2026"


@pytest.mark.parametrize(
    "text",
    [
        "Crème brûlée",
        "日本語",
        "مرحبا بالعالم",
        "👩‍👩‍👧‍👦 family",
        "e\u0301 decomposed",
        "tab\tand\r\nline",
        "\u202eright to left",
        "\x7f\x01",
    ],
)
def test_text_survives_byte_for_byte(client: APIClient, text: str) -> None:
    body = {"title": text, "description": f"  {text}\n", "assignee": text}
    made = client.post("/tasks", body).json()
    read = client.get(f"/tasks/{made['id']}").json()
    assert read == made
    assert (read["title"], read["description"], read["assignee"]) == (text.strip(), f"  {text}\n", text)
    logged = client.get(f"/tasks/{made['id']}/changes").json()[0]["fields"]
    assert logged["description"] == [None, f"  {text}\n"]


def test_titles_are_trimmed_before_they_are_measured(client: APIClient) -> None:
    assert client.post("/tasks", {"title": "  " + "é" * 200 + "\n"}).json()["title"] == "é" * 200


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-11-20", "2026-11-20T00:00:00Z"),
        ("2026-11-20T17:30", "2026-11-20T17:30:00Z"),
        ("2026-11-20T17:30:01", "2026-11-20T17:30:01Z"),
        ("2026-11-20t17:30:01z", "2026-11-20T17:30:01Z"),
        ("2026-11-20 17:30:01+01:00", "2026-11-20T16:30:01Z"),
        ("2026-11-20T17:30:01.123456789-05:30", "2026-11-20T23:00:01.123456Z"),
        (None, None),
    ],
)
def test_due_dates_keep_their_instant(client: APIClient, given: str | None, kept: str | None) -> None:
    assert client.post("/tasks", {"title": "x", "due_date": given}).json()["due_date"] == kept


def test_a_due_date_without_offset_is_meant_in_the_servers_time_zone(client: APIClient, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    assert client.post("/tasks", {"title": "x", "due_date": "2026-07-14"}).json()["due_date"] == "2026-07-13T22:00:00Z"


def test_put_and_patch_change_only_what_they_name(client: APIClient, make_task: Callable[..., Task]) -> None:
    task = make_task(description="kept", assignee="alice", priority="high")
    for method in (client.put, client.patch):
        body = method(f"/tasks/{task.pk}", {"title": " New "}).json()
        assert (body["title"], body["description"], body["assignee"], body["priority"]) == (
            "New",
            "kept",
            "alice",
            "high",
        )


def test_null_clears_where_null_is_allowed(client: APIClient, make_task: Callable[..., Task]) -> None:
    task = make_task(description="x", assignee="alice", due_date="2026-11-20T00:00:00Z")
    body = client.patch(f"/tasks/{task.pk}", {"description": None, "assignee": "", "due_date": None}).json()
    assert body["description"] is body["assignee"] is body["due_date"] is None


def test_a_faulty_change_writes_nothing(client: APIClient, make_task: Callable[..., Task]) -> None:
    task = make_task()
    for body in ({"title": ""}, {"title": None}, {"status": "x", "priority": "low"}):
        assert client.put(f"/tasks/{task.pk}", body).status_code == 422
    assert faults(send(client, b"", "put", f"/tasks/{task.pk}")) == {("", "missing")}
    assert client.put(f"/tasks/{task.pk}", {}).status_code == 200
    task.refresh_from_db()
    assert (task.version, Change.objects.count()) == (1, 1)


def test_messages_speak_french_and_details_do_not(client: APIClient) -> None:
    french = {"Accept-Language": "fr-CA,fr;q=0.9"}
    message = client.post("/tasks", {"title": "x" * 201}, headers=french).json()["detail"][0]["msg"]
    assert message == "Assurez-vous que ce champ comporte au plus 200\u00a0caractères."
    missing = client.post("/tasks", {}, headers=french).json()["detail"][0]["msg"]
    assert missing == "Ce champ est obligatoire."
    assert client.get("/nowhere", headers=french).json() == {"detail": "Not Found"}
    assert client.patch("/tasks", headers=french).json() == {"detail": "Method Not Allowed"}


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/octet-stream", "text/json"])
def test_other_kinds_of_body_are_415(client: APIClient, kind: str) -> None:
    answer = client.generic("POST", "/tasks", '{"title": "x"}', content_type=kind)
    assert (answer.status_code, answer.json()) == (415, {"detail": "Unsupported Media Type"})


def test_a_body_over_the_limit_is_413(client: APIClient, settings: Any) -> None:
    settings.MAX_BODY_SIZE = 1000
    answer = client.post("/tasks", {"title": "x", "more": "x" * 1000})
    assert (answer.status_code, answer.json()) == (413, {"detail": "Content Too Large"})


def test_a_chunked_body_is_411(client: APIClient) -> None:
    answer = client.post("/tasks", {"title": "x"}, headers={"Transfer-Encoding": "chunked"})
    assert (answer.status_code, answer.json()) == (411, {"detail": "Length Required"})


def test_one_key_with_bad_text_does_not_break_the_list(client: APIClient) -> None:
    """A naive server stores this row, answers 500 and then fails on every list that holds it."""
    send(client, json.dumps({"title": "\ud800"}))
    send(client, json.dumps({"title": "ok", "assignee": "\x00"}))
    assert client.get("/tasks").status_code == 200

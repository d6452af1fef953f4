"""The gate for text and the meaning of dates, over everything that can be sent."""

import datetime
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.test import APIClient

from tasks.api.renderers import json_bytes
from tasks.api.rows import TASK_KEYS, task_row, task_rows
from tasks.api.serializers import TaskSerializer
from tasks.due import EARLIEST, LATEST, is_whole_day, parse_instant
from tasks.models import Priority, Status, Task
from tasks.tests.conftest import BY
from tasks.text import MAX_DEPTH, TooDeep, flaws, is_clean_query, is_storable

storable = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
any_text = st.text(st.characters())
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=8,
)
instants = st.datetimes(
    min_value=EARLIEST.replace(tzinfo=None), max_value=LATEST.replace(tzinfo=None), timezones=st.just(datetime.UTC)
)
titles = storable.filter(lambda text: 0 < len(text.strip()) <= 200)
rows = st.fixed_dictionaries(
    {"title": titles},
    optional={
        "description": st.none() | storable.filter(lambda text: len(text) <= 1000),
        "assignee": st.none() | storable.filter(lambda text: len(text) <= 100),
        "status": st.sampled_from(Status.values),
        "priority": st.sampled_from(Priority.values),
        "due_date": st.none() | instants,
    },
)


class EverythingTest(TestCase):
    @hypothesis_settings(max_examples=150, deadline=None)
    @given(row=rows)
    @example(row={"title": "x", "description": "", "assignee": ""})
    @example(row={"title": "\u200f\u202e👩‍👩‍👧‍👦", "description": "\r\n\t\\N\x85\u2028"})
    def test_what_goes_in_comes_out_and_equals_the_serializer(self, row: dict[str, Any]) -> None:
        task = Task.objects.create_task(by=BY, **row)
        quick = json.loads(json_bytes(task_rows(Task.objects.filter(pk=task.pk))[0]))
        slow = json.loads(json_bytes(TaskSerializer(Task.objects.get(pk=task.pk)).data))
        assert quick == slow == json.loads(json_bytes(task_row(task)))
        assert tuple(quick) == tuple(slow) == TASK_KEYS
        assert quick["title"] == row["title"].strip()
        assert quick["description"] == row.get("description")
        assert quick["assignee"] == (row.get("assignee") or None)
        if row.get("due_date"):
            assert parse_instant(quick["due_date"]) == row["due_date"]

    @hypothesis_settings(max_examples=150, deadline=None)
    @given(body=st.dictionaries(st.sampled_from([*TASK_KEYS, "extra"]) | any_text, any_json, max_size=5))
    def test_no_body_is_more_than_422_and_the_list_lives(self, body: dict[str, Any]) -> None:
        client = APIClient()
        raw: Any = json.dumps(body).encode()
        answer = client.generic("POST", "/tasks", raw, content_type="application/json")
        assert answer.status_code in {201, 422}
        assert client.get("/tasks").status_code == 200
        assert client.get("/changes").status_code == 200

    @hypothesis_settings(max_examples=150, deadline=None)
    @given(
        query=st.dictionaries(
            st.sampled_from(["status", "assignee", "q", "due_before", "limit", "cursor", "ordering", "overdue", "x"]),
            any_text.map(lambda text: text.encode("utf-8", "replace").decode()),
            max_size=3,
        )
    )
    def test_no_query_is_more_than_422(self, query: dict[str, str]) -> None:
        assert APIClient().get("/tasks", query).status_code in {200, 422}


@given(value=any_json)
@example(value=[{"n": 2**63}])
@example(value={"\0": -(2**63)})
def test_the_gate_passes_exactly_what_both_databases_store(value: Any) -> None:
    assert (not list(flaws(value))) is all(map(is_stored, leaves(value)))


def leaves(value: Any) -> list[Any]:
    """Return all keys and values that hold no others."""
    if isinstance(value, dict):
        return [*value, *leaves(list(value.values()))]
    return [leaf for inner in value for leaf in leaves(inner)] if isinstance(value, list) else [value]


def is_stored(leaf: Any) -> bool:
    if isinstance(leaf, str):
        return leaf.encode(errors="replace").decode() == leaf and "\0" not in leaf
    return not isinstance(leaf, int) or -(2**63) <= leaf < 2**63


def nested(depth: int) -> Any:
    value: Any = 1
    for _level in range(depth):
        value = [value]
    return value


def test_depth_is_bounded() -> None:
    assert list(flaws(nested(MAX_DEPTH))) == []
    with pytest.raises(TooDeep):
        list(flaws(nested(MAX_DEPTH + 1)))


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 0, True])
def test_64_bits_pass(number: int) -> None:
    assert list(flaws({"n": number})) == []


@pytest.mark.parametrize(
    ("query", "clean"),
    [
        ("", True),
        ("a=b", True),
        ("q=%C3%A9", True),
        ("q=%00", False),
        ("q=%FF", False),
        ("q=%ED%A0%80", False),
        ("%zz", True),
        ("q=\x00", False),
        ("%F0%9F%91%A9", True),
    ],
)
def test_encoded_queries_are_told_apart(query: str, clean: bool) -> None:
    assert is_clean_query(query) is clean


@given(text=any_text)
def test_storable_text_is_utf_8_without_nul(text: str) -> None:
    try:
        expected = b"\0" not in text.encode()
    except UnicodeEncodeError:
        expected = False
    assert is_storable(text) is expected


@given(instant=instants)
def test_an_instant_survives_being_written_and_read(instant: datetime.datetime) -> None:
    assert parse_instant(instant.isoformat()) == instant
    assert parse_instant(instant.isoformat().replace("+00:00", "Z")) == instant


@given(text=any_text)
def test_no_text_makes_the_parser_of_dates_fail_otherwise(text: str) -> None:
    try:
        parse_instant(text)
    except ValueError:
        return
    assert text.isascii()


@pytest.mark.parametrize("zone", ["UTC", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu"])
@given(day=st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)))
def test_a_bare_date_is_midnight_of_the_servers_zone(zone: str, day: datetime.date) -> None:
    from django.test import override_settings

    with override_settings(TIME_ZONE=zone):
        instant = parse_instant(day.isoformat())
        assert is_whole_day(instant)
        assert abs(instant - datetime.datetime.combine(day, datetime.time(), datetime.UTC)) < datetime.timedelta(days=2)

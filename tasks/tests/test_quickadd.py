"""Quick-add: what a typed line means, in both languages, whatever is typed."""

import datetime
import time
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.due import start_of_day
from tasks.models import Task
from tasks.quickadd import MAX_LINES, MAX_SIZE, Draft, People, Person, TooMuch, folded, read, split
from tasks.tests.conftest import BY

TODAY = datetime.date(2026, 11, 19)  # a Thursday
PEOPLE = People(
    [
        Person.known_as("alice", "Alice", "Alice Martin", shown="Alice Martin"),
        Person.known_as("alfred.k", "Frédéric", "Frédéric Klein", shown="Frédéric Klein"),
        Person.known_as("bob", "Bob"),
        Person.known_as("al"),
        Person.known_as("Chloé Durand"),
        Person.known_as("J. Dr."),
    ]
)


@pytest.fixture(autouse=True, scope="module")
def _english() -> Iterator[None]:
    """Whatever language the pages of other tests were in."""
    with translation.override("en"):
        yield


def parsed(line: str, today: datetime.date = TODAY, **more: Any) -> Draft:
    return read(line, today=today, people=lambda: PEOPLE, **more)


def details(line: str, today: datetime.date = TODAY) -> dict[str, Any]:
    """Return what the line sets besides title and status, due dates as days."""
    fields = {token.kind: token.value for token in parsed(line, today).tokens}
    if "due_date" in fields:
        fields["due_date"] = fields["due_date"].date().isoformat()
    return fields


# --- Words ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("word", "priority"),
    [
        *[("!low", "low"), ("!medium", "medium"), ("!high", "high")],
        *[("!basse", "low"), ("!moyenne", "medium"), ("!haute", "high")],
        *[("!HIGH", "high"), ("!Haute", "high")],
    ],
)
def test_priority_is_understood_in_both_languages(word: str, priority: str) -> None:
    assert parsed(f"Fix login {word}").fields == {"title": "Fix login", "status": "todo", "priority": priority}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *[("todo", "todo"), ("to-do", "todo"), ("progress", "in_progress"), ("in_progress", "in_progress")],
        *[("done", "done"), ("afaire", "todo"), ("à-faire", "todo"), ("encours", "in_progress")],
        *[("en-cours", "in_progress"), ("fait", "done"), ("terminé", "done"), ("TERMINÉE", "done")],
    ],
)
@pytest.mark.parametrize("name", ["status", "statut", "Status"])
def test_status_is_understood_in_both_languages(name: str, word: str, status: str) -> None:
    assert parsed(f"{name}:{word} Fix login").fields == {"title": "Fix login", "status": status}


@pytest.mark.parametrize("name", ["due", "échéance", "echeance", "ÉCHÉANCE", unicodedata.normalize("NFD", "échéance")])
@pytest.mark.parametrize(
    ("word", "day"),
    [
        *[("today", "2026-11-19"), ("tomorrow", "2026-11-20"), ("Aujourd'hui", "2026-11-19")],
        *[("aujourd’hui", "2026-11-19"), ("demain", "2026-11-20")],
        *[("friday", "2026-11-20"), ("fri", "2026-11-20"), ("vendredi", "2026-11-20"), ("ven", "2026-11-20")],
        *[("thursday", "2026-11-26"), ("jeu", "2026-11-26"), ("wednesday", "2026-11-25"), ("MER", "2026-11-25")],
        *[("mon", "2026-11-23"), ("mar", "2026-11-24"), ("sam", "2026-11-21"), ("sun", "2026-11-22")],
        *[("+3d", "2026-11-22"), ("+2w", "2026-12-03"), ("+3j", "2026-11-22"), ("+2s", "2026-12-03")],
        *[("+0d", "2026-11-19"), ("20/11", "2026-11-20"), ("19/11", "2026-11-19"), ("18/11", "2027-11-18")],
        *[("1/1", "2027-01-01"), ("01/12", "2026-12-01"), ("29/2", "2028-02-29"), ("5/3/2027", "2027-03-05")],
        *[("2026-11-20", "2026-11-20"), ("2020-02-29", "2020-02-29"), ("2100-01-01", "2100-01-01")],
    ],
)
def test_due_date_is_understood_in_both_languages(name: str, word: str, day: str) -> None:
    assert details(f"Fix login {name}:{word}") == {"due_date": day}


@pytest.mark.parametrize(
    "word",
    [
        *["due:", "due:31/11", "due:30/2/2027", "due:2026-13-01", "due:2026-1-1", "due:+d", "due:+3", "due:-3d"],
        *["due:someday", "due:frida", "due:fr", "due:20/11/26", "due:0/5", "due:+99999d", "due:2026-W47-5"],
        *["due:٢٠/١١", "due:２０/１１", "due:0001-01-01", "due:9999-12-31", "overdue:today", "re:due:today"],
        *["!", "!!high", "!urgent", "!hi", "!low,", "high!", "@", '@"', '@""', '@" "', '@"bob', "mail@bob", "(@bob"],
        *["status:", "status:open", "etat:done", "status:donedone", "#bug", "\\", "\\word", "C:\\temp", "\\\\!high"],
    ],
)
def test_what_is_not_understood_stays_in_the_title(word: str) -> None:
    draft = parsed(f"Fix {word} login")
    assert (draft.title, list(draft.tokens)) == (f"Fix {word} login", [])


@pytest.mark.parametrize("word", ["!high", "@alice", '@"Bob Lee"', "due:friday", "échéance:demain", "status:done"])
def test_backslash_makes_words_of_a_token_and_goes(word: str) -> None:
    draft = parsed(f"Fix \\{word} login")
    assert (draft.title, list(draft.tokens)) == (f"Fix {word} login", [])


def test_day_without_a_year_may_be_the_last_leap_day_for_eight_years() -> None:
    assert details("x due:29/2", datetime.date(1896, 3, 1)) == {"due_date": "1904-02-29"}


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Havana", "Asia/Kolkata", "Pacific/Kiritimati"])
def test_due_day_is_a_whole_day_where_the_server_is(settings: Any, zone: str) -> None:
    settings.TIME_ZONE = zone
    for day in (datetime.date(2026, 3, 8), datetime.date(2026, 10, 25)):  # clocks change
        [token] = parsed(f"x due:{day}").tokens
        assert token.value == start_of_day(day)


# --- People -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "stored"),
    [
        *[("@alice", "alice"), ("@ALI", "alice"), ("@bob", "bob"), ("@al", "al"), ("@alf", "alfred.k")],
        *[("@fred", "alfred.k"), ("@Frédéric", "alfred.k"), ("@chlo", "Chloé Durand"), ("@CHLOE", "Chloé Durand")],
        *[('@"alice martin"', "alice"), ("@“Chloé Durand”", "Chloé Durand"), ("@« Chloé Durand »", "Chloé Durand")],
        *[("@Zoë", "Zoë"), ('@"Ann Lee"', "Ann Lee"), ('@"ali"', "ali"), ('@"  Ann "', "Ann")],
        *[("@alice,", "alice"), ("@Zoë.", "Zoë"), ('@"J. Dr."', "J. Dr."), ("@...", "..."), ("@media", "media")],
        *[
            ("@a" + "b" * 99, "a" + "b" * 99),
            ("@李", "李"),
            ("@נועם", "נועם"),
            ("@👩🏽‍🔧", "👩🏽‍🔧"),
            ("@\u0301", "\u0301"),
        ],
    ],
)
def test_name_is_a_known_one_its_beginning_or_free_text(written: str, stored: str) -> None:
    draft = parsed(f"Fix {written} login")
    assert (draft.title, draft.fields.get("assignee")) == ("Fix login", stored)


def test_name_too_long_to_be_stored_stays_in_the_title() -> None:
    assert parsed("Fix @" + "b" * 101).title == "Fix @" + "b" * 101
    assert parsed('Fix @"' + "b " * 51 + '"').title == 'Fix @"' + "b " * 51 + '"'


def test_whole_name_wins_over_a_beginning_and_accounts_over_used_names() -> None:
    people = People([Person.known_as("alan", "Al"), Person.known_as("al"), Person.known_as("alfonso")])
    drafts = [read(f"x {name}", today=TODAY, people=lambda: people) for name in ("@al", "@alf", "@ala", "@a")]
    assert [draft.fields["assignee"] for draft in drafts] == ["alan", "alfonso", "alan", "alan"]


def test_people_are_asked_for_only_where_a_name_counts() -> None:
    asked: list[str] = []

    def people() -> People:
        asked.append("people")
        return PEOPLE

    for line in ("Fix login !high due:friday", "mail alice@example.org", "\\@alice", "@"):
        read(line, today=TODAY, people=people)
    assert asked == []
    read("Fix @bob @alice", today=TODAY, people=people)
    assert asked == ["people"]


# --- Lines ------------------------------------------------------------------------------------------------------------
def test_tokens_may_stand_anywhere_and_leave_one_space() -> None:
    draft = parsed("  !high   Call  the @bob\tdue:fri hosting\u00a0provider  status:progress ")
    assert draft.title == "Call  the hosting\u00a0provider"
    assert [token.kind for token in draft.tokens] == ["priority", "assignee", "due_date", "status"]


def test_last_token_of_a_kind_counts_and_earlier_ones_stay_to_be_seen() -> None:
    draft = parsed("!low Fix @alice @bob login due:today !high due:31/11")
    assert draft.title == "!low Fix @alice login due:31/11"
    assert details(draft.line) == {"assignee": "bob", "due_date": "2026-11-19", "priority": "high"}


def test_column_is_the_status_unless_the_line_says_otherwise() -> None:
    assert parsed("Fix", status="done").fields["status"] == "done"
    assert parsed("Fix status:todo", status="done").fields["status"] == "todo"


def test_label_stays_in_the_title() -> None:
    assert parsed("Fix #bug login").title == "Fix #bug login"


def test_ranges_count_characters_of_the_line() -> None:
    draft = parsed("👩🏽‍🔧 שלום !high ok")
    [token] = draft.tokens
    assert draft.line[token.start : token.end] == "!high"
    assert draft.title == "👩🏽‍🔧 שלום ok"


@pytest.mark.parametrize("line", ["", "   ", "!high", "@alice due:today", "\u00a0"])
def test_line_without_a_title_is_a_fault(line: str) -> None:
    assert parsed(line).fault == "Write what is to be done: there are only details so far."


def test_title_of_200_characters_fits_and_of_201_is_a_fault() -> None:
    assert parsed("é" * 200 + " !high").fault == ""
    assert parsed("👍" * 201).fault == "The title has 201 characters; at most 200 fit."


@pytest.mark.parametrize("line", ["Fix\x00 login", "Fix \ud800", "@\x00 x"])
def test_what_no_database_stores_is_a_fault(line: str) -> None:
    assert parsed(line).fault == "A character in it cannot be stored."


def test_meaning_is_told_in_the_readers_language() -> None:
    tokens = parsed("x !high @fred due:2027-11-20 status:progress").tokens
    assert [token.words for token in tokens] == ["High", "Frédéric Klein", "Sat 20 Nov 2027", "In progress"]
    with translation.override("fr"):
        assert [token.words for token in tokens][::3] == ["Haute", "En cours"]


# --- Many lines -------------------------------------------------------------------------------------------------------
def test_lines_end_as_they_do_anywhere_and_empty_ones_keep_their_number() -> None:
    assert split("one\r\ntwo\n\n  \rthree\n") == ["one", "two", "", "  ", "three", ""]
    assert split("") == [""]


def test_separators_that_no_one_sees_end_no_line() -> None:
    assert split("one\u2028two\x0bthree\x85four") == ["one\u2028two\x0bthree\x85four"]


def test_two_hundred_lines_fit_and_one_more_does_not() -> None:
    assert len(split("x\n\n" * MAX_LINES)) == 2 * MAX_LINES + 1
    with pytest.raises(TooMuch, match=r"These are 201 tasks; at most 200 can be added at once."):
        split("x\n" * (MAX_LINES + 1))


def test_text_of_64_kilobytes_fits_and_one_byte_more_does_not() -> None:
    assert split("é" * (MAX_SIZE // 2)) == ["é" * (MAX_SIZE // 2)]
    with pytest.raises(TooMuch, match=r"This is too much text at once: at most 64 kB fit."):
        split("é" * (MAX_SIZE // 2) + "x")


# --- Anything ---------------------------------------------------------------------------------------------------------
SAMPLES = st.sampled_from(
    [
        *["!high", "!basse", "@alice", '@"Ann Lee"', '@"', "“", "@", "due:friday", "échéance:+3j", "due:31/11", "\\"],
        *[
            "status:done",
            "\\!low",
            "\\@x",
            "#bug",
            " ",
            "\t",
            "\u00a0",
            "\x00",
            "\ud800",
            "é",
            "👩🏽‍🔧",
            "שלום",
            "x" * 201,
        ],
    ]
)
LINES = st.lists(SAMPLES | st.text(max_size=12), max_size=12).map("".join)
DAYS = st.dates() | st.just(TODAY)


@given(LINES, DAYS)
@settings(max_examples=300, deadline=None)
def test_any_line_is_read_and_nothing_typed_is_lost(line: str, today: datetime.date) -> None:
    draft = parsed(line, today)
    assert "".join(part for part, _token in draft.parts) == line
    assert len({token.kind for token in draft.tokens}) == len(draft.tokens)
    rest = "".join(part if token is None else " " for part, token in draft.parts)
    kept, typed = draft.title.split(), rest.split()
    assert [word.removeprefix("\\") for word in typed] == [word.removeprefix("\\") for word in kept]
    assert all(token.words for token in draft.tokens)
    assert draft.fault or 0 < len(draft.title) <= 200


@given(LINES)
@settings(max_examples=200, deadline=None)
def test_reading_is_stable(line: str) -> None:
    draft = parsed(line)
    assert parsed(line) == draft
    # Around the title nothing is left that would count a second time, except what another token had overruled.
    overruled = {token.kind for token in draft.tokens}
    again = {token.kind for token in parsed(draft.title).tokens}
    assert again <= overruled or "\\" in line


@given(st.text(max_size=40))
def test_names_are_compared_without_case_and_accents(name: str) -> None:
    assert folded(name) == folded(folded(name))
    assert folded("ÉlodiE l’Œil") == "elodie l'œil"


@given(LINES.map(lambda line: line + " x"))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_read_can_be_stored(db: None, line: str) -> None:
    draft = parsed(line)
    if not draft.fault:
        task = Task.objects.create_task(by=BY, **draft.fields)
        task.refresh_from_db()
        assert task.title == draft.title


@pytest.mark.parametrize(
    "piece",
    ["@“a ", '@"a ', "@a ", "!high ", "due:20/11 ", "\\!high ", "x", "é", "@", '"', "due:", "\u00a0", "+9", "\\"],
)
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    line = piece * (MAX_SIZE // len(piece.encode()))
    people = People(Person.known_as(f"person {number}") for number in range(1000))
    began = time.process_time()
    read(line, today=TODAY, people=lambda: people)
    assert time.process_time() - began < 2  # seconds; steps that grow with the square would take minutes

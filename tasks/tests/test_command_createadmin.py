"""The first administrator, for hosts without a shell."""

import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tasks.tests import scratch

pytestmark = pytest.mark.django_db
GOOD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "EMAIL"):
        monkeypatch.delenv(f"DJANGO_SUPERUSER_{name}", raising=False)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Any:
    def give(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(f"DJANGO_SUPERUSER_{name.upper()}", value)

    return give


def test_the_variables_make_an_administrator(given: Any, capsys: pytest.CaptureFixture[str]) -> None:
    given(username="grace", password=GOOD, email="grace@example.org")
    call_command("createadmin")
    grace = User.objects.get()
    assert (grace.username, grace.email, grace.is_superuser, grace.is_staff) == (
        "grace",
        "grace@example.org",
        True,
        True,
    )
    assert grace.check_password(GOOD)
    assert GOOD not in "".join(capsys.readouterr())


def test_a_second_run_changes_nothing(given: Any, capsys: pytest.CaptureFixture[str]) -> None:
    given(username="grace", password=GOOD)
    call_command("createadmin")
    before = User.objects.values().get()
    given(password="another-password-99", email="other@example.org")
    call_command("createadmin")
    assert User.objects.values().get() == before
    assert "stays as it is" in capsys.readouterr().out


def test_an_account_without_rights_is_not_promoted(alice: User, given: Any, capsys: pytest.CaptureFixture[str]) -> None:
    given(username="alice", password=GOOD)
    call_command("createadmin")
    alice.refresh_from_db()
    assert not alice.is_superuser
    assert alice.check_password("wonderland-42")
    assert "no active administrator" in capsys.readouterr().out


@pytest.mark.parametrize("set_one", [{}, {"username": "grace"}, {"password": GOOD}])
def test_without_its_variables_it_says_what_to_set(
    set_one: dict[str, str], given: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    given(**set_one)
    call_command("createadmin")
    said = capsys.readouterr().out
    assert not User.objects.exists()
    for name in {"username", "password"} - set_one.keys():
        assert f"DJANGO_SUPERUSER_{name.upper()}" in said
    assert GOOD not in said


@pytest.mark.parametrize(
    ("username", "password", "sentence"),
    [
        ("grace", "short1!", "too short"),
        ("grace", "12345678901", "entirely numeric"),
        ("grace", "password123", "too common"),
        ("gracehopper", "gracehopper1", "too similar"),
        ("not a name", GOOD, "valid username"),
        ("g" * 151, GOOD, "150"),
    ],
)
def test_what_the_validators_refuse_is_refused_with_their_sentences(
    username: str, password: str, sentence: str, given: Any
) -> None:
    given(username=username, password=password)
    with pytest.raises(CommandError, match=sentence) as refusal:
        call_command("createadmin")
    assert password not in str(refusal.value)
    assert not User.objects.exists()


def test_a_name_that_unicode_writes_in_two_ways_is_one_name(given: Any, capsys: pytest.CaptureFixture[str]) -> None:
    given(username="\ufb01ona", password=GOOD)
    call_command("createadmin")
    call_command("createadmin")
    assert User.objects.get().username == "fiona"
    assert "fiona is there already" in capsys.readouterr().out


def test_spaces_of_a_password_are_kept(given: Any) -> None:
    given(username="grace", password=f" {GOOD} ")
    call_command("createadmin", verbosity=0)
    assert User.objects.get().check_password(f" {GOOD} ")


def test_random_makes_admin_with_a_password_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("createadmin", random=True)
    shown = re.search(r"Password: (\S{16}) ", capsys.readouterr().out)
    assert shown
    assert User.objects.get(username="admin", is_superuser=True).check_password(shown[1])
    call_command("createadmin", random=True)
    assert "already" in capsys.readouterr().out
    assert User.objects.count() == 1


def test_random_passwords_differ(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("createadmin", random=True)
    User.objects.all().delete()
    call_command("createadmin", random=True)
    first, second = re.findall(r"Password: (\S+)", capsys.readouterr().out)
    assert first != second


def test_random_leaves_the_variables_their_way(given: Any, capsys: pytest.CaptureFixture[str]) -> None:
    given(username="grace", password=GOOD)
    call_command("createadmin", random=True)
    assert User.objects.get().username == "grace"
    assert "Password" not in capsys.readouterr().out


def test_random_makes_nothing_where_nobody_would_see_the_password() -> None:
    with pytest.raises(CommandError, match="-v 0"):
        call_command("createadmin", random=True, verbosity=0)
    assert not User.objects.exists()


def test_random_does_not_take_over_somebodys_account(capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.create_user("admin", password="mine-alone-7")
    call_command("createadmin", random=True)
    assert User.objects.get().check_password("mine-alone-7")
    assert "Password" not in capsys.readouterr().out


def test_it_ends_with_0_without_variables_and_with_1_for_a_weak_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scratch.manage(url, "migrate", "-v0").returncode == 0
    assert scratch.manage(url, "createadmin").returncode == 0
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "grace")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "weak")
    assert scratch.manage(url, "createadmin").returncode == 1

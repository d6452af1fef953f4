"""TaskFlow in a browser that prefers French: nothing left in English, nothing cut off, dates as French has them."""

import datetime
import re
from collections.abc import Callable

import polib
import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone, translation
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from rest_framework.test import APIClient

from accounts.models import User
from tasks import due
from tasks.board import activity
from tasks.board.filters import BoardFilter
from tasks.models import Actor, Change, Source, Task
from tasks.templatetags.board import total_in_words, up_to
from tasks.templatetags.task import distance
from tasks.tests.browser.board import card, open_board, title, toast

pytestmark = pytest.mark.browser_context_args(locale="fr-FR")

Make = Callable[..., Task]
CATALOGUE = polib.pofile(f"{settings.LOCALE_PATHS[0]}/fr/LC_MESSAGES/django.po")
ENGLISH = {entry.msgid for entry in CATALOGUE if entry.msgid not in {entry.msgstr, *entry.msgstr_plural.values()}}
# Every text of a page with those that scripts show later and those that are only read aloud.
TEXTS = """
() => {
  const parts = [document, ...[...document.querySelectorAll("template")].map(({ content }) => content)];
  const all = parts.flatMap((part) => [...part.querySelectorAll("*:not(script, style, pre, [lang=en])")]);
  const own = ({ childNodes }) => [...childNodes].filter(({ nodeType }) => nodeType === 3).map((one) => one.data);
  const names = ["aria-label", "title", "placeholder", "alt"];
  return all.flatMap((one) => [...own(one), ...names.map((name) => one.getAttribute(name) ?? "")]);
}
"""
# What shows less than its whole text, and is neither for readers alone nor something that scrolls.
CUT = """
() => [...document.querySelectorAll("a, button, kbd, h1, h2, h3, p, span, label, dt, dd, textarea, input, summary")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((one) => !one.closest(".visually-hidden, .card h3") && getComputedStyle(one).overflowX !== "visible")
  .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent || one.placeholder)
"""


@pytest.fixture
def tomorrow(make_task: Make) -> Task:
    """Of three tasks, which were just shown in English, the one to do."""
    day = timezone.localdate()
    make_task("Payer", status="done")
    make_task("Relire", due_date=due.start_of_day(day - datetime.timedelta(2)), status="in_progress", priority="high")
    task = make_task("Appeler", due_date=due.start_of_day(day + datetime.timedelta(1)), assignee="Aïcha")
    APIClient().get("/", headers={"Accept": "text/html", "Accept-Language": "en"})  # leaves no English in any cache
    return task


def english_in(page: Page) -> set[str]:
    return {" ".join(text.split()) for text in page.evaluate(TEXTS)} & ENGLISH


# --- Words ------------------------------------------------------------------------------------------------------------
def test_no_page_has_a_text_left_in_english(page: Page, tomorrow: Task) -> None:
    gone = Task.objects.get(title="Payer")
    gone.remove(by=Actor(Source.BOARD))
    number = f"/t/{tomorrow.number}"
    for address in ("/", "/?q=rien&overdue=true", "/?nix=1", number, f"/t/{gone.number}", "/add", "/sign-in", "/nix"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        assert english_in(page) == set(), address


def test_first_run_is_french(page: Page, db: None) -> None:
    open_board(page)
    expect(page.get_by_role("heading", name="Ajoutez votre première tâche")).to_be_visible()
    expect(page.locator(".tokens .token")).to_have_text(["!haute", "@alice", "échéance:vendredi", "statut:en-cours"])
    assert english_in(page) == set()


def test_cards_tell_their_days_in_french(page: Page, tomorrow: Task) -> None:
    open_board(page)
    expect(page.locator(".column h2")).to_have_text(["À faire", "En cours", "Terminé"])
    expect(page.locator("#total")).to_have_text("3 tâches")
    expect(card(page, "Appeler").locator("time")).to_have_text("Demain")
    expect(card(page, "Relire").locator("time")).to_have_text("2 jours de retard")
    expect(card(page, "Relire").locator("time")).to_have_attribute("title", re.compile(r"^Échéance le \d"))
    expect(card(page, "Payer").locator("time")).to_have_attribute("title", re.compile(r"^Terminée le \d"))
    expect(card(page, "Relire").locator(".bars")).to_have_attribute("aria-label", "Priorité\u00a0: Haute")
    expect(card(page, "Appeler").locator(".avatar")).to_have_text("AÏAssignée à Aïcha")


def test_move_is_told_and_undone_in_french(page: Page, tomorrow: Task) -> None:
    open_board(page)
    title(page, "Appeler").focus()
    page.keyboard.press("2")
    expect(toast(page)).to_contain_text(f"#{tomorrow.number} passée à «\u00a0En cours\u00a0»")
    toast(page).get_by_role("button", name="Annuler").click()
    expect(toast(page)).to_contain_text("Annulé")


def test_quick_add_reads_french_words(page: Page, tomorrow: Task) -> None:
    open_board(page)
    field = page.get_by_label("Ajouter une tâche", exact=True).filter(visible=True)
    field.fill("Loyer !haute @aicha échéance:24/11/2037 statut:en-cours")
    chips = page.locator(".understood-chips button:visible")
    expect(chips.locator("> [dir]")).to_have_text(["Haute", "Aïcha", "mar. 24 nov. 2037", "En cours"])
    expect(chips.first).to_have_accessible_name("Priorité\u00a0: Haute, retirer")
    field.press("Enter")
    expect(toast(page)).to_contain_text("«\u00a0Loyer\u00a0» ajoutée")
    expect(page.locator("[data-cards=in_progress] h3").first).to_have_text("Loyer")
    made = Task.objects.get(title="Loyer")
    assert (made.priority, made.assignee, made.due_date) == (
        "high",
        "Aïcha",
        due.start_of_day(datetime.date(2037, 11, 24)),
    )


def test_several_lines_are_counted_in_french(page: Page, tomorrow: Task) -> None:
    open_board(page)
    page.get_by_label("Ajouter une tâche", exact=True).filter(visible=True).fill("Une\nDeux\nTrois")
    expect(page.get_by_role("button", name="Ajouter 3 tâches")).to_be_visible()
    expect(page.locator(".understood-count:visible")).to_have_text("3 tâches, une par ligne")


def test_history_tells_french_sentences(page: Page, make_task: Make, benoit: Actor) -> None:
    task = make_task("Relire", priority="low")
    for fields in (
        {"status": "in_progress"},
        {"priority": "high"},
        {"assignee": "Aïcha"},
        {"assignee": "Daniel"},
        {"due_date": due.start_of_day(datetime.date(2037, 11, 24))},
        {"due_date": due.start_of_day(datetime.date(2037, 12, 1))},
        {"due_date": due.start_of_day(datetime.date(2037, 12, 24))},
        {"due_date": None},
        {"assignee": None},
        {"title": "Relire deux fois"},
    ):
        task.change(by=benoit, **fields)
    page.goto(f"/t/{task.number}")
    expect(page.locator(".thread li p")).to_have_text(
        [
            "Quelqu’un a créé cette tâche · à l’instant",
            *(
                f"Benoît Lefèvre {what} · à l’instant"
                for what in (
                    "a passé cette tâche de «\u00a0À faire\u00a0» à «\u00a0En cours\u00a0»",
                    "a relevé la priorité de Basse à Haute",
                    "a assigné cette tâche à Aïcha",
                    "a remplacé Aïcha par Daniel comme responsable",
                    "a fixé l’échéance au 24 nov. 2037",
                    "a passé l’échéance du 24 nov. 2037 au 1er déc. 2037",
                    "a passé l’échéance du 1er au 24 déc. 2037",
                    "a retiré l’échéance du 24 déc. 2037",
                    "a retiré cette tâche à Daniel",
                    "a modifié le titre",
                )
            ),
        ],
        use_inner_text=True,  # on the screen: paper has the whole date
    )


def test_help_names_the_keys_of_a_french_keyboard(page: Page, tomorrow: Task) -> None:
    open_board(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Raccourcis clavier")).to_be_visible()
    for what, keys in {
        "Annuler le dernier changement": "CtrlZ",
        "Fermer": "Échap",
        "Ouvrir ou modifier": "Entrée ou E",
        "Échéance": "MajD",
        "Prendre, poser une carte": "Espace",
        "Aller au tableau": "G puis B",
    }.items():
        row = page.locator("#help dl > div").filter(has=page.get_by_text(what, exact=True))
        expect(row.locator("dd")).to_have_text(keys)


def test_language_is_chosen_on_the_page(page: Page, tomorrow: Task) -> None:
    open_board(page)
    page.locator(".account > summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".column h2")).to_have_text(["To do", "In progress", "Done"])


# --- Room -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_nothing_is_cut_off(page: Page, tomorrow: Task, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for address in ("/", f"/t/{tomorrow.number}", "/add"):
        page.goto(address)
        assert page.evaluate(CUT) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_first_run_fits_a_phone(page: Page, db: None) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_board(page)
    assert page.evaluate(CUT) == []


def test_dock_and_tabs_fit_a_phone(page: Page, tomorrow: Task) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_board(page)
    labels = page.locator(".dock > a").all_inner_texts()
    assert labels == ["Tableau", "", "Plus"]
    heights = {round(tab.bounding_box()["height"]) for tab in page.locator(".tabs > a").all()}  # type: ignore[index]
    assert len(heights) == 1  # no name needs a second line
    assert max(heights) <= 46


def test_settings_lie_above_the_cards(page: Page, tomorrow: Task) -> None:
    open_board(page)
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_french_is_accessible(page: Page, tomorrow: Task, accessible: Callable[..., None]) -> None:
    open_board(page)
    accessible()
    page.goto(f"/t/{tomorrow.number}")
    accessible()


# --- Dates ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def french() -> translation.override:
    return translation.override("fr")


def test_days_have_no_year_while_it_lasts(french: translation.override) -> None:
    this_year = timezone.localdate().year
    with french:
        assert due.day_in_words(datetime.date(this_year, 11, 24)) == "24 nov."
        assert due.day_in_words(datetime.date(this_year, 12, 1)) == "1er déc."
        assert due.day_in_words(datetime.date(this_year, 5, 2), with_year=True) == f"2 mai {this_year}"


def test_weekdays_are_short_and_small(french: translation.override) -> None:
    day = datetime.date(2037, 11, 24)
    with french:
        words = [due.day_in_words(day + datetime.timedelta(n), with_weekday=True) for n in range(7)]
    assert words == [
        *("mar. 24 nov. 2037", "mer. 25 nov. 2037", "jeu. 26 nov. 2037", "ven. 27 nov. 2037"),
        *("sam. 28 nov. 2037", "dim. 29 nov. 2037", "lun. 30 nov. 2037"),
    ]


def test_first_of_a_month_is_an_ordinal_everywhere(french: translation.override) -> None:
    first, eleventh = (due.start_of_day(datetime.date(2037, 12, day)) for day in (1, 11))
    with french:
        assert due.in_words(first) == "1er décembre 2037"
        assert due.in_words(first + datetime.timedelta(hours=9)) == "1er décembre 2037 09:00"
        assert due.in_words(eleventh) == "11 décembre 2037"
        assert activity.moment(first + datetime.timedelta(hours=9)) == "1er déc. 2037, 09:00"
    assert due.in_words(first) == "Dec. 1, 2037"


@pytest.mark.parametrize(
    ("ahead", "on_card", "on_page"),
    [
        (-2, "2 jours de retard", "2 jours de retard"),
        (-1, "1 jour de retard", "1 jour de retard"),
        (0, "Aujourd’hui", "aujourd’hui"),
        (1, "Demain", "demain"),
    ],
)
def test_days_near_today_have_names(french: translation.override, ahead: int, on_card: str, on_page: str) -> None:
    day = timezone.localdate() + datetime.timedelta(ahead)
    with french:
        assert (due.relative_day(day), distance(day)) == (on_card, on_page)


def test_days_ahead_are_weekdays_on_cards_and_counted_on_the_page(french: translation.override) -> None:
    days = [timezone.localdate() + datetime.timedelta(ahead) for ahead in (2, 5, 6)]
    weekdays = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
    with french:
        assert [due.relative_day(day) for day in days] == [*(weekdays[day.weekday()] for day in days[:2]), ""]
        assert [distance(day) for day in days] == ["dans 2 jours", "dans 5 jours", ""]


def test_moments_near_now_are_told_from_now(french: translation.override) -> None:
    now = timezone.now()
    yesterday = (now - datetime.timedelta(1)).replace(hour=17, minute=5)
    with french:
        assert activity.ago(now) == "à l’instant"
        assert activity.ago(now - datetime.timedelta(minutes=8)) == "il y a 8\u00a0min"
        assert activity.ago(yesterday) == "hier, 17:05"


def test_counts_have_french_plurals_and_spaces(french: translation.override) -> None:
    with french:
        assert total_in_words({"todo": 0}, 1000, BoardFilter.asked(QueryDict("q=nix"))) == "0 tâche"
        assert up_to(1000, 1000) == "1\u00a0000+"


# --- Elsewhere --------------------------------------------------------------------------------------------------------
def test_conflict_is_told_in_french(page: Page, tomorrow: Task, benoit: Actor) -> None:
    page.goto(f"/t/{tomorrow.number}")
    field = page.locator("#task").get_by_label("Titre", exact=True)
    field.fill("Rappeler")
    tomorrow.change(by=benoit, title="Écrire")
    field.blur()
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("Benoît Lefèvre a changé le titre pendant que vous le modifiiez")
    expect(conflict.get_by_role("button")).to_have_text(["Garder la sienne", "Utiliser la mienne"])
    expect(page.locator("#task-state")).to_have_text("Non enregistré")


def test_error_pages_have_no_english_phrase(page: Page, live_server: LiveServer, db: None) -> None:
    page.goto("/nix")
    expect(page).to_have_title("404 · TaskFlow")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    english = APIClient().get("/nix", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert "<title>404 Not Found · TaskFlow</title>" in english.content.decode()


def test_names_of_people_stay_as_they_are(page: Page, make_task: Make, alice: User) -> None:
    make_task("High", assignee="Nobody")
    open_board(page)
    expect(title(page, "High")).to_be_visible()
    expect(card(page, "High").locator(".avatar")).to_have_attribute("title", "Nobody")
    assert Change.objects.count() == 1

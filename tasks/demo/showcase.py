"""The small set that a first start shows: written by hand, around today, with something for every view."""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils import timezone

from tasks.due import start_of_day


class Sketch(NamedTuple):
    """Days count from today; `due` is a day, or (day, hour in TIME_ZONE); `moved` days after `created`."""

    title: str
    status: str = "todo"
    priority: str = "medium"
    assignee: str | None = None
    created: int = -3
    moved: float = 0
    due: int | tuple[int, int] | None = None
    description: str | None = None

    def fields(self, today: datetime.date, order: int) -> dict[str, Any]:
        created_at = at_hour(today, self.created, 9) + datetime.timedelta(minutes=7 * order)
        day, hour = self.due if isinstance(self.due, tuple) else (self.due, 0)
        return {
            "title": self.title,
            "description": self.description,
            "status": self.status,
            "priority": self.priority,
            "assignee": self.assignee,
            "due_date": None if day is None else at_hour(today, day, hour),
            "created_at": created_at,
            "updated_at": created_at + datetime.timedelta(days=self.moved),
        }


def at_hour(today: datetime.date, day: int, hour: int) -> datetime.datetime:
    return start_of_day(today + datetime.timedelta(days=day)) + datetime.timedelta(hours=hour)


def showcase(today: datetime.date | None = None) -> Iterator[dict[str, Any]]:
    today = today or timezone.localdate()
    drawn = [sketch.fields(today, order) for order, sketch in enumerate(SKETCHES)]
    yield from sorted(drawn, key=lambda fields: fields["created_at"])


SKETCHES = (
    # A software team
    Sketch(
        "Fix the login page on small phones", "in_progress", "high", "Alice", -6, 4.2, 1,
        "The button is below the keyboard on a 5-inch screen.\nSeen on Android 14 and iOS 17.",
    ),
    Sketch(
        "Export tasks to a spreadsheet", "todo", "medium", "Ben", -9, 0, 12,
        "CSV first. Columns in the order of the list, dates that spreadsheets understand.",
    ),
    Sketch("Upgrade the database to the next major version", "todo", "high", None, -20, 3, (5, 18)),
    Sketch("Write the release notes", "todo", "low", "Chloe", -2, 0, (2, 17)),
    Sketch("Find out why the nightly backup took three hours", "in_progress", "high", "Dmitri", -4, 1.1, 0),
    Sketch("Add a dark colour scheme", "done", "low", "Chloe", -41, 12.3),
    Sketch("Reply to the accessibility report", "done", "high", "Alice", -30, 6.4, -22),
    Sketch("Remove the unused feature flags", "todo", "low", None, -55, 20),
    Sketch("Pair on the search index", "done", "medium", "Ben", -13, 2.2, -10),
    Sketch("Renew the certificate of the old site", "todo", "high", "Dmitri", -16, 0, -1, "It ends on Sunday."),
    # A school
    Sketch("Book the minibus for the museum trip", "done", "medium", "Ms Adams", -24, 1.3, -18),
    Sketch("Collect the permission slips of class 5B", "in_progress", "low", "Ms Adams", -8, 3.3, 3, "Four to go."),
    Sketch("Order safety goggles for the science lab", "todo", "medium", "Liam", -5, 0, 9),
    Sketch("Mark the essays of class 7C", "in_progress", "medium", "Mr Okafor", -7, 2.1, (1, 8)),
    Sketch("Parents’ evening: who talks to whom, and when?", "todo", "high", "Maya", -11, 5, (7, 17)),
    # A workshop with a shop
    Sketch(
        "Repair the cargo bike for the café next door", "in_progress", "high", "Joe", -3, 1.2, (0, 16),
        "Rear brake and chain. They need it back before the market.",
    ),
    Sketch("Order brake pads and inner tubes", "todo", "medium", "Carla", -10, 0, -2, "Two pairs left on the shelf."),
    Sketch("Send the invoice for the oak table to Dr Haddad", "done", "medium", "Nadia", -15, 1.4, -12),
    Sketch("Stocktaking", "todo", "low", None, -28, 0, 24),
    Sketch("Put the opening hours for the holidays on the door", "todo", "low", "Tom", -1, 0, 15),
    Sketch("Service the espresso machine", "done", "low", "Joe", -19, 4.4),
    # Une mairie
    Sketch(
        "Faire réparer le lampadaire de la place du Marché", "in_progress", "high", "Farid", -12, 2.3, -3,
        "Signalé par trois riverains. L’entreprise a promis de passer cette semaine.",
    ),
    Sketch(
        "Préparer le budget annexe pour le conseil municipal", "in_progress", "high", "Hélène", -18, 6.2, (4, 18),
        "Reprendre les chiffres de l’an dernier, puis faire relire par le directeur général des services.",
    ),
    Sketch("Répondre à Mme Lefèvre au sujet du permis de construire", "todo", "medium", "Bernard", -14, 0, 2),
    Sketch("Publier le compte rendu de séance", "done", "medium", "Noémie", -23, 3.4, -19),
    Sketch("Réserver la salle des fêtes pour le repas des aînés", "done", "low", "Amélie", -35, 2.4),
    Sketch("Mettre à jour le règlement du marché sur le site", "todo", "low", None, -26, 0, 30),
    Sketch("Commander des sapins pour la cour de l’école", "todo", "low", "Jérôme", -4, 0, 18),
    # Une association
    Sketch(
        "Trouver six bénévoles pour le vide-grenier", "in_progress", "medium", "Camille", -9, 4.3, 6,
        "Émile et Manon ont dit oui.",
    ),
    Sketch("Renouveler l’assurance du local", "todo", "high", "Théo", -21, 0, -4),
    Sketch("Envoyer le reçu fiscal aux donateurs", "done", "medium", "Yasmine", -33, 5.3, -27),
    Sketch(
        "Convoquer l’assemblée générale", "todo", "medium", "Aïcha", -6, 0, (10, 12),
        "Quinze jours avant : article 9 des statuts.",
    ),
    Sketch("Affiche de l’atelier vélo 🚲", "done", "low", "Loïc", -17, 2.2, -11),
    Sketch("Ranger les barnums au local", "todo", "low", "Bruno", -2, 0),
    Sketch("Remercier la boulangerie Martin", "done", "low", "Manon", -5, 1.3),
)  # fmt: skip

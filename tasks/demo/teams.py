"""Who works where, and on what: the vocabularies of the teams that generated tasks belong to."""

from collections.abc import Iterator
from itertools import product
from string import Formatter
from typing import NamedTuple


class Team(NamedTuple):
    """`titles` name the lists of `words` that fill them; `notes` become descriptions."""

    people: tuple[str, ...]
    titles: tuple[str, ...]
    words: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]

    def every_title(self) -> list[str]:
        """Return all that `titles` can become."""
        return [filled for title in self.titles for filled in self.filled(title)]

    def filled(self, title: str) -> Iterator[str]:
        names = [name for _text, name, _spec, _conversion in Formatter().parse(title) if name]
        for chosen in product(*(self.words[name] for name in names)):
            yield title.format(**dict(zip(names, chosen, strict=True)))


SOFTWARE = Team(
    people=("Alice", "Ben", "Chloe", "Dmitri", "Elif", "Grace", "Hiro", "Priya"),
    titles=(
        "Fix {fault} in {part}",
        "Write tests for {part}",
        "Speed up {part} {where}",
        "Document {part} for {audience}",
        "Upgrade {dependency} {where}",
        "Review the design of {part}",
        "Find out why {part} fails {when}",
        "Let {audience} configure {part}",
        "Remove the old version of {part}",
        "Translate {part} into {language}",
    ),
    words={
        "fault": (
            "the broken layout", "the double submission", "the memory leak", "a typo", "the wrong time zone",
            "the missing permission check", "the slow query", "the flickering", "the lost focus", "an unclear message",
        ),
        "part": (
            "the sign-in page", "the search", "the export to CSV", "the notification e-mails", "the settings page",
            "the billing report", "the file upload", "the mobile menu", "the REST API", "the nightly backup",
            "the import from spreadsheets", "the calendar view", "the password reset", "the audit log",
        ),
        "where": ("on the server", "in the browser", "on small phones", "in staging", "in production"),
        "audience": ("administrators", "new users", "translators", "the support team", "developers"),
        "dependency": ("Django", "PostgreSQL", "the test runner", "the icon set", "the date picker", "the base image"),
        "when": ("after midnight", "on Safari", "with accents in file names", "behind a proxy", "on New Year’s Day"),
        "language": ("French", "German", "Spanish", "Arabic", "Japanese"),
    },
    notes=(
        "Reported by three customers this week.", "Steps to reproduce are in the support ticket.",
        "Acceptance: the page answers in under 300 ms with 10,000 rows.", "Ask design for the final wording first.",
        "Needs a migration, so not on a Friday.", "Keep the old behaviour behind a flag for one release.",
        "There is a failing test on the branch already.", "Mention it in the release notes.",
    ),
)  # fmt: skip

TOWN_HALL = Team(
    people=("Amélie", "Bernard", "Claire", "Farid", "Hélène", "Jérôme", "Noémie", "Zoé"),
    titles=(
        "Répondre à {personne} au sujet {sujet}",
        "Faire réparer {ouvrage} {lieu}",
        "Préparer {dossier} pour le conseil municipal",
        "Publier l’avis d’enquête publique au sujet {sujet}",
        "Relancer l’entreprise chargée de réparer {ouvrage}",
        "Vérifier la conformité {sujet}",
        "Réserver la salle des fêtes pour {occasion}",
        "Mettre à jour {dossier} sur le site de la commune",
        "Organiser {occasion} {lieu}",
    ),
    words={
        "personne": ("Mme Lefèvre", "M. Benali", "l’association des riverains", "la préfecture", "l’école Jules-Ferry"),
        "sujet": (
            "du permis de construire", "du stationnement", "de la cantine scolaire", "du ramassage des encombrants",
            "de l’aire de jeux", "du plan de circulation", "des subventions", "de l’éclairage public",
        ),
        "ouvrage": (
            "le lampadaire", "le banc public", "le portail du cimetière", "la fontaine", "le panneau d’affichage",
            "la chaussée", "la toiture du gymnase", "le feu tricolore", "la rampe d’accès",
        ),
        "lieu": (
            "place du Marché", "rue des Écoles", "au parc de la Gare", "devant la médiathèque", "au gymnase",
            "avenue de la République", "quai des Tanneurs",
        ),
        "dossier": (
            "le budget annexe de l’eau", "le compte rendu de séance", "le plan communal de sauvegarde",
            "le règlement du marché", "le bilan des travaux", "la liste des assistantes maternelles",
        ),
        "occasion": (
            "la fête de la musique", "le repas des aînés", "le forum des associations", "la cérémonie du 11 novembre",
            "le marché de Noël", "la réunion de quartier",
        ),
    },
    notes=(
        "Pièce manquante : le plan de masse au 1/500.", "À valider par le directeur général des services.",
        "Le devis de l’entreprise est dans le dossier partagé.", "Prévenir les riverains huit jours avant.",
        "Délai légal de réponse : deux mois.", "Voir avec les services techniques avant de répondre.",
        "Prévoir l’affichage en mairie et sur le site.", "L’élu référent souhaite être en copie.",
    ),
)  # fmt: skip

SCHOOL = Team(
    people=("Ms Adams", "Mr Okafor", "Ingrid", "Liam", "Maya", "Oscar", "Sofia"),
    titles=(
        "Mark {work} of {group}",
        "Book {place} for {group}",
        "Order {supply} for {group}",
        "Write to the parents of {group} about {event}",
        "Prepare {event}",
        "Find a substitute for {group} {day}",
        "Collect the permission slips for {event}",
        "Print {work} for {group}",
        "Tidy up {place} after {event}",
    ),
    words={
        "work": ("the maths tests", "the essays", "the lab reports", "the reading diaries", "the vocabulary quizzes"),
        "group": ("class 5A", "class 5B", "class 6A", "class 7C", "the chess club", "the choir", "the exam group"),
        "place": ("the gym", "the computer room", "the science lab", "the library", "the music room", "the minibus"),
        "supply": (
            "graph paper", "twelve recorders", "safety goggles", "new atlases", "clay", "a set of dictionaries",
            "spare headphones",
        ),
        "event": (
            "the museum trip", "the science fair", "sports day", "the parents’ evening", "the school play",
            "the winter concert", "the swimming lessons", "the careers day",
        ),
        "day": ("on Monday", "on Tuesday morning", "on Thursday", "next week", "during the exams"),
    },
    notes=(
        "Two pupils need a larger print.", "Budget left for this term: 180.", "Ask the caretaker for the key.",
        "Allergies are listed in the office.", "Last year we were ten copies short.", "To be signed by Friday.",
        "Bring the first-aid bag.", "Share the results with the head of year.",
    ),
)  # fmt: skip

WORKSHOP = Team(
    people=("Carla", "Dave", "Fatima", "Joe", "Nadia", "Tom"),
    titles=(
        "Repair {item} for {customer}",
        "Order {part} from the supplier",
        "Call {customer} back about {item}",
        "Send the invoice for {item} to {customer}",
        "Count the stock of {part}",
        "Photograph {item} for the web shop",
        "Pack {item} for {customer}",
        "Clean and oil {machine}",
        "Check the guarantee of {item}",
        "Put up the sign for {occasion}",
    ),
    words={
        "item": (
            "the city bike", "the cargo bike", "the oak table", "the espresso machine", "the sewing machine",
            "the guitar amplifier", "the floor lamp", "the garden bench", "the record player", "the child seat",
        ),
        "customer": (
            "Mrs Novak", "Mr Tanaka", "the café next door", "the Müller family", "Dr Haddad", "the hotel",
            "the theatre", "a walk-in customer",
        ),
        "part": (
            "brake pads", "inner tubes", "M6 screws", "wood oil", "fuses", "gaskets", "gift boxes", "receipt rolls",
            "drill bits", "chain links",
        ),
        "machine": ("the lathe", "the band saw", "the compressor", "the drill press", "the till", "the delivery van"),
        "occasion": ("the summer sale", "the repair café", "stocktaking", "the late opening", "the holiday hours"),
    },
    notes=(
        "Promised for the end of the week.", "Quote first if it costs more than 80.", "Serial number is on the tag.",
        "Customer pays cash on pick-up.", "Supplier delivers on Wednesdays only.", "Two left on the shelf.",
        "Ask whether they want the old parts back.", "Leave it at the counter; Carla knows.",
    ),
)  # fmt: skip

ASSOCIATION = Team(
    people=("Aïcha", "Bruno", "Camille", "Émile", "Loïc", "Manon", "Théo", "Yasmine"),
    titles=(
        "Préparer {evenement}",
        "Trouver des bénévoles pour {evenement}",
        "Demander {demarche} pour {evenement}",
        "Commander {materiel} pour {evenement}",
        "Remercier {partenaire} après {evenement}",
        "Envoyer {document} {destinataire}",
        "Mettre à jour {document}",
        "Renouveler {demarche} auprès de {organisme}",
        "Ranger {materiel} au local",
    ),
    words={
        "evenement": (
            "l’assemblée générale", "le vide-grenier", "la collecte alimentaire", "le tournoi de pétanque",
            "l’atelier vélo", "la sortie en forêt", "le concert de printemps", "le repas partagé", "la soirée jeux",
        ),
        "demarche": ("l’autorisation de buvette", "l’assurance", "la subvention", "le prêt de la salle"),
        "materiel": ("les barnums", "les tables pliantes", "la sono", "les gobelets réutilisables", "les affiches"),
        "partenaire": ("la boulangerie Martin", "les donateurs", "la mairie", "le club voisin", "l’imprimeur"),
        "document": (
            "le bulletin d’adhésion", "le compte rendu", "la liste des adhérents", "le bilan financier",
            "le planning des permanences", "l’infolettre",
        ),
        "destinataire": ("aux adhérents", "au bureau", "à la trésorière", "aux bénévoles", "à la mairie"),
        "organisme": ("la mairie", "la préfecture", "l’assureur", "la fédération", "la banque"),
    },
    notes=(
        "Camille a les clés du local.", "Budget voté : 250 €.", "À faire avant la réunion du bureau.",
        "Le modèle de l’an dernier est dans le classeur bleu.", "Penser aux régimes sans gluten.",
        "Prévoir six bénévoles pour l’installation.", "Demander un reçu pour la comptabilité.",
        "Relire à deux avant l’envoi.",
    ),
)  # fmt: skip

TEAMS = (SOFTWARE, TOWN_HALL, SCHOOL, WORKSHOP, ASSOCIATION)

"""Make up the demo's attendees, resources/demo/attendees.json: `python tools/demo_people.py`.

Some 600 fictional people as a fair in Québec would have them. The same seed makes the same people.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

ATTENDEES = Path(__file__).resolve().parent.parent / "resources" / "demo" / "attendees.json"
SEED = 20260606

# How many of each category, with the letter their ids begin with.
CATEGORIES = {
    "Visiteur": ("V", 420),
    "Hackathon": ("H", 62),
    "Exposant": ("E", 60),
    "Bénévole": ("B", 44),
    "Presse": ("P", 14),
}

# Badges come in boxes: a box shares its first bytes. (first byte, second byte) of the five.
BOXES = ((0x45, 0x00), (0x67, 0x00), (0x3C, 0x00), (0x1A, 0x04), (0x01, 0x0E))

Attendee = dict[str, object]


@dataclass(frozen=True)
class Names:
    """Names that go together, and how many in a thousand people have them."""

    share: int
    given: tuple[str, ...]
    family: tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    """`a, b c, d` as three names."""
    return tuple(name.strip() for name in text.split(","))


QUEBEC = Names(
    620,
    words(
        "Zoé, Léa, Florence, Rosalie, Maëlle, Éloïse, Noémie, Océane, Anaïs, Gaëlle, Marie-Ève,"
        "Marie-Claude, Andrée-Anne, Maude, Catherine, Geneviève, Chantal, Josée, Sylvie, Francine,"
        "Ginette, Huguette, Thérèse, Lucie, Hélène, Mélanie, Valérie, Nathalie, Isabelle, Béatrice,"
        "Charlotte, Jade, Clara, Romane, Frédérique, Dominique, Claude, Camille, Sacha, Élie,"
        "Luc, Marc, Félix, Loïc, Zachary, Édouard, Raphaël, Théo, Émile, Léo, Olivier, Mathieu,"
        "Jérôme, François, Jean-François, Pierre-Luc, Marc-Antoine, Louis-Philippe, Jean-Sébastien,"
        "Charles-Étienne, Stéphane, Sylvain, Réjean, Gaétan, Yvon, Benoît, Denis, Normand, Gilles,"
        "Maxime, Simon, Vincent, Xavier, Étienne, Hugo, Guillaume, Rémi, Cédric, Joël, Noël"
    ),
    words(
        "Tremblay, Gagnon, Roy, Côté, Bouchard, Gauthier, Morin, Lavoie, Fortin, Gagné, Ouellet,"
        "Pelletier, Bélanger, Lévesque, Bergeron, Leblanc, Paquette, Girard, Caron,"
        "Beaulieu, Cloutier, Dubé, Poirier, Fournier, Lapointe, Leclerc, Lefebvre, Poulin,"
        "St-Pierre, St-Jean, Ste-Marie, Nadeau, Martel, Bédard, Grenier, Lessard, Boivin, Hébert,"
        "Desjardins, Turcotte, Drouin, Parenteau, Lachance, L'Heureux, L'Écuyer,"
        "D'Amours, D'Astous, Dumais, Guérin, Proulx, Ménard, Boucher, Thibault, Tessier,"
        "Vaillancourt, Champagne,"
        "Sans-Cartier, Desrosiers, Duchesne, Gélinas, Lamontagne, Bérubé, Thériault, Arsenault,"
        "Cormier, Boudreau, Chiasson, de Repentigny, de Blois, De Serres, Le Bel, La Rue, Roy-Côté,"
        "Brière, Laflèche, Quévillon, Yergeau, Mc Duff, Beauséjour, Vézina, Jutras, Goyette, Aubé"
    ),
)
OTHERS = (
    Names(  # Anglophone Québec
        55,
        words(
            "Emily, Megan, Heather, Fiona, Sheila, Brooke, Abigail, Ian, Kevin, Graham, Duncan,"
            "Trevor, Wesley, Keith, Sean"
        ),
        words(
            "Smith, MacDonald, McKenzie, O'Neill, O'Brien, Fraser, Wilkinson, Campbell, Johnston,"
            "Hughes, Burns, Patterson, Drummond, Fitzgerald, Van Horne"
        ),
    ),
    Names(  # Haiti
        60,
        words(
            "Fabiola, Guerline, Mirlande, Roseline, Widline, Nadège, Marie-Flore, Jean-Robert,"
            "Wilner, Frantz, Ricardo, Dieudonné, Evens, Junior, Stanley"
        ),
        words(
            "Jean-Baptiste, Pierre-Louis, Joseph, Toussaint, Désir, Dorvil, Estimé, Fils-Aimé,"
            "Jean-Charles, Louissaint, Saint-Fleur, Théodore, Laguerre, Bien-Aimé, Charlemagne"
        ),
    ),
    Names(  # Algeria, Morocco, Tunisia
        75,
        words(
            "Amina, Yasmine, Nadia, Samira, Khadija, Fatima-Zahra, Leïla, Inès, Houda, Karim,"
            "Mehdi, Rachid, Youssef, Sofiane, Nassim, Abdelkader, Mohamed-Amine, Walid, Soraya"
        ),
        words(
            "Benali, Belkacem, Bensaïd, Bouazizi, El Amrani, El Idrissi, Haddad, Hamidi, Khelifi,"
            "Mansouri, Ouali, Aït Ahmed, Aït-Saïd, Ben Youssef, Cherif, Zerrouki, Tazi, Slimani"
        ),
    ),
    Names(  # Vietnam, as Québec's registers write them and as Vietnamese does
        40,
        words("Anh, Linh, Mai, Thu, Kim, Minh, Tuấn, Thảo, Hương, Quốc-Bảo, Thanh-Tâm, Đức, Huy"),
        words("Nguyen, Nguyễn, Tran, Trần, Le, Lê, Pham, Phạm, Vo, Võ, Dang, Đặng, Bui, Ngô, Ly"),
    ),
    Names(  # First Nations and Inuit
        40,
        words(
            "Shanice, Kateri, Sikon, Uapikun, Naomi, Mélodie, Joséphine, Karonhí:io, Elisapie,"
            "Jean-Guy, Shipek, Mathias, Terry, Johnny, Kahente, Aputik, Sakari"
        ),
        words(
            "Awashish, Echaquan, Ottawa, Petiquay, Niquay, Mestokosho, Vollant, Kanapé, Mark,"
            "Blackned, Coonishish, Happyjack, Mianscum, Sioui, Gros-Louis, Diabo, Goodleaf,"
            "Obomsawin, Metallic, Qumaluk, Tukalak, Annanack, Papatie, Wapachee"
        ),
    ),
    Names(  # Latin America, Spain, Portugal
        40,
        words(
            "María José, Luz, Ximena, Valentina, Inês, Íñigo, Andrés, José Luis, Álvaro, João, Nuño"
        ),
        words(
            "García Márquez, Rodríguez, Muñoz Peña, Gutiérrez, Ibáñez, Quiñones, da Silva,"
            "Conceição, dos Santos, Restrepo, Yáñez"
        ),
    ),
    Names(  # West and Central Africa
        35,
        words("Aïssatou, Awa, Mariam, Grâce, Divine, Ndeye, Ousmane, Mamadou, Christ-Vie, Serge"),
        words(
            "Diallo, N'Diaye, Traoré, Koné, Kouassi, Mbala, Tshibangu, Nkurunziza, Ouédraogo, Sow,"
            "Mukendi"
        ),
    ),
    Names(  # the rest of Europe
        25,
        words("Giulia, Elena, Ioana, Małgorzata, Sofia, Søren, Zoltán, Jürgen, Nikólaos, Marek"),
        words(
            "Del Vecchio, Papadopoulos, Wójcik, Popescu, Müller, Kovačević, Ørsted, Szabó,"
            "van den Berg, von Siebenthal"
        ),
    ),
    Names(  # the Near East
        15,
        words("Roula, Shirin, Elif, Nazanin, Georges, Rami, Élias, Yaël"),
        words("El-Khoury, Abi-Saab, Yılmaz, Tehrani, Hosseini, Azoulay, Saadé"),
    ),
)
# Names that a screen must hold without clipping, and that a search must find.
SHORT = ("Bo Li", "An Vo", "Ty Ng", "Ai Wu", "Éva Ô", "Jo Ho", "Yi Xu", "Io Mà")
LONG = (
    "Marie-Philippe-Alexandrine de la Bouteillerie-Saint-Georges",
    "Jean-Sébastien Archambault-Beauchesne dit Lavallée",
    "Anne-Gabrielle Kristjánsdóttir-Vandenbroucke",
    "Venkatanarasimharajuvaripeta Ramachandran-Subramaniam",
    "Charles-Alexandre-Olivier Chartier de Lotbinière-Harwood",
)
# Those whom the pictures show, and two who bear the same name.
KNOWN: tuple[Attendee, ...] = (
    {"name": "Zoé Tremblay-Côté", "category": "Exposant", "party": 2},
    {"name": "Luc Bergeron", "category": "Visiteur"},
    {"name": "Marc Dubé", "category": "Visiteur"},
    {"name": "Famille Gagné", "category": "Visiteur", "party": 4},
    {"name": "Anh Nguyen", "category": "Hackathon"},
    {"name": "Sylvie Tremblay", "category": "Visiteur"},
    {"name": "Sylvie Tremblay", "category": "Bénévole"},
    # They set up stands at eight, and somebody registered them as visitors, who come at ten.
    {"name": "Nassim Zerrouki (Radioamateurs)", "category": "Visiteur"},
    {"name": "Josée Vaillancourt (Impression 3D)", "category": "Visiteur"},
)


def main() -> int:
    ATTENDEES.parent.mkdir(parents=True, exist_ok=True)
    ATTENDEES.write_text(as_json(people(random.Random(SEED))), encoding="utf-8")
    return 0


def people(dice: random.Random) -> list[Attendee]:
    """All attendees, in the order in which they might have registered."""
    names = unique_names(dice)
    attendees = [dict(known) for known in KNOWN]
    for category, (_, wanted) in CATEGORIES.items():
        missing = wanted - sum(known["category"] == category for known in KNOWN)
        attendees += (registered(dice, names.pop(), category) for _ in range(missing))
    dice.shuffle(attendees)
    number(attendees)
    # The known ones have their one badge, and nothing else the matter with them.
    known_names = {known["name"] for known in KNOWN}
    others = [attendee for attendee in attendees if attendee["name"] not in known_names]
    hand_out_badges(dice, attendees, others)
    spoil(dice, [attendee for attendee in others if attendee["category"] == "Visiteur"])
    return attendees


def unique_names(dice: random.Random) -> list[tuple[str, str]]:
    """More pairs of given and family name than there are attendees, none twice."""
    groups = (QUEBEC, *OTHERS)
    shares = [group.share for group in groups]
    taken = {str(known["name"]) for known in KNOWN}
    names = [(given, family) for given, _, family in (name.partition(" ") for name in SHORT + LONG)]
    while len(names) < sum(wanted for _, wanted in CATEGORIES.values()):
        (group,) = dice.choices(groups, shares)
        given, family = dice.choice(group.given), dice.choice(group.family)
        if group is QUEBEC and dice.random() < 0.12:
            family = two_surnames(dice, family)
        if f"{given} {family}" not in taken:
            taken.add(f"{given} {family}")
            names.append((given, family))
    dice.shuffle(names)
    return names


def two_surnames(dice: random.Random, first: str) -> str:
    """What those born after 1981 often bear: both parents' names."""
    second = dice.choice(QUEBEC.family)
    has_hyphen = "-" in first + second or " " in first + second
    return first if has_hyphen or first == second else f"{first}-{second}"


def registered(dice: random.Random, name: tuple[str, str], category: str) -> Attendee:
    """One registration; a family of visitors often signs up under its family name."""
    given, family = name
    party = 1
    if category == "Visiteur":
        (party,) = dice.choices((1, 2, 3, 4, 5, 6), (56, 18, 9, 10, 5, 2))
    elif category == "Exposant":
        (party,) = dice.choices((1, 2), (9, 1))
    is_family = party > 2 and dice.random() < 0.6
    attendee: Attendee = {
        "name": f"Famille {family}" if is_family else f"{given} {family}",
        "category": category,
    }
    return attendee if party == 1 else {**attendee, "party": party}


def number(attendees: list[Attendee]) -> None:
    """Ids that say the category: V001, V002, E001, …"""
    counts = dict.fromkeys(CATEGORIES, 0)
    for attendee in attendees:
        category = str(attendee["category"])
        counts[category] += 1
        attendee["id"] = f"{CATEGORIES[category][0]}{counts[category]:03}"


def hand_out_badges(dice: random.Random, attendees: list[Attendee], others: list[Attendee]) -> None:
    """One badge each, except that some have not fetched theirs, and some got a second one."""
    odd = dice.sample(others, 30)
    without, with_two = odd[:18], odd[18:]
    # Unlike in their low 24 bits: that is all that some readers tell of a badge.
    numbers = iter(dice.sample(range(0x010000, 0xFFFFFF), 2 * len(attendees)))
    for attendee in attendees:
        amount = 0 if attendee in without else 2 if attendee in with_two else 1
        attendee["badges"] = [badge(dice, next(numbers)) for _ in range(amount)]


def badge(dice: random.Random, low_bits: int) -> dict[str, str]:
    first, second = dice.choice(BOXES)
    return {"technology": "em4100", "uid": f"{first:02X}{second:02X}{low_bits:06X}"}


def spoil(dice: random.Random, visitors: list[Attendee]) -> None:
    """What goes wrong in real life: cancelled, blocked, and one badge given to two people."""
    with_badge = [attendee for attendee in visitors if attendee["badges"]]
    chosen = iter(dice.sample(with_badge, 12))
    for status, amount in (("cancelled", 7), ("blocked", 3)):
        for _ in range(amount):
            next(chosen)["status"] = status
    one, other = chosen
    one["badges"] = other["badges"]


def as_json(attendees: list[Attendee]) -> str:
    """A scenario's `attendees`, one a line."""
    order = ("id", "name", "category", "status", "party", "badges")
    rows = (
        json.dumps({key: attendee[key] for key in order if key in attendee}, ensure_ascii=False)
        for attendee in attendees
    )
    return '{"attendees": [\n  ' + ",\n  ".join(rows) + "\n]}\n"


if __name__ == "__main__":
    sys.exit(main())

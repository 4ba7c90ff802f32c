"""What goes wrong between a person and what a caller says of them: one function for each way, on `Said` in place."""

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bench.quality.uk_people import TODAY, County, Person, Place, age_of


class Unfit(Exception):
    """This person can not be told of in this way: take another."""


@dataclass
class Said:
    """What a caller knows. A dash in a birth's place is a part that they do not know."""

    person: Person
    county: County
    chance: random.Random
    given: str
    middle: str
    family: str
    born: str
    place: Place | None
    age: int | None = None
    known: str = "given family born home"


# One sound, written in two ways.
AS_HEARD = """
ph:f f:ph ck:k c:k k:c y:i i:y ee:ea ea:ee ie:ei ei:ie ou:u oo:ou s:z z:s w:v th:t h: e:a a:e o:u ll:l nn:n l:ll
n:nn t:tt tt:t rr:r x:ks qu:kw sh:ch j:g ai:ay ay:ei gh:g au:aw mm:m e: ss:s s:ss
"""
SOUNDS = [(old, new) for old, _, new in (pair.partition(":") for pair in AS_HEARD.split())]
SHORT = """
Isabella:Bella,Izzy Isabelle:Izzy Oliver:Ollie Alexander:Alex,Xander,Sasha Alexandra:Lexi,Alex Theodore:Teddy,Theo
William:Will,Billy,Liam Elizabeth:Liz,Beth,Lizzie Margaret:Maggie,Peggy Katherine:Kate,Kathy Catherine:Cathy,Kate
Robert:Bob,Rob James:Jim,Jamie Charlotte:Lottie,Charlie Eleanor:Ellie,Nell Matilda:Tilly Amelia:Millie,Mia
Thomas:Tom,Tommy Michael:Mike,Mick Samuel:Sam Samantha:Sam Joshua:Josh Benjamin:Ben Daniel:Dan,Danny Joseph:Joe
Edward:Ed,Ted Frederick:Fred,Freddie Henry:Harry Harrison:Harry Zachary:Zac Nathan:Nate Matthew:Matt Andrew:Andy
Stephen:Steve Christopher:Chris Anthony:Tony Rebecca:Becky Jessica:Jess Abigail:Abi Victoria:Vicky,Tori
Jennifer:Jen,Jenny Nicola:Nicky Natasha:Tasha Danielle:Dani Megan:Meg Katarzyna:Kasia Małgorzata:Gosia
Agnieszka:Aga Aleksandra:Ola Jakub:Kuba Zofia:Zosia Stanisław:Staś Tomasz:Tomek Krzysztof:Krzys Mohammed:Mo,Mohd
Muhammad:Mo Oluwaseun:Seun Oluwatobi:Tobi Oluwadamilola:Dami Temitope:Tope,Temi Chukwuemeka:Emeka Folasade:Sade
Babatunde:Tunde Jaspreet:Jas Manpreet:Manny Gurpreet:Guri Harpreet:Preet Evelyn:Evie Penelope:Penny Philippa:Pippa
Susan:Sue Patricia:Pat,Trish Deborah:Debbie Jacqueline:Jackie Timothy:Tim Nicholas:Nick Kenneth:Ken Raymond:Ray
Richard:Rick David:Dave Ronald:Ron Gabriel:Gabe Frances:Fran Antonina:Tosia Wiktoria:Wika Ibrahim:Ibra Yusuf:Yus
Abdullah:Abdul
"""
SHORT_FORMS = {long: short.split(",") for long, short in (pair.split(":") for pair in SHORT.split())}
ABBREVIATED = {
    "Road": "Rd", "Street": "St", "Avenue": "Ave", "Close": "Cl", "Drive": "Dr", "Lane": "Ln", "Gardens":
    "Gdns", "Crescent": "Cres", "Court": "Ct", "Grove": "Gr", "Terrace": "Terr", "Place": "Pl", "St": "Saint",
}  # fmt: skip


def given_typo(said: Said) -> None:
    """Mistype the first name."""
    said.given = typo(said.given, said.chance)


def family_typo(said: Said) -> None:
    """Mistype the family name."""
    said.family = typo(said.family, said.chance)


def given_heard(said: Said) -> None:
    """Write the first name as it sounds."""
    said.given = heard(said.given, said.chance)


def family_heard(said: Said) -> None:
    """Write the family name as it sounds."""
    said.family = heard(said.family, said.chance)


def short(said: Said) -> None:
    """Use a short form of the first name."""
    said.given = said.chance.choice(SHORT_FORMS.get(said.given) or _unfit())


def initial(said: Said) -> None:
    """Give the first name by its initial."""
    said.given = said.given[0]


def middle_used(said: Said) -> None:
    """Use the middle name as the first."""
    said.given, said.middle = said.middle or _unfit(), ""


def plain(said: Said) -> None:
    """Leave out every mark, apostrophe and hyphen of a name that has one."""
    before = said.given + said.family
    said.given, said.family = (_plain(name) for name in (said.given, said.family))
    if before == said.given + said.family:
        _unfit()


def swapped(said: Said) -> None:
    """Give the names in the other order."""
    said.given, said.family = said.family, said.given


def father_first(said: Said) -> None:
    """Use the middle name as the family name, as where it is the father's."""
    said.family, said.middle = said.middle or _unfit(), ""


def half_family(said: Said) -> None:
    """Give one half of a double name."""
    halves = said.family.split("-")
    said.family = said.chance.choice(halves) if len(halves) > 1 else _unfit()


def former_family(said: Said) -> None:
    """Use the name from before the marriage."""
    said.family = said.person.former or _unfit()


def new_family(said: Said) -> None:
    """Use a name taken since, which no record has."""
    fresh = said.county.names.family(said.chance, said.county.communities[said.person.household])
    said.family = fresh if fresh != said.family else _unfit()


def relative_family(said: Said) -> None:
    """Use the family name of somebody else of the household: of the stepfather, say."""
    others = {one.family for one in said.county.households[said.person.household]} - {said.family}
    said.family = said.chance.choice(sorted(others) or _unfit())


def day_month(said: Said) -> None:
    """Swap day and month."""
    year, month, day = said.born.split("-")
    said.born = f"{year}-{day}-{month}" if int(day) <= 12 and day != month else _unfit()


def one_figure(said: Said) -> None:
    """Get one figure of the birth wrong."""
    born = date.fromisoformat(said.born)
    out = said.chance.choice((1, -1, 10, -10, 365, -365, 30, -30))
    moved = born + timedelta(days=out)
    if abs(out) == 365:
        moved = born.replace(
            year=born.year + (1 if out > 0 else -1), day=28 if (born.month, born.day) == (2, 29) else born.day
        )
    elif abs(out) == 30:
        moved = born.replace(month=born.month % 12 + 1) if born.day <= 28 else born - timedelta(days=1)
    said.born = moved.isoformat() if moved <= TODAY else _unfit()


def year_only(said: Said) -> None:
    """Know the year of birth."""
    said.born = said.born[:4]


def month_only(said: Said) -> None:
    """Know the month and year of birth."""
    said.born = said.born[:7]


def about(said: Said) -> None:
    """Guess the age: a child's to a year or two, an adult's to five."""
    out = said.chance.choice((-1, 0, 0, 0, 1, 1, -2, 2) if said.person.is_child else (-5, -3, -2, -1, 0, 0, 1, 2, 3, 4))
    said.age, said.born = max(0, age_of(said.person) + out), ""


def aged(said: Said) -> None:
    """Know the age."""
    said.age, said.born = age_of(said.person), ""


def postcode_slip(said: Said) -> None:
    """Get one character of the postcode wrong."""
    place = said.place or _unfit()
    text = place.postcode.replace(" ", "")
    at = said.chance.randrange(2, len(text))
    pool = "0123456789" if text[at].isdigit() else "ABDEFGHJLNPQRSTUWXYZ"
    said.place = replace(place, postcode=text[:at] + said.chance.choice(pool.replace(text[at], "")) + text[at + 1 :])


def otherwise_written(said: Said) -> None:
    """Write the address in another way."""
    place = said.place or _unfit()
    street = " ".join(ABBREVIATED.get(word, word) for word in place.street.replace("'", "").split())
    number, flat = place.number, place.flat
    if flat.isalpha():
        number, flat = f"{place.number}{flat.lower()}", ""
    elif flat and said.chance.random() < 0.5:
        number, flat = f"{flat}/{place.number}", ""
    said.place = replace(
        place, street=street.lower() if said.chance.random() < 0.5 else street, number=number, flat=flat
    )


def street_heard(said: Said) -> None:
    """Write the street as it sounds."""
    place = said.place or _unfit()
    first, _, rest = place.street.partition(" ")
    said.place = replace(place, street=f"{heard(first, said.chance)} {rest}")


def past_home(said: Said) -> None:
    """Give the address from before the move."""
    said.place = said.person.past or _unfit()


def other_home(said: Said) -> None:
    """Give an address that they moved to since, which no record has."""
    said.place = said.chance.choice(said.county.places)


def typo(word: str, chance: random.Random) -> str:
    """Change one letter: another, one more, one fewer, or two swapped."""
    if len(word) < 4:
        _unfit()
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    made = chance.choice(
        (
            word[:at] + letter + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return made if made != word else _unfit()


def heard(word: str, chance: random.Random) -> str:
    """Write a word as it sounds: one or two of the ways in which English writes one sound."""
    made = _plain(word).lower()
    for _ in range(chance.choice((1, 1, 2))):
        ways = [(old, new) for old, new in SOUNDS if old in made[1:] or (made.startswith(old) and new)]
        if ways:
            old, new = chance.choice(ways)
            made = re.sub(old, new, made, count=1) if old not in made[1:] else made[0] + made[1:].replace(old, new, 1)
    return made.capitalize() if made != _plain(word).lower() and len(made) > 1 else _unfit()


def _plain(name: str) -> str:
    marks = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    bare = "".join(letter for letter in marks if not unicodedata.combining(letter))
    return bare.replace("'", "").replace("-", " ")


def _unfit() -> str:
    raise Unfit

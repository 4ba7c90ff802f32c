"""A second universe of names, from the `faker` wheel: nothing was tuned on it; it is what we did not write."""

import random
from dataclasses import dataclass

from faker import Faker


@dataclass(frozen=True)
class Locale:
    """A community as the wheel has it."""

    name: str
    share: float
    style: str


LOCALES = [
    Locale("en_GB", 0.66, "english"), Locale("en_IE", 0.04, "english"), Locale("pl_PL", 0.05, "slavic"),
    Locale("en_IN", 0.05, "sikh"), Locale("en_PK", 0.06, "muslim"), Locale("yo_NG", 0.03, "african"),
    Locale("ig_NG", 0.01, "african"), Locale("tr_TR", 0.02, "english"), Locale("ro_RO", 0.02, "english"),
    Locale("pt_PT", 0.01, "english"), Locale("lt_LT", 0.01, "english"), Locale("vi_VN", 0.01, "chinese"),
    Locale("tw_GH", 0.01, "african"), Locale("en_KE", 0.01, "patronymic"), Locale("es_ES", 0.01, "english"),
]  # fmt: skip


class FakerNames:
    """Draws names as the wheel weighs them."""

    def __init__(self) -> None:
        """Open each locale."""
        self._fakers = {locale.name: Faker(locale.name) for locale in LOCALES}

    def community(self, chance: random.Random) -> Locale:
        """Draw a household's community."""
        return chance.choices(LOCALES, [one.share for one in LOCALES])[0]

    def given(self, chance: random.Random, community: Locale, sex: str, is_adult: bool) -> str:  # noqa: ARG002
        """Draw a first name; the wheel does not tell children's names from adults'."""
        made = self._seeded(chance, community)
        return str(made.first_name_female() if sex == "F" else made.first_name_male())

    def family(self, chance: random.Random, community: Locale) -> str:
        """Draw a family name."""
        return str(self._seeded(chance, community).last_name())

    def _seeded(self, chance: random.Random, community: Locale) -> Faker:
        made = self._fakers[community.name]
        made.seed_instance(chance.getrandbits(32))
        return made

"""The groups of children between which a change of rules is compared: ethnicity, disability, age band and sex.

What is not known is a group of its own, never left out. Ethnic groups are those of the 2021 census of England, so
that few are too small to say anything of; Gypsy, Roma and Traveller children stand apart from other White children,
whose number would hide theirs.
"""

from screening.db import Json
from screening.models import Participation

UNKNOWN = "unknown"
ETHNIC_GROUPS = {
    "white": ("WBRI", "WIRI", "WOTH"),
    "traveller": ("WIRT", "WROM"),
    "mixed": ("MWBC", "MWBA", "MWAS", "MOTH"),
    "asian": ("AIND", "APKN", "ABAN", "CHNE", "AOTH"),
    "black": ("BCRB", "BAFR", "BOTH"),
    "other": ("OOTH",),
}
_GROUP_OF = {code: group for group, codes in ETHNIC_GROUPS.items() for code in codes}
# Each way of grouping, with its groups in the order they are shown; age bands are the rules' own.
WORDS = {
    "ethnicity": {
        "white": "White",
        "traveller": "Gypsy, Roma or Traveller",
        "mixed": "Mixed or multiple ethnic groups",
        "asian": "Asian or Asian British",
        "black": "Black, Black British, Caribbean or African",
        "other": "Other ethnic group",
        UNKNOWN: "Not known",
    },
    "disability": {"yes": "Disabled", "no": "Not disabled", UNKNOWN: "Not known"},
    "age": {UNKNOWN: "Not known"},
    "sex": {"F": "Female", "M": "Male", UNKNOWN: "Not known or unborn"},
}


def groups_of(child: Participation | None, age_band: str | None) -> Json:
    """Say in which group of each kind a child is; `age_band` is the rules' own. None is a child nobody named."""
    return {
        "ethnicity": _GROUP_OF.get((child and child.ethnicity) or "", UNKNOWN),
        "disability": _disability(child),
        "age": age_band or UNKNOWN,
        "sex": child.sex if child and child.sex in ("F", "M") else UNKNOWN,
    }


def _disability(child: Participation | None) -> str:
    said = (child and child.disabilities) or []
    if not said:
        return UNKNOWN
    return "no" if said == ["NONE"] else "yes"

"""The closed lists of contacts, checks and decisions, with the words that people see.

Where the census has a code, it is the census's.

Source: DfE children in need census 2026, N00152 (source), N00177 (ethnicity), N00099 (disability), N00783 (sex),
N00101 (need).
"""

from screening.fields import Codes

CHANNELS: Codes = {
    "phone": "Telephone",
    "email": "Email",
    "walk_in": "In person",
    "web": "Web form",
    "api": "From a system",
}
CONTACT_TYPES: Codes = {
    "request_for_service": "Worry about a child",
    "notification": "Something we should know",
    "request_for_information": "Advice or information",
    "silent": "Silent call: the line stayed open",
    "abandoned": "Abandoned call: they rang off",
    "hoax": "Hoax call",
    "wrong_number": "Wrong number",
}
# Calls in which nothing may have been said: no account is asked for.
WORDLESS_TYPES = frozenset({"silent", "abandoned", "hoax", "wrong_number"})
# To rules and to routing an abandoned call is a silent one: nobody spoke, and it may have been a child.
TYPE_IN_RULES = {"abandoned": "silent"}
# The census's source for a child or young person who calls about themself (N00152).
YOUNG_PERSON = "1C"
# The core safety question whose "yes" lets a contact be sent with nothing else written down (rules, section safe_now).
DANGER_NOW = "immediate_danger"
ANSWERS: Codes = {
    "yes": "Yes",
    "no": "No",
    "unknown": "Not known",
    "refused": "Refused, would not say",
    "not_safe_to_ask": "Not safe to ask",
}
# Answers that leave a question open, as they stand among what was said: why it is not known.
WHY_NOT_KNOWN: Codes = {"unknown": "not known", "refused": "would not say", "not_safe_to_ask": "not safe to ask"}
NO_ANSWERS = frozenset(WHY_NOT_KNOWN)
SOURCES: Codes = {
    "1A": "Family, relative or carer",
    "1B": "Neighbour, friend or child minder",
    "1C": "The child or young person",
    "1D": "Another member of the public",
    "2A": "School",
    "2B": "Education service",
    "3A": "GP",
    "3B": "Health visitor",
    "3C": "School nurse",
    "3D": "Other community health",
    "3E": "Emergency department",
    "3F": "Other health, such as a hospice",
    "4": "Housing",
    "5A": "Council: social care, such as adults",
    "5B": "Council: another department",
    "5C": "Another authority",
    "5D": "Council: early help",
    "6": "Police",
    "7": "Court, probation or other legal",
    "8": "Children's centre, charity or independent",
    "9": "Anonymous",
    "10": "Not known",
}
# In the census's order: where somebody is torn between two, the one that stands higher counts.
NEEDS: Codes = {
    "N1": "Abuse, neglect or exploitation",
    "N2": "The child's disability or illness",
    "N3": "A parent's disability, illness or addiction",
    "N4": "Family in acute stress: a crisis that passes",
    "N5": "Family dysfunction: it goes on",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
    "N9": "Not a child in need, such as adoption support",
    "N0": "Not yet determined",
}
SEXES: Codes = {"F": "Female", "M": "Male", "U": "Not known or unborn"}
# ISO 639-1, as programs send them: the languages that most people in England speak (census 2021), and Welsh.
LANGUAGES: Codes = {
    "en": "English",
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "cy": "Welsh",
    "el": "Greek",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ku": "Kurdish",
    "lt": "Lithuanian",
    "pa": "Punjabi",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "so": "Somali",
    "sq": "Albanian",
    "ta": "Tamil",
    "ti": "Tigrinya",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
ETHNICITIES: Codes = {
    "WBRI": "White British",
    "WIRI": "White Irish",
    "WIRT": "Traveller of Irish heritage",
    "WROM": "Gypsy or Roma",
    "WOTH": "Any other White background",
    "MWBC": "White and Black Caribbean",
    "MWBA": "White and Black African",
    "MWAS": "White and Asian",
    "MOTH": "Any other mixed background",
    "AIND": "Indian",
    "APKN": "Pakistani",
    "ABAN": "Bangladeshi",
    "AOTH": "Any other Asian background",
    "BCRB": "Black Caribbean",
    "BAFR": "Black African",
    "BOTH": "Any other Black background",
    "CHNE": "Chinese",
    "OOTH": "Any other ethnic group",
    "REFU": "Would not say",
    "NOBT": "Not yet asked",
}
DISABILITIES: Codes = {
    "NONE": "No disability",
    "MOB": "Mobility",
    "HAND": "Hand function",
    "PC": "Personal care",
    "INC": "Incontinence",
    "COMM": "Communication",
    "LD": "Learning",
    "HEAR": "Hearing",
    "VIS": "Vision",
    "BEH": "Behaviour",
    "CON": "Consciousness",
    "AUT": "Autism",
    "DDA": "Another disability",
}
YES_NO_UNKNOWN: Codes = {"yes": "Yes", "no": "No", "unknown": "Not known"}
# Why identity or somebody's view was not explored: an answer, where silence is none.
NOT_EXPLORED: Codes = {
    "not_seen": "The caller has not seen or spoken with them",
    "too_young": "Too young, or not yet born",
    "refused": "Asked, and would not say",
    "not_safe_to_ask": "Not safe to ask",
    "danger_first": "Danger came first: no time on this call",
    "not_relevant": "Does not bear on this worry, because",
    "other": "Another reason",
}
PROMISES: Codes = {
    "callback": "To ring back",
    "outcome": "To say what was decided",
    "visit": "That somebody visits",
    "other": "Something else",
}
PARENTS_INFORMED: Codes = {"yes": "Yes", "no": "No", "not_yet": "Not yet", "unsafe": "No, telling them would be unsafe"}
AGREEMENTS: Codes = {"given": "Given", "refused": "Refused", "not_sought": "Not sought"}
# Why the family's agreement was not sought, or something is shared without it. The first three are the reasons that
# Portsmouth's procedures accept.
SHARING_REASONS: Codes = {
    "prejudicial": "Asking would harm the child's welfare",
    "carers_behaviour": "The carer's behaviour makes asking unsafe",
    "immediate_risk": "The child is at immediate risk: there is no time to ask",
    "not_reached": "They could not be reached yet",
    "other": "Another reason, written below",
}
OVERRIDES: Codes = {"approved": "Approved", "refused": "Not approved"}
OUTCOMES: Codes = {
    "strategy_discussion": "Strategy discussion",
    "assessment": "Referral to assessment",
    "early_help": "Early help",
    "information_and_advice": "Information and advice",
    "another_authority": "Passed to another authority",
    "open_case": "Linked to an open case",
    "no_further_action": "No further action",
}
REGISTERS: Codes = {
    "police": "Police",
    "health": "Health",
    "education": "Education",
    "housing": "Housing",
    "adult_services": "Adult services",
    "probation": "Probation",
    "youth_justice": "Youth justice",
    "cp_is": "Child Protection Information Sharing (CP-IS)",
}
CHECKS: Codes = {"own_records": "Our own records"} | REGISTERS
PARTNER_ANSWERS: Codes = {
    "information_found": "Information found",
    "nothing_known": "Nothing known",
    "cannot_say": "We cannot say",
}


def is_no_answer(value: object) -> bool:
    """Say whether a value leaves a question open; a list of things that were said never does."""
    return isinstance(value, str) and value in NO_ANSWERS


def language_name(written: str | None) -> str:
    """Say a language: as it was written, or the name for its code."""
    words = written or ""
    return LANGUAGES.get(words.strip().casefold(), words)


def check_name(kind: str) -> str:
    """Say what was asked."""
    return CHECKS.get(kind, kind.replace("_", " ").capitalize())


def choices(codes: Codes) -> list[tuple[str, str]]:
    """Give a list of codes as a form offers them."""
    return list(codes.items())

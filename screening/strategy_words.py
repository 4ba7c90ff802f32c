"""Strategy discussions in words, for a record, a chronology and a program; the codes are the models'."""

from screening.fields import Codes

AGENCIES: Codes = {
    "social_care": "Social care",
    "police": "Police",
    "health": "Health",
    "education": "Education",
    "referrer": "Whoever referred",
    "probation": "Probation",
    "youth_justice": "Youth justice",
    "adult_services": "Adult services",
    "housing": "Housing",
    "legal": "Legal services",
    "other": "Another agency",
}
HOW_WORDS: Codes = {"meeting": "Meeting", "video": "Video meeting", "telephone": "Telephone"}
SECTION_47: Codes = {
    "joint": "Section 47 starts, joint with police",
    "single": "Section 47 starts, social care alone",
    "no": "Section 47 does not start",
    "not_discussed": "Not discussed",
}
MEDICAL_WORDS: Codes = {
    "agreed": "Needed, and agreed who does it and when",
    "needed_not_agreed": "Needed, not agreed yet",
    "not_needed": "Not needed",
    "not_settled": "Not settled",
}
STARTS = frozenset({"joint", "single"})

"""What to think of before writing the views and identity of one child, from what was said of them. Asks nothing."""

from collections.abc import Iterator
from uuid import UUID

from screening import codes
from screening.models import Contact, Participation

ENGLISH = ("", "en", "eng", "english")
Prompts = dict[str, list[str]]


def prompts_for(contact: Contact, child_id: UUID | None) -> Prompts:
    """List prompts by the part of the rationale that they belong to: `views` and `identity`."""
    child = next((one for one in contact.children if one.id == child_id), None)
    return {"views": list(_of_views(contact, child)), "identity": list(_of_identity(child))}


def _of_views(contact: Contact, child: Participation | None) -> Iterator[str]:
    own = (child.views or {}) if child else {}
    if not own.get("child") and not contact.views.get("child"):
        yield "What the child says is not recorded: were they asked, alone and in their own language?"
    if not own.get("family") and not contact.views.get("family"):
        yield "What the family says is not recorded: were they asked, and was it safe to?"


def _of_identity(child: Participation | None) -> Iterator[str]:
    if child is None:
        return
    disabled = [codes.DISABILITIES.get(code, code) for code in child.disabilities or [] if code != "NONE"]
    if disabled:
        yield f"Disability ({', '.join(disabled).lower()}): does it raise the risk, or hide it? Who can ask them?"
    elif child.disabilities is None:
        yield "Whether the child is disabled is not recorded."
    language = codes.language_name(child.language)
    other_language = language if language.casefold() not in ENGLISH else None
    if child.interpreter == "yes" or other_language:
        yield f"Language ({other_language or 'an interpreter is needed'}): who interprets? Nobody of the family."
    if not child.ethnicity:
        yield "Ethnicity, faith and culture are not recorded: what do they change about the worry, or the help?"

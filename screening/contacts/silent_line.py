"""An open line on which nobody speaks: what to say to it, and what a tap or a key pressed means."""

from collections.abc import Mapping
from dataclasses import dataclass

from screening import codes
from screening.db import Json

WORRY = "request_for_service"
ANSWERS = (("yes", "One: yes"), ("no", "Two: no"), ("none", "Nothing heard"))
HEARD = {"yes": "one tap or key, yes", "no": "two taps or keys, no", "none": "nothing heard"}


@dataclass(frozen=True)
class Prompt:
    """One thing to say to a silent line. `name` is its field on the page."""

    name: str
    say: str


PROMPTS = (
    Prompt("tap_there", "Is somebody there? If you cannot speak, tap the phone or press any key once."),
    Prompt("tap_child", "Are you under 18? Once for yes, twice for no."),
    Prompt("tap_danger", "Are you in danger now? Once for yes, twice for no."),
    Prompt("tap_overheard", "Is somebody with you who must not hear this? Once for yes, twice for no."),
)


def taps_in(fields: Mapping[str, str]) -> dict[str, str]:
    """Read what was heard to each prompt; what was not said is left out."""
    return {one.name: fields[one.name] for one in PROMPTS if fields.get(one.name) in HEARD}


def somebody_answered(taps: Mapping[str, str]) -> bool:
    """Say whether somebody tapped: then something was said, and this is no silent call."""
    return any(heard in ("yes", "no") for heard in taps.values())


def in_account(body: Json, taps: Mapping[str, str]) -> Json:
    """Put what was asked and heard into the account, after what was typed."""
    asked = [f"Said to the line: {one.say} Heard: {HEARD[taps[one.name]]}." for one in PROMPTS if one.name in taps]
    lines = [body.get("narrative", "").strip(), *asked]
    account = "\n".join(line for line in lines if line)
    return body | ({"narrative": account} if account else {})


def as_worry(body: Json, taps: Mapping[str, str]) -> Json:
    """Give a call that was taken for a silent one as a worry about a child, with all that was heard."""
    kept = in_account(body, taps)
    if kept.get("contact_type") in codes.WORDLESS_TYPES:
        kept = kept | {"contact_type": WORRY}
    if taps.get("tap_danger") == "yes":
        # The page asks it of a child: there the answer stays when the page is saved.
        first, *others = kept.get("children") or [{}]
        in_danger = first | {"answers": {**first.get("answers", {}), codes.DANGER_NOW: "yes"}}
        kept = kept | {"children": [in_danger, *others]}
    return kept

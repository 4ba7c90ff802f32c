"""What a member of staff reads in their e-mail of what waits: references and words, never a name from a contact."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from screening.models import EscalationNotice, User
from screening.wording import URGENCIES, moment

FOOT = (
    "Open Front Door, and say there that you have it: {url}/told/\n"
    "This e-mail says nothing about anybody. Do not answer it."
)
# What one e-mail holds: the rest stands on the page.
MOST_LINES = 50
Line = tuple[EscalationNotice, str | None]


def write(user: User, lines: Sequence[Line], url: str, message_id: str) -> EmailMessage:
    """Write the letter of one notice, or of all that a digest holds: (notice, reference or None)."""
    first, _ = lines[0]
    letter = EmailMessage(policy=SMTP)
    letter["To"] = Address(addr_spec=user.email)
    letter["Subject"] = _subject(lines)
    letter["Date"] = first.told_at
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"
    shown = [_line(*line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"And {len(lines) - MOST_LINES} more.")
    letter.set_content("\n\n".join([*shown, FOOT.format(url=url)]) + "\n")
    return letter


def _subject(lines: Sequence[Line]) -> str:
    (first, reference), *more = lines
    if more:
        return f"Front Door: {len(lines)} wait for somebody"
    if first.over:
        return "Front Door: an alarm is over"
    if reference is None:
        return "Front Door: alarm"
    return f"Front Door: {first.escalation.urgency}, {reference} waits for you"


def _line(notice: EscalationNotice, reference: str | None) -> str:
    found = notice.escalation
    if notice.over and found.ended_at:
        return f"Over since {moment(found.ended_at)}: {found.words}"
    what = f"{URGENCIES[found.urgency]}: {reference}. " if reference else "Alarm. "
    return f"{what}{found.words} Raised {moment(found.raised_at)}."

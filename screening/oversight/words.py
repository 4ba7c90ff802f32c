"""What workers and tasks are called on the board: by what they do for people, not by what programs are called."""

WORKERS = {
    "ringer": "Starts what is promised, and links the audit chain",
    "urgent": "Puts contacts in queues, and raises what is late",
    "checks": "Looks people up in our own records",
    "partners": "Asks partners by their programs",
    "mail": "Sends messages, forms and referrals",
    "bulk": "Does long work: lists, scans, shadow runs",
    "lmtp": "Takes e-mail in",
}
TASKS = {
    "route": "Contacts to put in a queue",
    "escalate": "Late items to raise",
    "late_draft": "Calls not sent, to look at",
    "check_own_records": "People to look up in our records",
    "look_again": "People to look up again",
    "ask_partner": "Partners to ask",
    "send_form": "Forms to send to partners",
    "chase_partner": "Partners to chase",
    "receipt": "Receipts to send",
    "acknowledgement": "Acknowledgements to send",
    "answer": "Answers to send",
    "send_referral": "Referrals to send to the case system",
    "confirm_referral": "Referrals to have confirmed",
    "people_changed": "People who changed, to look up again",
    "scan": "Attachments to look at for viruses",
    "replay": "Shadow runs of rules",
    "keep_forecast": "Forecasts to keep",
}


def worker(role: str) -> str:
    """Say what a worker does."""
    return WORKERS.get(role, role.capitalize())


def task(kind: str) -> str:
    """Say what tasks of a kind are for."""
    return TASKS.get(kind, kind.replace("_", " ").capitalize())

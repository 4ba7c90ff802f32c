"""A folder that the case system watches: we write a file for each referral, and it writes one back.

`referrals/ID.json` is ours, and so is `withdrawals/ID.json` (`{"referral", "instead"}`). The case system's are
`acknowledged/ID.json` (`{"referral", "reference"}`), `withdrawn/ID.json` (`{"referral"}`), `held.json`
(`{"referrals": {ID: reference}}`) and `involvements/*.jsonl` (a line with source, as_at and whole, then the rows).
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.db import Json
from workers.cases import ListTold, NotReached, Receipt, Withdrawal

LARGEST_LIST_BYTES, LARGEST_ANSWER_BYTES = 50 * 1024 * 1024, 1024 * 1024
UNREADABLE = "The case system's folder holds a file that cannot be read."
NOT_WRITTEN = "The case system's folder cannot be written."


@dataclass(frozen=True)
class FolderOfCases:
    """Files go out whole or not at all: written beside, kept on disk, then named."""

    folder: Path

    def send(self, referral_id: str, document: Json) -> Receipt:
        """Write a referral's file; the same again replaces it with itself."""
        self._write("referrals", referral_id, document)
        return self.receipt(referral_id)

    def withdraw(self, referral_id: str, instead: str) -> Withdrawal:
        """Write the file that takes a referral back, and look for theirs that says it is done."""
        self._write("withdrawals", referral_id, {"referral": referral_id, "instead": instead})
        found = _read(self.folder / "withdrawn" / f"{referral_id}.json", LARGEST_ANSWER_BYTES)
        if found is not None and found.get("referral") != referral_id:
            raise NotReached(UNREADABLE)
        return "told" if found is None else "withdrawn"

    def _write(self, kind: str, referral_id: str, document: Json) -> None:
        place = self.folder / kind / f"{referral_id}.json"
        beside = place.with_suffix(f".{os.getpid()}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            # For the case system's group and nobody else.
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(document, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place)
            _keep_name(place.parent)
        except OSError as problem:
            raise NotReached(NOT_WRITTEN) from problem

    def receipt(self, referral_id: str) -> Receipt:
        """Look for the file that says they have it. One that names another referral says nothing of this."""
        found = _read(self.folder / "acknowledged" / f"{referral_id}.json", LARGEST_ANSWER_BYTES)
        if found is None:
            return Receipt(has_it=False)
        if found.get("referral") != referral_id:
            raise NotReached(UNREADABLE)
        return Receipt(has_it=True, case_reference=_words(found.get("reference")))

    def held(self) -> dict[str, str | None] | None:
        """Read what they say they have."""
        found = _read(self.folder / "held.json", LARGEST_LIST_BYTES)
        if found is None:
            return None
        referrals = found.get("referrals")
        if not isinstance(referrals, dict):
            raise NotReached(UNREADABLE)
        return {str(number): _words(reference) for number, reference in referrals.items()}

    def involvements(self) -> ListTold | None:
        """Read the list that is newest by its name."""
        lists = sorted((self.folder / "involvements").glob("*.jsonl"))
        if not lists:
            return None
        try:
            if lists[-1].stat().st_size > LARGEST_LIST_BYTES:
                raise NotReached("The list of involvements is larger than 50 MB. Load it with the command.")
            head, *rows = [json.loads(line) for line in lists[-1].read_text("utf-8").splitlines() if line.strip()]
            return ListTold(head["source"], head["as_at"], bool(head.get("whole", False)), rows)
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as problem:
            raise NotReached(UNREADABLE) from problem


def _keep_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(file: Path, most: int) -> dict[str, Any] | None:
    try:
        if not file.exists():
            return None
        if file.stat().st_size > most:
            raise NotReached(UNREADABLE)
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise NotReached(UNREADABLE) from problem
    if not isinstance(found, dict):
        raise NotReached(UNREADABLE)
    return found


def _words(said: Any) -> str | None:
    return said[:200] if isinstance(said, str) and said else None

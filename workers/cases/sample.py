"""The sample county's case system: it says of every referral in the folder that it has it, a moment later. Invented."""

import json

from screening.db import Json
from workers.cases import Receipt, Withdrawal
from workers.cases.folder import FolderOfCases

MARK = "SAMPLE"


class SampleCases(FolderOfCases):
    """A folder in which somebody answers. Live mode refuses it."""

    def send(self, referral_id: str, document: Json) -> Receipt:
        """Take a referral; whether it has it is said when it is asked."""
        super().send(referral_id, document)
        return Receipt(has_it=False)

    def receipt(self, referral_id: str) -> Receipt:
        """Acknowledge what is in the folder, under a number that says what it is."""
        if (self.folder / "referrals" / f"{referral_id}.json").exists():
            said = {"referral": referral_id, "reference": f"{MARK}-{referral_id[-8:].upper()}"}
            place = self.folder / "acknowledged" / f"{referral_id}.json"
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            place.write_text(json.dumps(said), "utf-8")
        return super().receipt(referral_id)

    def withdraw(self, referral_id: str, instead: str) -> Withdrawal:
        """Let go of a referral at once: it is not among those that it says it has."""
        super().withdraw(referral_id, instead)
        (self.folder / "acknowledged" / f"{referral_id}.json").unlink(missing_ok=True)
        (self.folder / "referrals" / f"{referral_id}.json").unlink(missing_ok=True)
        return "withdrawn"

    def held(self) -> dict[str, str | None] | None:
        """Tell what it acknowledged."""
        acknowledged = sorted((self.folder / "acknowledged").glob("*.json"))
        return {file.stem: super(SampleCases, self).receipt(file.stem).case_reference for file in acknowledged}

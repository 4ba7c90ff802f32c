"""The `frontdoor` command as it is typed, on a database of the test's own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from screening.config import DEVELOPMENT_SECRET

REPOSITORY = Path(__file__).parents[2]
FRONTDOOR = Path(sys.executable).with_name("frontdoor")
AUDIT_KEY = DEVELOPMENT_SECRET
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"


class Command:
    """Types a command on a database of the test's own."""

    def __init__(self, environ, folder):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
        self.environ = {**kept, "FRONTDOOR_DATA": str(folder / "data"), "FRONTDOOR_AUDIT_KEY": AUDIT_KEY, **environ}
        self.folder = folder

    def __call__(self, *arguments, typed="", **environ):
        return subprocess.run(
            [FRONTDOOR, *map(str, arguments)],
            cwd=REPOSITORY,
            env=self.environ | environ,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def file(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path


def on(settings, folder):
    """Type commands on an app's database."""
    addresses = {"DATABASE_URL": settings.database_url, "MIGRATION_DATABASE_URL": settings.migration_database_url}
    return Command(addresses, folder)

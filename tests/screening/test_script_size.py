"""The page of a call loads on a slow line while somebody waits on the telephone."""

from pathlib import Path

import screening

SCRIPT = Path(screening.__file__).parent / "static" / "dist" / "app.js"
MOST_BYTES = 60_000


def test_the_script_of_all_pages_stays_small():
    assert SCRIPT.stat().st_size <= MOST_BYTES

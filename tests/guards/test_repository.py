"""What no committed file may hold."""

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LOCKS = ["requirements/run.lock", "requirements/test.lock", "package-lock.json"]
CLOCKS = re.compile(r"datetime\.now\(|datetime\.utcnow\(|time\.time\(|func\.now\(|date\.today\(")


def committed():
    names = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    return [REPOSITORY / name for name in names.splitlines() if (REPOSITORY / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert "://" not in (REPOSITORY / lock).read_text()


def test_no_file_holds_a_path_of_a_machine():
    pattern = re.compile(rb"(?<![\w.])/(?:work|root|home/\w+)/")

    assert [path.name for path in committed() if pattern.search(path.read_bytes())] == []


def test_only_db_tells_the_time():
    packages = ("screening", "workers", "routing_rules")
    python = [
        path
        for path in committed()
        if path.suffix == ".py" and path.name != "db.py" and path.relative_to(REPOSITORY).parts[0] in packages
    ]

    assert [str(path) for path in python if CLOCKS.search(path.read_text())] == []


def test_no_template_passes_text_unescaped():
    templates = [path for path in committed() if path.suffix == ".html"]

    assert [path.name for path in templates if re.search(r"\|\s*safe\b|autoescape false", path.read_text())] == []

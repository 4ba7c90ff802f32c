"""Files that people send: a folder of sealed files, each named by what is in it, so that one is kept once.

What stands here may be called from anywhere that has the folder and the key; a store elsewhere would have the same two
functions. A file is on the disk, whole, before `keep` answers.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from screening.db import new_id
from screening.errors import NotFound
from screening.sealing import seal_bytes, unseal_bytes

NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Files:
    """The files of one county: `folder` in its data, `key` the 32 bytes that seal drafts."""

    folder: Path
    key: bytes

    def keep(self, content: bytes) -> str:
        """Keep a file and give its name. Keeping the same again changes nothing.

        Raises:
            OSError: there is no room, or the folder cannot be written.
        """
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if not path.exists():
            _write(path, seal_bytes(self.key, content, bound_to=name))
        return name

    def read(self, name: str) -> bytes:
        """Read a file by its name.

        Raises:
            NotFound: there is none, it was sealed under another key, or it was changed.
        """
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError as problem:
            raise NotFound("This file is not in the folder of files. Tell support: it may be on a backup.") from problem
        return unseal_bytes(self.key, sealed, bound_to=name)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise NotFound("There is no such file.")
        return self.folder / name[:2] / name


def _write(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{new_id()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    for folder in (path.parent, path.parent.parent):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

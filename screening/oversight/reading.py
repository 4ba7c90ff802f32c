"""One reading of the board for all who look at it in the same second.

It holds counts, clocks, references and the names of staff, the same for everybody who may see a board; nothing in it
is read through a viewer's eyes. It is used again only while nothing that is told of has changed since it began.
"""

import threading
import time
from dataclasses import dataclass, field

from flask import current_app

from screening.db import Json
from screening.oversight import whole

# What nothing tells of is looked at again as soon as this: well within what a live page may be behind.
SHARED_SECONDS = 1.0


@dataclass
class Shared:
    """The last reading in this process: of which versions it is, and when it began."""

    seconds: float = SHARED_SECONDS
    versions: str = ""
    began: float = float("-inf")
    board: Json = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, versions: str) -> Json:
        """Give the last reading where it is of these versions and fresh, else read; others wait for that one."""
        with self.lock:
            if self.versions != versions or time.monotonic() - self.began > self.seconds:
                began = time.monotonic()
                self.board = whole.board()
                self.versions, self.began = versions, began
            return self.board


def board() -> Json:
    """Give the board: see `whole.board`. Not to be written in: others have it too."""
    versions = current_app.extensions["changes"].versions()
    if versions is None:
        # Nobody would hear of a change.
        return whole.board()
    shared: Shared = current_app.extensions.setdefault("board", Shared())
    return shared.read(versions)

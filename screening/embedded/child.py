"""Child processes that die with their parent, and a way for root to be somebody whom PostgreSQL accepts."""

import contextlib
import ctypes
import os
import signal
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAPABILITIES_VERSION = 0x20080522
CAP_DAC_OVERRIDE = 1
CLONE_NEWUSER = 0x10000000
# Any uid but 0 will do inside the namespace; files stay root's outside it.
INSIDE_UID = 1000

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel end this process when its parent is gone, however the parent ended."""
    _libc.prctl(PR_SET_PDEATHSIG, how)


def enter_user_namespace() -> None:
    """Become an ordinary user in a namespace of our own.

    Raises:
        OSError: the kernel or a container forbids it.
    """
    # Asked before: inside, until the maps are written, everybody is nobody.
    uid, gid = os.getuid(), os.getgid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INSIDE_UID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{INSIDE_UID} {gid} 1")


def drop_to(uid: int) -> None:
    """Become another user for good, who may still walk to files below folders that only root may enter."""
    os.setgroups([])
    os.setgid(uid)
    _libc.prctl(PR_SET_KEEPCAPS, 1)
    os.setuid(uid)
    low = 1 << CAP_DAC_OVERRIDE
    # Effective, permitted and inheritable; where root had no such right, nothing is kept.
    if _libc.capset(struct.pack("Ii", CAPABILITIES_VERSION, 0), struct.pack("6I", low, low, low, 0, 0, 0)) == 0:
        _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def can_enter_user_namespace() -> bool:
    """Try it in a child that is thrown away."""
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(OSError):
            enter_user_namespace()
            status = 0
        os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def start(
    command: Sequence[str | Path],
    log: Path,
    *,
    become: Callable[[], None] | None = None,
    orphan_ends_by: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a server as our child, in a session of its own so that Ctrl-C reaches only us; its words go to `log`."""

    def prepare() -> None:
        if become is not None:
            become()
        die_with_parent(orphan_ends_by)

    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  # nosec B603
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=prepare,
        )


def stop(process: subprocess.Popen[bytes], how: signal.Signals, *, patience_seconds: float = 10) -> None:
    """Ask a child to end, and end it where it does not listen."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()

"""Runs one command in a process group of its own, and ends the group once standard input closes.

So a target does not outlive the harness, however that ended: a pipe closes even when its writer is
killed. `python -P -m harness.targets.guard COMMAND [ARGUMENT ...]`; standard library only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 3.0
"""How long the group has between SIGTERM and SIGKILL."""


def main(command: list[str]) -> int:
    """Run the command; its exit code, or 127 when it cannot be started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the harness, which then closes our input
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        print(f"cannot start {command[0]}: {error.strerror}", flush=True)
        return 127
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    code = child.wait()
    _signal_group(child, signal.SIGKILL)  # whatever it left behind
    return code


def _end_with_input(child: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    _signal_group(child, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(GRACE_SECONDS)
    _signal_group(child, signal.SIGKILL)


def _signal_group(leader: subprocess.Popen[bytes], what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader.pid, what)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m tests.end_to_end.hostile HABIT PORT [CONNECTIONS]`: one hostile server in a process of its own.

It takes so many connections and no more, each in a thread of its own.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import sys
import threading

from tests.end_to_end.hostile.habits import HABITS, Handle


def main(habit: str, port: str, most: str = "1000000") -> None:
    """Serve until somebody ends the process."""
    with socket.create_server(("127.0.0.1", int(port)), backlog=128) as listener:
        print(f"listening on {listener.getsockname()[1]}", flush=True)
        for _ in itertools.repeat(None, int(most)):
            connection, _ = listener.accept()
            threading.Thread(target=_served, args=(HABITS[habit], connection)).start()


def _served(handle: Handle, connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):  # whoever tests us may hang up at any time
        handle(connection)


main(*sys.argv[1:])

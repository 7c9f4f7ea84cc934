"""What the harness tests: an address, the path of a resource, and perhaps a process of our own.

One file a kind of target stands beside this one; each opens to a `Running`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.targets.process import Process
from harness.targets.ready import wait_until_it_answers


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send requests, and the resource that they ask for by default.

    `again` are the words that name the same target to `wireproof run`, as a shell takes them. `version` is
    what the server calls its version, `content_path` a resource that takes content by POST; both are empty
    where that is not known.
    """

    name: str
    host: str
    port: int
    path: str = "/"
    again: str = ""
    version: str = ""
    content_path: str = ""

    @property
    def authority(self) -> str:
        """The value of Host: an IPv6 address in brackets, the port always named."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def address(self) -> str:
        """As a URL."""
        return f"http://{self.authority}{self.path}"


@dataclass(frozen=True, slots=True)
class Running:
    """A target that can be talked to, and its process if we started it.

    `command` starts it on the port that it has now, where that is not the command it was started by.
    """

    target: Target
    process: Process | None = None
    command: Sequence[str] = ()

    def restart(self) -> bool:
        """End it and start it again on the same port; True once it answers, False where it is not ours.

        TargetUnavailable, with its output, when it does not answer again.
        """
        if self.process is None:
            return False
        self.process.start_again(self.command)
        wait_until_it_answers(self.process, self.target.host, self.target.port, self.target.path)
        return True

"""What generators may put into requests: methods, targets, sizes. Data, with a default for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from harness.http1.build import HOST, PATH

METHODS: Final = (
    *(b"GET",) * 4,
    *(b"POST",) * 4,
    *(b"HEAD",) * 2,
    b"OPTIONS",
    b"CONNECT",
    b"GEX",
    b"get",
    b"!#$%&'*+-.^_`|~0Z",
)
"""Those of RFC 9110 9.3 that change nothing but by their content, and some that nobody knows (9.1: tokens,
case-sensitive)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repertoire:
    """The bounds of what is generated.

    methods       what requests ask for, as often as it stands there; the first is the plainest. CONNECT
                  is only ever the last request of a pipeline
    targets       request-targets to choose from (CONNECT: from those in authority-form); empty: every form
                  that goes with the method, mostly the resource itself (`path`)
    host, path    the target's own. Left as they are, the tokens of `harness.http1.build` stand for them
                  until `fill_plan` (harness/strategies/tokens.py) puts them in
    max_fields    field lines of a request beside Host, framing, Connection and Expect
    max_content   octets of content of one request
    max_requests  requests of one pipeline
    """

    methods: Sequence[bytes] = METHODS
    targets: Sequence[bytes] = ()
    host: bytes = HOST
    path: bytes = PATH
    max_fields: int = 4
    max_content: int = 64
    max_requests: int = 3

    def __post_init__(self) -> None:
        if not self.methods:
            raise ValueError("methods is empty; name one at least")
        if self.max_requests < 1:
            raise ValueError(f"max_requests is {self.max_requests}; a pipeline has one request at least")


DEFAULT: Final = Repertoire()


class Uses(TypedDict, total=False):
    """The same as parameters of a function: `**uses: Unpack[Uses]`."""

    methods: Sequence[bytes]
    targets: Sequence[bytes]
    host: bytes
    path: bytes
    max_fields: int
    max_content: int
    max_requests: int

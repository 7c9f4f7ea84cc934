"""RFC 9112 5.1: nothing stands between a field name and its colon."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import field, get, post, request
from harness.model.verdict import Verdict
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import ANSWERS_400, must_answer_400, pairs_with


@rule(
    "9112-5.1-space-before-colon",
    covers=["9112-5.1-a"],
    area="fields",
    permitted=[ANSWERS_400],
    probes=[
        probe(
            "space before the colon of an unknown field",
            get(fields=[field(b"X-A", b"1", before_colon=b" ")]),
            control=get(fields=[field(b"X-A", b"1")]),
        ),
        probe(
            "tab before the colon of an unknown field",
            get(fields=[field(b"X-A", b"1", before_colon=b"\t")]),
            control=get(fields=[field(b"X-A", b"1")]),
        ),
        probe(
            "space before the colon of Content-Length",
            request(b"POST", fields=[field(b"Content-Length", b"5", before_colon=b" ")], body=b"hello"),
            control=post(content=b"hello"),
        ),
    ],
)
def space_before_colon(seen: Seen) -> Iterator[Verdict]:
    """Whitespace between a field name and its colon is answered 400; no repair is allowed in a request.

    One recipient that takes `Content-Length :` for Content-Length and one that does not find different
    requests in the same octets.
    """
    for pair in pairs_with(seen, "space-before-colon"):
        yield from must_answer_400(pair)

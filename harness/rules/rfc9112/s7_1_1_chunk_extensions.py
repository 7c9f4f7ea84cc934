"""RFC 9112 7.1.1: chunk extensions that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.http1.build import chunk, chunked, post
from harness.model.message import ChunkedBody
from harness.model.verdict import Grade, Verdict
from harness.rules.comparison import AS_TWIN, must_be_read_alike
from harness.rules.plain import QUOTED, without_bad_whitespace, without_extensions
from harness.rules.probe import Marker, Probe, probe
from harness.rules.refusal import REFUSES_OR_CLOSES, never_in_step
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import Pair, pairs_with, sound_pairs_beside_twin

_SOUND = post(chunks=[b"hello"])


@rule(
    "9112-7.1.1-extension-ignored",
    covers=["9112-7.1.1-d"],
    area="chunked",
    permitted=[AS_TWIN],
    probes=[
        probe("a chunk with ;foo=bar", post(chunks=[chunk(b"hello", extension=b";foo=bar")]), control=_SOUND),
        probe("a chunk with ;foo", post(chunks=[chunk(b"hello", extension=b";foo")]), control=_SOUND),
        probe(
            "a last chunk with a quoted extension",
            post(chunks=chunked(b"hello", last_chunk=b'0;a="b; c"\r\n')),
            control=_SOUND,
        ),
    ],
    plain=without_extensions,
)
def extension_ignored(seen: Seen) -> Iterator[Verdict]:
    """A chunk extension that is not known is ignored: the content is what it is without."""
    for pair, extensions in _extended(seen):
        if not _BAD_WHITESPACE.search(extensions):
            yield from must_be_read_alike(pair)


_BAD_WHITESPACE = re.compile(rb"[ \t]+[;=]|[;=][ \t]+")


def _extended(seen: Seen) -> Iterator[tuple[Pair, bytes]]:
    """Requests with chunk extensions, and all of these without what stands in quotes."""
    for pair in sound_pairs_beside_twin(seen):
        body = pair.exchange.request.request.body
        if not isinstance(body, ChunkedBody):
            continue
        extensions = b"".join(one.extension for one in body.chunks) + body.last_chunk.strip(b"0\r\n")
        if extensions:
            yield pair, QUOTED.sub(b'""', extensions)


def _with_extension(name: str, extension: bytes) -> Probe:
    return probe(
        f"a chunk with {name}, a request behind the content",
        post(chunks=[chunk(b"hello", extension=extension)]),
        marker=Marker.BEHIND,
        control=_SOUND,
        half_close=True,
    )


@rule(
    "9112-7.1.1-bad-whitespace",
    covers=["9112-7.1.1-a"],
    area="chunked",
    permitted=[AS_TWIN],
    probes=[
        probe(
            f"a chunk with {extension.decode()!r}, a request behind the content",
            post(chunks=[chunk(b"hello", extension=extension)]),
            marker=Marker.BEHIND,
            control=_SOUND,
        )
        for extension in (b" ;a", b"; a", b";a =b", b";a= b")
    ],
    plain=without_bad_whitespace,
)
def bad_whitespace(seen: Seen) -> Iterator[Verdict]:
    """Whitespace around the `;` and the `=` of a chunk extension is read and removed.

    Senders may not put it there. Refusing it is safe, so it is told as unmet.
    """
    for pair, extensions in _extended(seen):
        if _BAD_WHITESPACE.search(extensions):
            yield from must_be_read_alike(pair, refused=Grade.UNMET)


_MALFORMED = {
    "an extension without a name": b";",
    "an extension of a value alone": b";=b",
    "an extension without its value": b";a=",
    "quotes that do not end": b';a="b',
    "an extension of two words": b";a b",
    "NUL in an extension": b";a\0b",
    "LF in the quotes of an extension": b';a="b\nc"',
}


@rule(
    "9112-7.1.1-malformed-extension",
    covers=["9112-7.1.1-b"],
    area="chunked",
    permitted=[REFUSES_OR_CLOSES],
    probes=[_with_extension(name, extension) for name, extension in _MALFORMED.items()],
)
def malformed_extension(seen: Seen) -> Iterator[Verdict]:
    """A chunk-size line whose extension does not match the grammar is malformed.

    No keyword forbids to pass over it to the end of the line, which is common, and told as a risk: what
    one recipient takes for that end another takes for a part of the extension.
    """
    for pair in pairs_with(seen, "chunk-extension-malformed"):
        yield from never_in_step(pair, grade=Grade.RISK)

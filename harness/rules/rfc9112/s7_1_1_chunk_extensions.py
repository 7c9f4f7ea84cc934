"""RFC 9112 7.1.1: chunk extensions that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import chunk, chunked, post
from harness.model.message import ChunkedBody
from harness.model.verdict import Grade, Verdict
from harness.rules.comparison import AS_TWIN, must_fare_alike, same_content
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import may_be_the_last, out_of_step, sound_pairs

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
)
def extension_ignored(seen: Seen) -> Iterator[Verdict]:
    """A chunk extension that is not known is ignored: the content is what it is without."""
    for pair in sound_pairs(seen):
        body = pair.exchange.request.request.body
        if seen.examination.control is None or not isinstance(body, ChunkedBody):
            continue
        if b";" not in body.last_chunk and not any(one.extension for one in body.chunks):
            continue
        if not may_be_the_last(pair.exchange.request.request) and (wrong := out_of_step(pair)):
            yield pair.violates(Grade.BAD, wrong)
        elif same_content(pair) is False and pair.exchange.status == 200:
            yield pair.violates(Grade.BAD, "the answer shows other content than without the extension")
        else:
            yield from must_fare_alike(pair)

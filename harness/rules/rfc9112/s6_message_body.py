"""RFC 9112 6: content is any octets, and all of them."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import post
from harness.model.message import FramingKind
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import message, must_fare_alike, same_content, twin_of
from harness.rules.need import Need
from harness.rules.plain import on_one_line
from harness.rules.probe import probe
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import sound_pairs_beside_twin

_WHOLE = Reaction("whole", "the answer shows the content whole, as that of the sound twin")


@rule(
    "9112-6-content-of-lines",
    covers=["9112-6-a"],
    area="framing",
    permitted=[_WHOLE],
    probes=[
        probe(
            "an echo of content with line ends",
            post(content=b"wireproof\r\n\r\nof\nlines"),
            control=post(content=b"wireproof, not of lines"),
            needs=[Need.ECHO],
        ),
        probe(
            "a message as JSON with a line end before its value",
            message(b'{"message":\n"wireproof"}'),
            control=message(),
        ),
    ],
    plain=on_one_line,
)
def content_of_lines(seen: Seen) -> Iterator[Verdict]:
    """Line ends in content are content: nothing in front of them or behind them is left out.

    Shown only by a target that echoes content, or says a message back. An error in place of the answer
    that the content on one line gets may be the resource's own, so it decides nothing.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        read = pair.exchange.request
        if twin is None or read.framing.kind is not FramingKind.LENGTH:
            continue
        if b"\n" not in read.content or b"\n" in twin.request.content:
            continue
        shown = same_content(pair)
        if shown is False and pair.exchange.status == twin.status:
            yield pair.violates(Grade.BAD, "the answer shows other content than was sent")
        elif shown:
            yield pair.conforms(_WHOLE)
        elif pair.exchange.final is None:
            yield from must_fare_alike(pair)
        elif shown is None:
            yield pair.says(Outcome.NOT_APPLICABLE, "the target does not show what it got")
        else:
            yield pair.inconclusive()

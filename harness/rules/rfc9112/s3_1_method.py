"""RFC 9112 3.1: the method is a token, and case counts."""

from __future__ import annotations

from collections.abc import Iterator

from harness.http1.build import get, request
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.comparison import twin_of
from harness.rules.probe import probe
from harness.rules.refusal import ANSWERS_400_OR_301, should_answer_400
from harness.rules.rule import Seen, rule
from harness.rules.vocabulary import pairs_with, sound_pairs_beside_twin

_REFUSED = Reaction("refused", "the method is refused, as an unknown one is")
_OTHER_CASES = (b"get", b"Get")


@rule(
    "9112-3.1-method-case",
    covers=["9112-3.1-b", "9110-9.1-d1"],
    area="requests",
    permitted=[_REFUSED],
    probes=[
        probe("get, an unknown method behind it", request(b"get"), request(b"gex"), control=get()),
        probe("Get, an unknown method behind it", request(b"Get"), request(b"Gex"), control=get()),
    ],
)
def method_case(seen: Seen) -> Iterator[Verdict]:
    """A method in another case is another method: `get` is not GET.

    A filter in front that lets no DELETE through passes `delete`. The twin is a GET that is served. Where
    `get` is served too, the unknown method behind it tells a target that folds case from one that serves
    every method alike, of which nothing is concluded.
    """
    twin = twin_of(seen)
    for pair in sound_pairs_beside_twin(seen):
        if twin is None or pair.exchange.request.request.line.method not in _OTHER_CASES:
            continue
        unknown = pair.behind.status if pair.behind else None
        if pair.exchange.status is None or twin.status is None:
            yield pair.inconclusive()
        elif twin.status >= 400:
            yield pair.says(Outcome.NOT_APPLICABLE, f"GET is answered {twin.status}: nothing to compare")
        elif pair.exchange.status >= 400:
            yield pair.conforms(_REFUSED)
        elif unknown is None:
            yield pair.inconclusive(f"answered {pair.exchange.status}; an unknown method got no answer")
        elif unknown < 400:
            observed = f"an unknown method is answered {unknown} too: methods are not told apart here"
            yield pair.says(Outcome.NOT_APPLICABLE, observed)
        else:
            yield pair.violates(Grade.BAD, f"answered {pair.exchange.status}, an unknown method {unknown}")


_NOT_TOKENS = {
    "a parenthesis": b"G(ET",
    "a comma": b"GE,T",
    "an at sign": b"G@T",
    "quotes": b'"GET"',
    "a colon": b"GET:",
    "an octet of 128 and more": b"G\xc3\xa9T",
    "NUL": b"GE\0T",
}


@rule(
    "9112-3.1-method-token",
    covers=["9112-3.1-a", "9112-3.2-b"],
    area="requests",
    permitted=[ANSWERS_400_OR_301],
    probes=[
        probe(f"a method with {name}", request(method), control=get()) for name, method in _NOT_TOKENS.items()
    ],
)
def method_token(seen: Seen) -> Iterator[Verdict]:
    """A method is a token; a request-line that begins with anything else is answered 400.

    Only a SHOULD names the status. Serving it means that octets were left out, or not looked at, which the
    next recipient does otherwise.
    """
    for pair in pairs_with(seen, "method-not-token"):
        yield from should_answer_400(pair, served=Grade.RISK, covers=("9112-3.1-a",))

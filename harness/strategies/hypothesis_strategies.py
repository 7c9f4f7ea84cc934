"""The generators as Hypothesis strategies, to be imported from `harness.strategies`.

All of them give values of `harness.model` (or octets) and compose like any other strategy:
`requests().map(serialize.request)`, `st.lists(field_lines())`. What they give is sound unless
`malformed=True`: it matches the grammar and leaves a recipient no choice. Malformed values carry exactly one
named mutation (plans: up to `max_mutations`); the oracles, not the strategy, know whether they are
still sound. Everything shrinks towards a plain GET, sent whole.

`host` and `path` are the target's own; left out, the tokens `{host}` and `{path}` stand in the octets
until `harness.strategies.tokens.fill_plan` (or `harness.http1.build.fill`) puts them in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from hypothesis.strategies import SearchStrategy

from harness.http1.build import HOST, PATH, get
from harness.model.message import ChunkedBody, FieldLine, Request
from harness.model.plan import Plan
from harness.strategies.bodies import MOST_CHUNKS, chunked_body, content
from harness.strategies.delivery import PAUSE_SECONDS, Delivery, Kind
from harness.strategies.draw import Draw
from harness.strategies.drawn_delivery import WEIGHTED_KINDS, drawn_delivery
from harness.strategies.field_values import field_line
from harness.strategies.hypothesis_draw import drawn
from harness.strategies.messages import pipeline, request
from harness.strategies.mutation import Mutation, On, select
from harness.strategies.planning import Scope, generate
from harness.strategies.repertoire import Repertoire, Uses
from harness.strategies.targets import request_target
from harness.strategies.tokens import fill_request


def requests(
    *, malformed: bool = False, mutations: Sequence[str] = (), **uses: Unpack[Uses]
) -> SearchStrategy[Request]:
    """Requests (RFC 9112 2.1): every form of request-target, quoted strings, comments, lists, obs-text,
    whitespace, counted and chunked content, Expect, Connection options, HTTP/1.0.

    methods, targets        what to choose from; without targets, every form that goes with the method
    host, path              the target's own
    max_fields, max_content how many field lines (beside Host, framing, Connection, Expect) and octets
    mutations               of malformed ones: families or mutations by name; without names, all for requests
    """
    own = Repertoire(**uses)
    if not malformed:
        return drawn(lambda draw: request(draw, own))
    by_family = tuple(kept for family in select(*mutations) if (kept := _on_requests(family)))
    if not by_family:
        raise ValueError(f"none of the mutations {', '.join(mutations)} takes a request")
    return drawn(lambda draw: _mutated(draw, own, draw.choice(draw.choice(by_family))))


def field_lines(*, malformed: bool = False) -> SearchStrategy[FieldLine]:
    """Field lines (RFC 9112 5) that have no part in framing, routing or the connection.

    A malformed one has no colon, an empty name, a bad octet, a fold or whitespace where none may be.
    """
    return drawn(_malformed_line if malformed else field_line)


def request_targets(
    *, method: bytes = b"GET", host: bytes = HOST, path: bytes = PATH, malformed: bool = False
) -> SearchStrategy[bytes]:
    """Request-targets in every form that goes with the method (RFC 9112 3.2)."""
    uses = Repertoire(methods=(method,), host=host, path=path)
    if not malformed:
        return drawn(lambda draw: request_target(draw, method, uses))
    chosen = _named("request-line", "connect-" if method == b"CONNECT" else "target-")
    if method == b"OPTIONS":
        chosen = tuple(one for one in chosen if one.name != "target-asterisk")

    return drawn(lambda draw: _mutated(draw, uses, draw.choice(chosen)).line.target)


def chunked_bodies(
    octets: bytes | None = None,
    *,
    max_content: int = 64,
    max_chunks: int = MOST_CHUNKS,
    extensions: bool = True,
    trailers: bool = True,
    malformed: bool = False,
) -> SearchStrategy[ChunkedBody]:
    """Chunked bodies (RFC 9112 7.1) of these octets, or of any content, cut anywhere."""

    def body(draw: Draw) -> ChunkedBody:
        data = content(draw, max_content) if octets is None else octets
        made = chunked_body(draw, data, extensions=extensions, trailers=trailers, most=max_chunks)
        if not malformed:
            return made
        carrier = Request(get().line, (), made)
        broken: Any = draw.choice(_named("chunks")).apply(draw, carrier).result.body
        assert isinstance(broken, ChunkedBody)
        return broken

    return drawn(body)


def pipelines(*, min_requests: int = 1, **uses: Unpack[Uses]) -> SearchStrategy[tuple[Request, ...]]:
    """Requests that follow each other on one connection (RFC 9112 9.3); only the last may end it.

    From `min_requests` to `max_requests` of them; the other parameters are those of `requests()`. For
    malformed ones see `plans()`.
    """
    own = Repertoire(**uses)
    if min_requests > own.max_requests:
        raise ValueError(f"min_requests={min_requests} is more than max_requests={own.max_requests}")
    return drawn(lambda draw: pipeline(draw, own, least=min_requests))


def deliveries(
    octets: bytes, *, kinds: Sequence[Kind] = WEIGHTED_KINDS, max_pause: float = PAUSE_SECONDS
) -> SearchStrategy[Delivery]:
    """Ways to send these octets (harness/strategies/delivery.py); `max_pause` in seconds.

    Kinds are chosen as often as they stand in `kinds`. STALLED is not among the default ones, since each
    of those waits out a deadline.
    """
    return drawn(lambda draw: drawn_delivery(draw, octets, kinds, max_pause))


def plans(
    *,
    mutations: Sequence[str] = (),
    min_mutations: int = 0,
    max_mutations: int = 2,
    kinds: Sequence[Kind] = WEIGHTED_KINDS,
    max_pause: float = PAUSE_SECONDS,
    **uses: Unpack[Uses],
) -> SearchStrategy[Plan]:
    """Whole plans: a pipeline, its mutations, its delivery; their provenance says what was done.

    `max_mutations=0` gives sound plans. The other parameters are those of `pipelines()` and
    `deliveries()`. Plans only send: add what is to be awaited.
    """
    scope = Scope(
        uses=Repertoire(**uses),
        mutations=mutations,
        min_mutations=min_mutations,
        max_mutations=max_mutations,
        kinds=kinds,
        max_pause=max_pause,
    )
    return drawn(lambda draw: generate(draw, scope).plan)


def _mutated(draw: Draw, uses: Repertoire, mutation: Mutation) -> Request:
    """A sound request with one mutation; what that adds bears the tokens, which are filled in."""
    made: Request = mutation.apply(draw, request(draw, uses)).result
    return fill_request(made, uses.host, uses.path)


def _on_requests(family: Sequence[Mutation]) -> tuple[Mutation, ...]:
    return tuple(one for one in family if one.on is On.REQUEST)


def _named(family: str, *beginnings: str) -> tuple[Mutation, ...]:
    """The mutations of a family that break something, by the beginnings of their names."""
    (all_of_it,) = select(family)
    return tuple(one for one in all_of_it if one.breaks and one.name.startswith(beginnings or ""))


def _malformed_line(draw: Draw) -> FieldLine:
    """The one field line that a mutation of a request changed."""
    line = field_line(draw)
    chosen = tuple(one for one in _named("field-lines") if one.name != "lf-for-the-empty-line")
    lines: Sequence[FieldLine] = (
        draw.choice(chosen).apply(draw, Request(get().line, (line,))).result.field_lines
    )
    return next(one for one in lines if one != line)

"""What every mutation promises, held against sound requests, plain ones and drawn ones."""

from harness.http1 import serialize
from harness.http1.build import chunked, field, fill, get, post, request
from harness.http1.request_reader import read_requests
from harness.strategies.messages import request as drawn_request
from harness.strategies.mutation import mutate
from harness.strategies.seeded import SeededDraw

PLAIN = (
    get(),
    request(version=b"HTTP/1.0"),
    post(content=b"ab"),
    post(chunks=chunked(b"hello", b"\r\n", b"x", trailers=[field(b"X-T", b"1")])),
    request(b"CONNECT", b"tunnel.invalid:443", host=b"tunnel.invalid:443"),
    request(b"OPTIONS", b"*"),
)
DRAWN = tuple(drawn_request(SeededDraw(2, number)) for number in range(12))


def check(mutation):
    """It changes the octets, notes it under its name, and causes what it says it breaks."""
    for number, subject in enumerate(PLAIN + DRAWN):
        mutant = mutate(SeededDraw(3, number), subject, mutation)
        assert mutant.octets != serialize.request(subject), mutant.note
        assert mutant.note.startswith(f"{mutation}: ")
        assert len(mutant.note) < 200, mutant.note
        if mutation.breaks:
            assert anomalies(mutant.octets) & mutation.breaks, (mutant.note, mutant.octets)


def filled(octets):
    """The octets with the tokens filled in."""
    return fill(octets, b"localhost:8080", b"/resource")


def anomalies(octets):
    """The kinds of anomalies that our reader names in them."""
    return {one.kind for one in read_requests(filled(octets)).anomalies}

"""Faults against RFC 9112 9.3 and 9.6: whether, and in which order, a connection goes on."""

from dataclasses import replace

from server.conduct import EXEMPLARY, Behaviour, Conduct, persists
from server.faults.fault import Fault
from server.faults.rewriting import in_head, rewriting
from server.request import RequestHead

_SOUND: Conduct = EXEMPLARY.conduct


def persists_in_http_1_0(head: RequestHead) -> bool:
    """HTTP/1.0 without an option is treated as HTTP/1.1 would be."""
    return persists(head._replace(line=head.line._replace(minor_version=1)))


def persists_unless_close_alone(head: RequestHead) -> bool:
    """Whether the connection lasts, where a list of options is not taken apart."""
    values = head.values.get(b"connection", ())
    alone = any(value.lower() == b"close" for value in values)
    return not alone and (not head.is_http_1_0 or any(b"keep-alive" in value.lower() for value in values))


def survives_content(head: RequestHead) -> bool:
    """Whether the connection lasts: not behind a message."""
    return head.line.path != b"/post-something" and persists(head)


def lost_if_refused(response: bytes, request: RequestHead | None) -> bytes:
    """A message that is refused kills the server before it can say so."""
    dies = request is not None and request.line.path == b"/post-something"
    return b"" if dies and response.startswith(b"HTTP/1.1 4") else response


FAULTS = (
    Fault(
        "closes-always",
        "Every response is the last on its connection, and says so.",
        "RFC 9112 9.3",
        Behaviour(conduct=replace(_SOUND, persists=lambda head: False)),
    ),
    Fault(
        "closes-without-saying",
        "Every response is the last on its connection, and does not say so.",
        "RFC 9112 9.3, 9.6",
        Behaviour(
            conduct=replace(_SOUND, persists=lambda head: False),
            rewrite=in_head(rb"^Connection: close\r\n", b""),
        ),
    ),
    Fault(
        "field-called-close",
        "Responses have a field that is called Close.",
        "RFC 9112 9.6",
        rewriting(in_head(rb"^(Server: )", b"Close: yes\r\n\\1")),
    ),
    Fault(
        "dies-of-odd-content",
        "A request with content that is not expected gets a close and no response.",
        "RFC 9110 15",
        Behaviour(conduct=replace(_SOUND, persists=survives_content), rewrite=lost_if_refused),
    ),
    Fault(
        "http-1.0-kept-open",
        "After an HTTP/1.0 request without keep-alive the connection stays open.",
        "RFC 9112 9.3",
        Behaviour(conduct=replace(_SOUND, persists=persists_in_http_1_0)),
    ),
    Fault(
        "close-ignored",
        "After a request with Connection: close the connection stays open.",
        "RFC 9112 9.6",
        Behaviour(
            conduct=replace(
                _SOUND,
                persists=lambda head: persists(head) or b"close" in head.members(b"connection"),
            )
        ),
    ),
    Fault(
        "close-in-list-ignored",
        "The close option is seen only where it stands alone.",
        "RFC 9112 9.3, RFC 9110 7.6.1",
        Behaviour(conduct=replace(_SOUND, persists=persists_unless_close_alone)),
    ),
    Fault(
        "request-after-close-processed",
        "A request that is pipelined behind a response that said close is answered still.",
        "RFC 9112 9.6",
        Behaviour(conduct=replace(_SOUND, reads_on_after_close=True)),
    ),
    Fault(
        "responses-reordered",
        "Responses to pipelined requests are sent last first.",
        "RFC 9112 9.3.2",
        Behaviour(conduct=replace(_SOUND, arranges=lambda messages: messages[::-1])),
    ),
    Fault(
        "pipelined-request-lost",
        "The second of several pipelined requests gets no response.",
        "RFC 9112 9.3.2",
        Behaviour(conduct=replace(_SOUND, arranges=lambda messages: [*messages[:1], *messages[2:]])),
    ),
    Fault(
        "closes-silently-always",
        "Every request gets a close and no response.",
        "RFC 9112 9.5",
        Behaviour(
            conduct=replace(_SOUND, persists=lambda head: False), rewrite=lambda response, request: b""
        ),
    ),
)

"""How much of anything the server takes, and how long it waits: every bound stands here and nowhere else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one server. Sizes are octets, times are seconds of the connection's clock."""

    request_line: int = 65_536
    """Longest request-line without its CRLF; beyond it 414 (RFC 9112 3, which asks for 8000)."""

    header_section: int = 65_536
    """All field lines of a request with their CRLFs; beyond it 431 (RFC 9110 5.4, RFC 6585 5)."""

    field_lines: int = 256
    """Number of field lines in a header section or a trailer section; beyond it 431."""

    content: int = 1 << 30
    """Content of any one request; beyond it 413 (RFC 9110 15.5.14)."""

    held_content: int = 1 << 20
    """Content of a request to a resource that needs all of it at once, or that discards it; beyond it 413."""

    chunk_size_digits: int = 256
    """Hexadecimal digits of one chunk-size, leading zeros among them; beyond it 400 (RFC 9112 7.1)."""

    chunk_extensions: int = 16_384
    """All chunk extensions of one request together; beyond it 413 (RFC 9112 7.1.1)."""

    trailer_section: int = 16_384
    """All trailer field lines of a request with their CRLFs; beyond it 431 (RFC 9112 7.1.2)."""

    header_timeout: float = 20.0
    """From the first octet of a request to the end of its header section; then 408 (RFC 9110 15.5.9)."""

    content_timeout: float = 20.0
    """Between two arrivals of content; then 408, or an abrupt end if the response has begun (RFC 9112 8)."""

    content_rate: float = 250.0
    """Octets of content that a second must bring in the long run, fewer than any modem did; 0 asks for none.
    Content of n octets takes n / content_rate + content_arrears seconds at most; then as content_timeout."""

    content_arrears: float = 60.0
    """How far content may lag behind that rate, at the beginning and whenever it comes to a halt."""

    idle_timeout: float = 60.0
    """Between two requests; then a close without a word (RFC 9112 9.5)."""

    write_timeout: float = 20.0
    """How long a peer may take none of the octets that wait for it; then an abrupt end (RFC 9112 9.5)."""

    linger_timeout: float = 4.0
    """How long a connection is read from after its last response (RFC 9112 9.6)."""

    linger_octets: int = 64 << 20
    """How much is read, and thrown away, after the last response (RFC 9112 9.6)."""

    connections: int = 1024
    """Connections served at once; one more gets a 503 (RFC 9112 9.4)."""

    shutdown_timeout: float = 5.0
    """How long responses in progress may take once the server is told to stop."""

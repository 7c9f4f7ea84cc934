"""What can be amiss with a stream of requests: every kind of anomaly, its ledger row, its danger.

An anomaly is a departure from the grammar, or a sound form that leaves its recipients a choice; it is
never a verdict. Its kind is a stable slug: renaming one is a breaking change. Only data lives here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.model.reading import Anomaly, Span


@dataclass(frozen=True, slots=True)
class AnomalyKind:
    """One kind: the ledger row it breaks or touches, what it is, the class of harm it may do.

    `valid` tells that the form is sound: it is noted because it leaves a server a choice.
    """

    ledger: str
    description: str
    security: str = "none"
    valid: bool = False


_SMUGGLING: Final = "smuggling"
_ROUTING: Final = "cache-poisoning"
_DENIAL: Final = "dos"

ANOMALY_KINDS: Final[dict[str, AnomalyKind]] = {
    # --- RFC 9112 2: line ends and the start of a message -----------------------------------------
    "leading-empty-line": AnomalyKind("9112-2.2-i", "One CRLF stands before the request-line."),
    "leading-empty-lines": AnomalyKind(
        "9112-2.2-i",
        "More than one empty line, or one that ends in LF alone, stands before the request-line.",
    ),
    "bare-lf-line-end": AnomalyKind(
        "9112-2.2-b", "A start-line, field line or empty line ends in LF without CR.", _SMUGGLING
    ),
    "bare-cr": AnomalyKind("9112-2.2-d", "A CR without LF stands in a field line.", _SMUGGLING),
    "bare-cr-in-request-line": AnomalyKind(
        "9112-2.2-e", "A CR without LF stands in the request-line.", _SMUGGLING
    ),
    "bare-cr-in-chunk-framing": AnomalyKind(
        "9112-2.2-f", "A CR without LF stands in a chunk-size line.", _SMUGGLING
    ),
    "whitespace-before-first-field": AnomalyKind(
        "9112-2.2-l", "A line that begins with whitespace follows the request-line at once.", _SMUGGLING
    ),
    # --- RFC 9112 2.3 and 3: the request-line -----------------------------------------------------
    "version-malformed": AnomalyKind(
        "9112-2.3-b", "The HTTP-version is not HTTP/ and two digits with a dot between them.", _SMUGGLING
    ),
    "version-unsupported": AnomalyKind("9110-6.2-d1", "The major version is not 1.", valid=True),
    "version-minor-higher": AnomalyKind("9110-6.2-c", "The minor version is higher than 1.", valid=True),
    "http-1.0": AnomalyKind(
        "9112-9.3-e", "The request says HTTP/1.0: the connection closes unless kept alive.", valid=True
    ),
    "request-line-whitespace": AnomalyKind(
        "9112-3-b",
        "Other whitespace than single SP parts or surrounds the words of the request-line.",
        _SMUGGLING,
    ),
    "request-line-words": AnomalyKind(
        "9112-3-a", "The request-line has fewer or more than three words.", _SMUGGLING
    ),
    "method-not-token": AnomalyKind("9112-3.1-a", "The method is not a token.", _SMUGGLING),
    "target-form-invalid": AnomalyKind(
        "9112-3.2-a", "The request-target has no form that goes with the method."
    ),
    "target-octets-invalid": AnomalyKind(
        "9112-3.2-a", "The request-target contains octets that no URI contains.", _SMUGGLING
    ),
    "target-host-empty": AnomalyKind("9110-4.2.1-b", "The target is an http or https URI without a host."),
    "target-userinfo": AnomalyKind("9110-4.2.4-b", "The target is an http or https URI with userinfo."),
    "connect-port-invalid": AnomalyKind("9110-9.3.6-a", "CONNECT names an empty or impossible port."),
    # --- RFC 9112 5: field lines ------------------------------------------------------------------
    "obs-fold": AnomalyKind(
        "9112-5.2-c", "A field line goes on in the next line, which begins with whitespace.", _SMUGGLING
    ),
    "obs-fold-in-trailer": AnomalyKind(
        "9112-5.2-h",
        "A trailer field line goes on in the next line, which begins with whitespace.",
        _SMUGGLING,
    ),
    "space-before-colon": AnomalyKind(
        "9112-5.1-a", "Whitespace stands between a field name and its colon.", _SMUGGLING
    ),
    "no-colon": AnomalyKind("9112-5-c", "A field line has no colon.", _SMUGGLING),
    "empty-field-name": AnomalyKind("9112-5-c", "A field line begins with its colon.", _SMUGGLING),
    "field-name-not-token": AnomalyKind("9112-5-c", "A field name is not a token.", _SMUGGLING),
    "control-in-field-value": AnomalyKind(
        "9110-5.5-d", "A field value contains a control character other than HTAB, CR, LF and NUL."
    ),
    "nul-in-field-value": AnomalyKind("9110-5.5-c", "A field value contains NUL.", _SMUGGLING),
    # --- RFC 9112 3.2, RFC 9110 7.2: Host ---------------------------------------------------------
    "host-missing": AnomalyKind("9112-3.2-g", "A request of HTTP/1.1 has no Host.", _ROUTING),
    "host-absent": AnomalyKind(
        "9112-3.3-e", "A request of HTTP/1.0 has no Host (valid: refuse it or apply a default).", valid=True
    ),
    "host-twice": AnomalyKind("9112-3.2-h", "Host stands more than once.", _ROUTING),
    "host-invalid": AnomalyKind(
        "9112-3.2-i", "The value of Host is not uri-host and an optional port.", _ROUTING
    ),
    "host-empty": AnomalyKind(
        "9112-3.3-e", "The value of Host is empty (valid: refuse it or apply a default).", valid=True
    ),
    # --- RFC 9112 6: framing ----------------------------------------------------------------------
    "content-length-invalid": AnomalyKind(
        "9112-6.3-l", "Content-Length is not a decimal number.", _SMUGGLING
    ),
    "content-length-differing": AnomalyKind("9112-6.3-m", "Content-Length has differing values.", _SMUGGLING),
    "content-length-list-identical": AnomalyKind(
        "9112-6.3-n", "Content-Length says the same value more than once.", _SMUGGLING, valid=True
    ),
    "content-length-overflow": AnomalyKind(
        "9110-8.6-h", "Content-Length exceeds what 63 bits hold (valid, if absurd).", _SMUGGLING, valid=True
    ),
    "length-and-coding": AnomalyKind(
        "9112-6.1-o", "Content-Length and Transfer-Encoding stand in one request.", _SMUGGLING
    ),
    "transfer-encoding-in-http-1.0": AnomalyKind(
        "9112-6.1-q", "A request of HTTP/1.0 has Transfer-Encoding: its framing counts as faulty.", _SMUGGLING
    ),
    "coding-unknown": AnomalyKind(
        "9112-6.1-l", "Transfer-Encoding names another coding than chunked.", _SMUGGLING
    ),
    "coding-not-final-chunked": AnomalyKind(
        "9112-6.3-k",
        "The last transfer coding is not chunked: the end of the request is unknown.",
        _SMUGGLING,
    ),
    "coding-malformed": AnomalyKind("9112-6.1-b", "Transfer-Encoding is not a list of codings.", _SMUGGLING),
    "coding-empty": AnomalyKind(
        "9112-6.3-k", "Transfer-Encoding stands there and names no coding.", _SMUGGLING
    ),
    "chunked-twice": AnomalyKind("9112-6.1-s", "Transfer-Encoding names chunked more than once.", _SMUGGLING),
    "chunked-parameters": AnomalyKind("9112-7.1-k", "The chunked coding has parameters.", _SMUGGLING),
    # --- RFC 9112 7.1: chunked --------------------------------------------------------------------
    "chunk-size-malformed": AnomalyKind(
        "9112-7.1-b", "A chunk-size is not a hexadecimal number.", _SMUGGLING
    ),
    "chunk-size-overflow": AnomalyKind(
        "9112-7.1-j", "A chunk-size exceeds what 63 bits hold (valid, if absurd).", _SMUGGLING, valid=True
    ),
    "chunk-extension-malformed": AnomalyKind(
        "9112-7.1.1-b", "What follows a chunk-size is not a chunk extension.", _SMUGGLING
    ),
    "chunk-line-bare-lf": AnomalyKind("9112-7.1-d", "A chunk-size line ends in LF without CR.", _SMUGGLING),
    "chunk-data-end": AnomalyKind(
        "9112-7.1-c", "Something else than CRLF follows the data of a chunk.", _SMUGGLING
    ),
    "trailer-malformed": AnomalyKind(
        "9112-7.1.2-a", "A line of the trailer section is no field line.", _SMUGGLING
    ),
    # --- RFC 9112 8 and 9: ends -------------------------------------------------------------------
    "premature-end": AnomalyKind("9112-8-a", "The octets end inside a request.", _DENIAL),
    "octets-behind-close": AnomalyKind(
        "9112-9.6-f", "Octets follow a request after which the connection has to close.", _SMUGGLING
    ),
}
"""Every kind, in the order of RFC 9112. A test holds each ledger id against the ledger."""


def anomaly(kind: str, span: Span, detail: str = "") -> Anomaly:
    """An anomaly of that kind; its ledger row comes from the table."""
    return Anomaly(kind, span, ANOMALY_KINDS[kind].ledger, detail)

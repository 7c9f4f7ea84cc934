"""What can be wrong with the octets of a response: every kind of anomaly, in one table.

Each kind is a stable slug that rules and reports refer to; it is never renamed and never reused. The
table names the ledger row that a server breaks with it and says it in one sentence. One anomaly is
recorded for each element (a line, a field) and kind, however many octets of it are wrong.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from harness.model.reading import Anomaly

LINE_END_LF: Final = "line-end-lf"
BARE_CR: Final = "bare-cr"
STRAY_OCTETS: Final = "stray-octets"
STRAY_OCTETS_AFTER_HEAD: Final = "stray-octets-after-head"
STRAY_OCTETS_AFTER_INTERIM: Final = "stray-octets-after-interim"
STRAY_OCTETS_AFTER_204: Final = "stray-octets-after-204"
STRAY_OCTETS_AFTER_304: Final = "stray-octets-after-304"
VERSION_INVALID: Final = "version-invalid"
STATUS_LINE_WHITESPACE: Final = "status-line-whitespace"
STATUS_CODE_INVALID: Final = "status-code-invalid"
STATUS_CODE_OUT_OF_RANGE: Final = "status-code-out-of-range"
REASON_PHRASE_INVALID: Final = "reason-phrase-invalid"
SPACE_AFTER_STATUS_MISSING: Final = "space-after-status-missing"
WHITESPACE_BEFORE_FIRST_FIELD: Final = "whitespace-before-first-field"
COLON_MISSING: Final = "colon-missing"
FIELD_NAME_INVALID: Final = "field-name-invalid"
SPACE_BEFORE_COLON: Final = "space-before-colon"
FIELD_VALUE_INVALID: Final = "field-value-invalid"
OBS_FOLD: Final = "obs-fold"
CONTENT_LENGTH_INVALID: Final = "content-length-invalid"
CONTENT_LENGTH_REPEATED: Final = "content-length-repeated"
CONTENT_LENGTH_DIFFERING: Final = "content-length-differing"
CONTENT_LENGTH_FORBIDDEN: Final = "content-length-forbidden"
CONTENT_LENGTH_IN_CONNECT: Final = "content-length-in-connect"
CONTENT_LENGTH_BESIDE_CODING: Final = "content-length-beside-transfer-encoding"
TRANSFER_ENCODING_IN_1XX: Final = "transfer-encoding-in-1xx"
TRANSFER_ENCODING_IN_204: Final = "transfer-encoding-in-204"
TRANSFER_ENCODING_IN_CONNECT: Final = "transfer-encoding-in-connect"
TRANSFER_ENCODING_IN_HTTP_1_0: Final = "transfer-encoding-in-http-1.0"
TRANSFER_ENCODING_INVALID: Final = "transfer-encoding-invalid"
TRANSFER_ENCODING_EMPTY_ELEMENT: Final = "transfer-encoding-empty-element"
CHUNKED_TWICE: Final = "chunked-twice"
CHUNKED_PARAMETERS: Final = "chunked-parameters"
CHUNK_LINE_END_LF: Final = "chunk-line-end-lf"
CHUNK_SIZE_INVALID: Final = "chunk-size-invalid"
CHUNK_SIZE_WHITESPACE: Final = "chunk-size-whitespace"
CHUNK_DATA_END_MISSING: Final = "chunk-data-end-missing"
CHUNKED_END_MISSING: Final = "chunked-end-missing"
CHUNK_EXT_INVALID: Final = "chunk-ext-invalid"
CHUNK_EXT_WHITESPACE: Final = "chunk-ext-whitespace"
TRAILER_FIELD_FRAMING: Final = "trailer-field-framing"
DATE_INVALID: Final = "date-invalid"
DATE_OBSOLETE: Final = "date-obsolete"
DATE_WHITESPACE: Final = "date-whitespace"
CONNECTION_INVALID: Final = "connection-invalid"


class AnomalyKind(NamedTuple):
    """The ledger row that is broken, and what is wrong in one sentence."""

    ledger: str
    description: str


RESPONSE_ANOMALIES: Final[dict[str, AnomalyKind]] = {
    kind: AnomalyKind(ledger, description)
    for kind, ledger, description in (
        (LINE_END_LF, "9112-2.1-b", "A line of the head or of the trailer section ends in LF without CR."),
        (BARE_CR, "9112-2.2-c", "A CR that no LF follows stands outside of the content."),
        (STRAY_OCTETS, "9112-2.1-b", "Octets stand where a status-line must begin."),
        (STRAY_OCTETS_AFTER_HEAD, "9112-6.3-a", "Octets follow the empty line of a response to HEAD."),
        (STRAY_OCTETS_AFTER_INTERIM, "9112-6.3-b", "Octets follow the empty line of a 1xx response."),
        (STRAY_OCTETS_AFTER_204, "9112-6.3-c", "Octets follow the empty line of a 204 response."),
        (STRAY_OCTETS_AFTER_304, "9112-6.3-d", "Octets follow the empty line of a 304 response."),
        (VERSION_INVALID, "9112-2.3-c", "The version is not HTTP/1 with one digit behind the dot."),
        (STATUS_LINE_WHITESPACE, "9112-4-a", "A part of the status-line is not set off by one SP."),
        (STATUS_CODE_INVALID, "9112-4-b", "The status-code is not exactly three digits."),
        (STATUS_CODE_OUT_OF_RANGE, "9110-15-g1", "The status-code lies outside of 100 to 599."),
        (REASON_PHRASE_INVALID, "9112-4-c", "The reason-phrase has a control octet in it."),
        (SPACE_AFTER_STATUS_MISSING, "9112-4-g", "The SP behind the status-code is left out."),
        (WHITESPACE_BEFORE_FIRST_FIELD, "9112-2.2-k", "The first field line begins with whitespace."),
        (COLON_MISSING, "9112-5-e", "A field line has no colon."),
        (FIELD_NAME_INVALID, "9112-5-e", "A field name is empty or not a token."),
        (SPACE_BEFORE_COLON, "9112-5-e", "Whitespace stands between a field name and its colon."),
        (FIELD_VALUE_INVALID, "9112-5-e", "A field value has a control octet in it."),
        (OBS_FOLD, "9112-5.2-b", "A field line is folded: its next line begins with whitespace."),
        (CONTENT_LENGTH_INVALID, "9110-8.6-g1", "A Content-Length is not a decimal number."),
        (CONTENT_LENGTH_REPEATED, "9110-8.6-g1", "Content-Length is given more than once, always the same."),
        (CONTENT_LENGTH_DIFFERING, "9110-8.6-g1", "Content-Length is given more than once, and differs."),
        (CONTENT_LENGTH_FORBIDDEN, "9110-8.6-e", "A 1xx or 204 response has a Content-Length."),
        (CONTENT_LENGTH_IN_CONNECT, "9110-8.6-f", "A 2xx response to CONNECT has a Content-Length."),
        (CONTENT_LENGTH_BESIDE_CODING, "9112-6.2-b", "Content-Length stands beside Transfer-Encoding."),
        (TRANSFER_ENCODING_IN_1XX, "9112-6.1-i", "A 1xx response has a Transfer-Encoding."),
        (TRANSFER_ENCODING_IN_204, "9112-6.1-j", "A 204 response has a Transfer-Encoding."),
        (TRANSFER_ENCODING_IN_CONNECT, "9112-6.1-k", "A 2xx response to CONNECT has a Transfer-Encoding."),
        (TRANSFER_ENCODING_IN_HTTP_1_0, "9112-6.1-q", "An HTTP/1.0 response has a Transfer-Encoding."),
        (TRANSFER_ENCODING_INVALID, "9110-2.2-a", "Transfer-Encoding is not a list of transfer-codings."),
        (TRANSFER_ENCODING_EMPTY_ELEMENT, "9110-5.6.1.1-a", "Transfer-Encoding has an empty list element."),
        (CHUNKED_TWICE, "9112-6.1-d", "Transfer-Encoding names chunked more than once."),
        (CHUNKED_PARAMETERS, "9112-7.1-k", "The chunked coding has parameters, and none are defined."),
        (CHUNK_LINE_END_LF, "9112-7.1-f", "A chunk-size line or chunk-data ends in LF without CR."),
        (CHUNK_SIZE_INVALID, "9112-7.1-f", "A chunk-size line does not begin with a hexadecimal number."),
        (CHUNK_SIZE_WHITESPACE, "9112-7.1-f", "Whitespace stands before or behind a chunk-size."),
        (CHUNK_DATA_END_MISSING, "9112-7.1-f", "No CRLF follows as many octets as the chunk-size says."),
        (CHUNKED_END_MISSING, "9112-7.1-f", "A status-line stands where a chunked body must end."),
        (CHUNK_EXT_INVALID, "9112-7.1.1-c", "What follows a chunk-size is not a chunk extension."),
        (CHUNK_EXT_WHITESPACE, "9112-7.1.1-c", "Whitespace stands around the ; or = of a chunk extension."),
        (TRAILER_FIELD_FRAMING, "9112-7.1.2-b", "The trailer section has a field for framing or routing."),
        (DATE_INVALID, "9110-5.6.7-g1", "A date field has no date, or none that can be."),
        (DATE_OBSOLETE, "9110-5.6.7-b", "A date field uses one of the two obsolete formats."),
        (DATE_WHITESPACE, "9110-5.6.7-c", "A date has more whitespace than its grammar."),
        (CONNECTION_INVALID, "9110-7.6.1-g1", "Connection is not a list of tokens."),
    )
}  # fmt: skip
"""Kind -> what it breaks and means."""

ALL_STRAY_OCTETS: Final = frozenset(kind for kind in RESPONSE_ANOMALIES if kind.startswith(STRAY_OCTETS))


def anomaly(kind: str, start: int, end: int, detail: str = "") -> Anomaly:
    """An anomaly of that kind at octets [start, end), with the kind's own ledger row."""
    return Anomaly(kind, (start, end), RESPONSE_ANOMALIES[kind].ledger, detail)

"""The productions of RFC 9110, RFC 9112 and RFC 3986 that a reader of HTTP/1.1 needs, as octets.

Each pattern stands right under its ABNF and is used with `fullmatch` only: it says whether some
octets are that element, never what to do about it. Matching time grows linearly with the octets: no
two neighbouring repetitions can share an octet, or the first is possessive. Only productions live
here, and the few numerals and lists that every reader takes apart in the same way.
"""

from __future__ import annotations

import itertools
import re
from re import Pattern
from typing import Final

# --- RFC 5234 B.1 and RFC 9110 5.5, 5.6.2: single octets, as contents of a character class --------
#
# VCHAR    = %x21-7E
# obs-text = %x80-FF
# tchar    = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
#          / DIGIT / ALPHA
_VCHAR = rb"\x21-\x7e"
_OBS_TEXT = rb"\x80-\xff"
_TCHAR = rb"!#$%&'*+\-.^_`|~0-9A-Za-z"
_HEXDIG = rb"[0-9A-Fa-f]"  # both cases (erratum 7214 to RFC 9112, rejected, confirms it)

WHITESPACE: Final = b" \t"
"""The octets of OWS and BWS, for `bytes.strip` (RFC 9110 5.6.3)."""

LENIENT_WHITESPACE: Final = b" \t\x0b\x0c\r"
"""What a recipient may take for a separator in a start-line (RFC 9112 3 and 4)."""


def _rule(source: bytes) -> Pattern[bytes]:
    return re.compile(source)


def _list(element: bytes) -> bytes:
    """#element as a recipient reads it: [ element ] *( OWS "," OWS [ element ] ) (RFC 9110 5.6.1.2)."""
    return rb"(?:%b)?(?:[ \t]*+,[ \t]*+(?:%b)?)*" % (element, element)


def _generated_list(element: bytes) -> bytes:
    """1#element as a sender writes it: element *( OWS "," OWS element ) (RFC 9110 5.6.1.1)."""
    return rb"(?:%b)(?:[ \t]*+,[ \t]*+(?:%b))*" % (element, element)


# --- RFC 9110 5.6: common rules --------------------------------------------------------------------
#
# OWS = *( SP / HTAB )
OWS: Final = _rule(rb"[ \t]*")

# token = 1*tchar
_TOKEN = rb"[%b]++" % _TCHAR
TOKEN: Final = _rule(_TOKEN)

# quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
# qdtext        = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
# quoted-pair   = "\" ( HTAB / SP / VCHAR / obs-text )
_QUOTED_STRING = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e%b]++|\\[\t %b%b])*"' % (_OBS_TEXT, _VCHAR, _OBS_TEXT)
QUOTED_STRING: Final = _rule(_QUOTED_STRING)

# parameters = *( OWS ";" OWS [ parameter ] )
# parameter  = parameter-name "=" parameter-value          ; no whitespace around "="
_PARAMETER = rb"%b=(?:%b|%b)" % (_TOKEN, _TOKEN, _QUOTED_STRING)
PARAMETERS: Final = _rule(rb"(?:[ \t]*+;[ \t]*+(?:%b)?)*" % _PARAMETER)

# --- RFC 9110 5.6.7: dates --------------------------------------------------------------------------
#
# IMF-fixdate  = day-name "," SP day SP month SP year SP time-of-day SP GMT     ; case-sensitive
# rfc850-date  = day-name-l "," SP day "-" month "-" 2DIGIT SP time-of-day SP GMT
# asctime-date = day-name SP month SP ( 2DIGIT / ( SP 1DIGIT ) ) SP time-of-day SP year
_DAY_NAME = rb"(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_DAY_NAME_L = rb"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = rb"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = rb"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_IMF_FIXDATE = rb"%b, (?P<day>[0-9]{2}) %b (?P<year>[0-9]{4}) %b GMT" % (_DAY_NAME, _MONTH, _TIME)
IMF_FIXDATE: Final = _rule(_IMF_FIXDATE)
RFC850_DATE: Final = _rule(rb"%b, [0-9]{2}-%b-[0-9]{2} %b GMT" % (_DAY_NAME_L, _MONTH, _TIME))
ASCTIME_DATE: Final = _rule(rb"%b %b (?:[0-9]{2}| [0-9]) %b [0-9]{4}" % (_DAY_NAME, _MONTH, _TIME))

# --- RFC 3986: the parts of a URI -------------------------------------------------------------------
#
# pct-encoded = "%" HEXDIG HEXDIG
# unreserved  = ALPHA / DIGIT / "-" / "." / "_" / "~"
# sub-delims  = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "="
_PCT_ENCODED = rb"%%%b{2}" % _HEXDIG
_UNRESERVED_SUB_DELIMS = rb"0-9A-Za-z\-._~!$&'()*+,;="


def _runs_of(octets: bytes) -> bytes:
    """*( those octets / pct-encoded )."""
    return rb"(?:[%b]++|%b)*" % (octets, _PCT_ENCODED)


PCT_ENCODED: Final = _rule(_PCT_ENCODED)

# port = *DIGIT
_PORT = rb"[0-9]*+"
PORT: Final = _rule(_PORT)

# reg-name = *( unreserved / pct-encoded / sub-delims )
_REG_NAME = _runs_of(_UNRESERVED_SUB_DELIMS)
REG_NAME: Final = _rule(_REG_NAME)

# IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
# dec-octet   = DIGIT / %x31-39 DIGIT / "1" 2DIGIT / "2" %x30-34 DIGIT / "25" %x30-35
_DEC_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4_ADDRESS = rb"%b(?:\.%b){3}" % (_DEC_OCTET, _DEC_OCTET)
IPV4_ADDRESS: Final = _rule(_IPV4_ADDRESS)

# h16  = 1*4HEXDIG
# ls32 = ( h16 ":" h16 ) / IPv4address
_H16 = rb"%b{1,4}" % _HEXDIG
_LS32 = rb"(?:%b:%b|%b)" % (_H16, _H16, _IPV4_ADDRESS)

# IPv6address =                            6( h16 ":" ) ls32
#             /                       "::" 5( h16 ":" ) ls32
#             / [               h16 ] "::" 4( h16 ":" ) ls32
#             / [ *1( h16 ":" ) h16 ] "::" 3( h16 ":" ) ls32
#             / [ *2( h16 ":" ) h16 ] "::" 2( h16 ":" ) ls32
#             / [ *3( h16 ":" ) h16 ] "::"    h16 ":"   ls32
#             / [ *4( h16 ":" ) h16 ] "::"              ls32
#             / [ *5( h16 ":" ) h16 ] "::"              h16
#             / [ *6( h16 ":" ) h16 ] "::"
_ENDS_BY_LEADING_GROUPS = (
    rb"(?:%b:){4}%b" % (_H16, _LS32),
    rb"(?:%b:){3}%b" % (_H16, _LS32),
    rb"(?:%b:){2}%b" % (_H16, _LS32),
    rb"%b:%b" % (_H16, _LS32),
    _LS32,
    _H16,
    rb"",
)
_IPV6_ADDRESS = b"(?:%b)" % b"|".join(
    (
        rb"(?:%b:){6}%b" % (_H16, _LS32),
        rb"::(?:%b:){5}%b" % (_H16, _LS32),
        *(
            rb"(?:(?:%b:){0,%d}%b)?::%b" % (_H16, groups, _H16, end)
            for groups, end in enumerate(_ENDS_BY_LEADING_GROUPS)
        ),
    )
)
IPV6_ADDRESS: Final = _rule(_IPV6_ADDRESS)

# IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
_IPV_FUTURE = rb"[vV]%b++\.[%b:]++" % (_HEXDIG, _UNRESERVED_SUB_DELIMS)
IPV_FUTURE: Final = _rule(_IPV_FUTURE)

# IP-literal = "[" ( IPv6address / IPvFuture  ) "]"
_IP_LITERAL = rb"\[(?:%b|%b)\]" % (_IPV6_ADDRESS, _IPV_FUTURE)
IP_LITERAL: Final = _rule(_IP_LITERAL)

# host = IP-literal / IPv4address / reg-name          ; every IPv4address is a reg-name too
_HOST_PART = rb"(?:%b|%b)" % (_IP_LITERAL, _REG_NAME)
URI_HOST: Final = _rule(_HOST_PART)

# authority = [ userinfo "@" ] host [ ":" port ]
# userinfo  = *( unreserved / pct-encoded / sub-delims / ":" )
_USERINFO = _runs_of(_UNRESERVED_SUB_DELIMS + b":")
_AUTHORITY = rb"(?:(?P<userinfo>%b)@)?(?P<host>%b)(?::(?P<port>%b))?" % (_USERINFO, _HOST_PART, _PORT)
AUTHORITY: Final = _rule(_AUTHORITY)

# pchar   = unreserved / pct-encoded / sub-delims / ":" / "@"
# segment = *pchar
# query   = *( pchar / "/" / "?" )
_PCHAR = _UNRESERVED_SUB_DELIMS + b":@"
_QUERY = _runs_of(_PCHAR + b"/?")
_SEGMENTS = _runs_of(_PCHAR + b"/")  # segment *( "/" segment )
QUERY: Final = _rule(_QUERY)

# absolute-path = 1*( "/" segment )                   ; RFC 9110 4.1
_ABSOLUTE_PATH = rb"/%b" % _SEGMENTS
ABSOLUTE_PATH: Final = _rule(_ABSOLUTE_PATH)

# path-abempty = *( "/" segment )
_PATH_ABEMPTY = rb"(?:%b)?" % _ABSOLUTE_PATH

# absolute-URI  = scheme ":" hier-part [ "?" query ]
# scheme        = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
# hier-part     = "//" authority path-abempty / path-absolute / path-rootless / path-empty
# path-absolute = "/" [ segment-nz *( "/" segment ) ]
# path-rootless = segment-nz *( "/" segment )
_SCHEME = rb"[A-Za-z][A-Za-z0-9+\-.]*+"
_HIER_PART = rb"(?://%b(?P<path>%b)|/?(?!/)%b)" % (_AUTHORITY, _PATH_ABEMPTY, _SEGMENTS)
ABSOLUTE_URI: Final = _rule(rb"(?P<scheme>%b):%b(?:\?(?P<query>%b))?" % (_SCHEME, _HIER_PART, _QUERY))

# http-URI  = "http" "://" authority path-abempty [ "?" query ]       ; RFC 9110 4.2.1
# https-URI = "https" "://" authority path-abempty [ "?" query ]      ; RFC 9110 4.2.2
# An empty host and userinfo match: that they are to be refused is prose (4.2.1, 4.2.4).
HTTP_URI: Final = _rule(
    rb"(?P<scheme>[Hh][Tt][Tt][Pp][Ss]?)://%b(?P<path>%b)(?:\?(?P<query>%b))?"
    % (_AUTHORITY, _PATH_ABEMPTY, _QUERY)
)

# --- RFC 9112 2.3 and 3: version and request-line -----------------------------------------------------
#
# HTTP-version = HTTP-name "/" DIGIT "." DIGIT
# HTTP-name    = %x48.54.54.50                        ; HTTP
HTTP_VERSION: Final = _rule(rb"HTTP/[0-9]\.[0-9]")

# method = token                                      ; case-sensitive
METHOD: Final = TOKEN

# origin-form = absolute-path [ "?" query ]
_ORIGIN_FORM = rb"%b(?:\?%b)?" % (_ABSOLUTE_PATH, _QUERY)
ORIGIN_FORM: Final = _rule(_ORIGIN_FORM)

# absolute-form = absolute-URI
ABSOLUTE_FORM: Final = ABSOLUTE_URI

# authority-form = uri-host ":" port
AUTHORITY_FORM: Final = _rule(rb"(?P<host>%b):(?P<port>%b)" % (_HOST_PART, _PORT))

# asterisk-form = "*"
ASTERISK_FORM: Final = _rule(rb"\*")

TARGET_FORMS: Final = (ORIGIN_FORM, ABSOLUTE_FORM, AUTHORITY_FORM, ASTERISK_FORM)
"""request-target = origin-form / absolute-form / authority-form / asterisk-form."""


def is_request_target(octets: bytes) -> bool:
    """Whether the octets are any form of request-target (RFC 9112 3.2); the method is not asked."""
    return any(form.fullmatch(octets) for form in TARGET_FORMS)


# --- RFC 9112 4: status-line ---------------------------------------------------------------------------
#
# status-code = 3DIGIT
STATUS_CODE: Final = _rule(rb"[0-9]{3}")

# reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )
REASON_PHRASE: Final = _rule(rb"[\t %b%b]+" % (_VCHAR, _OBS_TEXT))

# status-line = HTTP-version SP status-code SP [ reason-phrase ]
STATUS_LINE: Final = _rule(
    rb"(?P<version>HTTP/[0-9]\.[0-9]) (?P<status_code>[0-9]{3}) (?P<reason>[\t %b%b]*)" % (_VCHAR, _OBS_TEXT)
)

# --- RFC 9110 5 and RFC 9112 5: field lines ------------------------------------------------------------
#
# field-name = token
FIELD_NAME: Final = TOKEN

# field-value   = *field-content
# field-content = field-vchar [ 1*( SP / HTAB / field-vchar ) field-vchar ]
# field-vchar   = VCHAR / obs-text
_FIELD_VCHAR = _VCHAR + _OBS_TEXT
FIELD_VALUE: Final = _rule(rb"(?:[%b](?:[\t %b]*[%b])?)?" % (_FIELD_VCHAR, _FIELD_VCHAR, _FIELD_VCHAR))

# field-line = field-name ":" OWS field-value OWS
FIELD_LINE: Final = _rule(rb"(?P<name>%b):(?P<value>[\t %b]*+)" % (_TOKEN, _FIELD_VCHAR))

# Host = uri-host [ ":" port ]                        ; RFC 9110 7.2
HOST: Final = _rule(rb"(?P<host>%b)(?::(?P<port>%b))?" % (_HOST_PART, _PORT))

# Content-Length = 1*DIGIT                            ; RFC 9110 8.6
CONTENT_LENGTH: Final = _rule(rb"[0-9]+")

# Connection = #connection-option                     ; RFC 9110 7.6.1
# connection-option = token
CONNECTION: Final = _rule(_list(_TOKEN))
GENERATED_CONNECTION: Final = _rule(rb"(?:%b)?" % _generated_list(_TOKEN))

# Transfer-Encoding  = #transfer-coding               ; RFC 9112 6.1, RFC 9110 10.1.4
# transfer-coding    = token *( OWS ";" OWS transfer-parameter )
# transfer-parameter = token BWS "=" BWS ( token / quoted-string )
_TRANSFER_PARAMETER = rb"%b[ \t]*+=[ \t]*+(?:%b|%b)" % (_TOKEN, _TOKEN, _QUOTED_STRING)
_TRANSFER_CODING = rb"%b(?:[ \t]*+;[ \t]*+%b)*" % (_TOKEN, _TRANSFER_PARAMETER)
TRANSFER_CODING: Final = _rule(_TRANSFER_CODING)
TRANSFER_ENCODING: Final = _rule(_list(_TRANSFER_CODING))
GENERATED_TRANSFER_ENCODING: Final = _rule(rb"(?:%b)?" % _generated_list(_TRANSFER_CODING))

# Expect      = #expectation                          ; RFC 9110 10.1.1
# expectation = token [ "=" ( token / quoted-string ) parameters ]
EXPECT: Final = _rule(
    _list(rb"%b(?:=(?:%b|%b)(?:[ \t]*+;[ \t]*+(?:%b)?)*)?" % (_TOKEN, _TOKEN, _QUOTED_STRING, _PARAMETER))
)

# Upgrade  = #protocol                                ; RFC 9110 7.8
# protocol = protocol-name ["/" protocol-version]     ; both tokens
UPGRADE: Final = _rule(_list(rb"%b(?:/%b)?" % (_TOKEN, _TOKEN)))

# --- RFC 9112 7.1: chunked ------------------------------------------------------------------------------
#
# chunk-size = 1*HEXDIG
CHUNK_SIZE: Final = _rule(rb"%b+" % _HEXDIG)

# chunk-ext      = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
# chunk-ext-name = token
# chunk-ext-val  = token / quoted-string
_CHUNK_EXT_VAL = rb"(?:%b|%b)" % (_TOKEN, _QUOTED_STRING)
CHUNK_EXT: Final = _rule(rb"(?:[ \t]*+;[ \t]*+%b(?:[ \t]*+=[ \t]*+%b)?)*" % (_TOKEN, _CHUNK_EXT_VAL))

# The same as a sender writes it, without BWS (RFC 9110 5.6.3).
GENERATED_CHUNK_EXT: Final = _rule(rb"(?:;%b(?:=%b)?)*" % (_TOKEN, _CHUNK_EXT_VAL))

# last-chunk = 1*("0") [ chunk-ext ] CRLF
LAST_CHUNK_SIZE: Final = _rule(rb"0+")


# --- Lists and numerals ----------------------------------------------------------------------------------

# A quoted-string, taken loosely, or a comma outside of one.
_QUOTED_OR_COMMA = re.compile(rb'"(?:[^"\\]++|\\.)*(?:"|\\?\Z)|(?P<comma>,)', re.DOTALL)


def list_elements(value: bytes) -> tuple[bytes, ...]:
    """The elements of a list-based field value: split at the commas that stand outside
    quoted-strings, whitespace around them dropped, empty ones ignored (RFC 9110 5.6.1.2).

    Nothing is checked: an element may be anything. A quotation mark that no other one closes
    reaches to the end.
    """
    if b'"' not in value:
        pieces = value.split(b",")
    else:
        commas = [found.start() for found in _QUOTED_OR_COMMA.finditer(value) if found["comma"]]
        edges = itertools.pairwise((-1, *commas, len(value)))
        pieces = [value[before + 1 : behind] for before, behind in edges]
    return tuple(element for piece in pieces if (element := piece.strip(WHITESPACE)))


MOST_DIGITS: Final = 640
"""The longest numeral that is converted exactly: the lowest limit Python lets anyone set for int()."""

UNREACHABLE: Final = 10**MOST_DIGITS - 1
"""What a longer numeral stands for: more octets than any connection carries."""


def decimal(digits: bytes) -> int:
    """1*DIGIT as a number, exact up to 640 significant digits, else UNREACHABLE (RFC 9110 8.6)."""
    significant = digits.lstrip(b"0")
    return int(significant or b"0") if len(significant) <= MOST_DIGITS else UNREACHABLE


def hexadecimal(digits: bytes) -> int:
    """1*HEXDIG as a number, exact up to 512 significant digits, else UNREACHABLE (RFC 9112 7.1)."""
    significant = digits.lstrip(b"0")
    return int(significant or b"0", 16) if len(significant) <= 512 else UNREACHABLE

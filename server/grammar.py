"""The productions the server reads by, each under its ABNF, compiled once.

Only what can be said with a regular expression lives here; what follows from a match is decided elsewhere.
Quantifiers are possessive where two of them meet, so that no input makes a match take more than linear time.
"""

import re

# RFC 9110 5.6.2       token = 1*tchar
TCHAR = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
TOKEN = TCHAR + rb"++"

# RFC 9110 5.6.3       OWS = BWS = *( SP / HTAB )
WHITESPACE = b" \t"
BWS = rb"[ \t]*+"

# RFC 9110 5.6.4       quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
QUOTED_STRING = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]++|\\[\t \x21-\x7e\x80-\xff])*+"'

# RFC 3986 2.1, 3.3    pchar = unreserved / pct-encoded / sub-delims / ":" / "@"
PCT_ENCODED = rb"%[0-9A-Fa-f]{2}"


def _escaped(literal: bytes) -> bytes:
    """Any number of literal octets and of percent-encoded ones, fast where there are none of these."""
    return literal + rb"*+(?:" + PCT_ENCODED + literal + rb"*+)*+"


PATH = rb"/" + _escaped(rb"[0-9A-Za-z\-._~!$&'()*+,;=:@/]")
QUERY = _escaped(rb"[0-9A-Za-z\-._~!$&'()*+,;=:@/?]")

# RFC 3986 3.2.2       reg-name = *( unreserved / pct-encoded / sub-delims ); it takes in every IPv4address
REG_NAME = _escaped(rb"[0-9A-Za-z\-._~!$&'()*+,;=]")

# RFC 3986 3.2.2       IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
IPV_FUTURE = rb"[vV][0-9A-Fa-f]+\.[0-9A-Za-z\-._~!$&'()*+,;=:]+"


def _ipv6_address() -> bytes:
    """RFC 3986 3.2.2: the nine alternatives of IPv6address, by how many groups stand before the "::"."""
    h16 = rb"[0-9A-Fa-f]{1,4}"
    dec_octet = rb"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    ls32 = rb"(?:%b:%b|%b(?:\.%b){3})" % (h16, h16, dec_octet, dec_octet)
    full = rb"(?:%b:){6}%b" % (h16, ls32)
    before = [rb""] + [rb"(?:(?:%b:){0,%d}%b)?" % (h16, n, h16) for n in range(7)]
    after = [rb"(?:%b:){%d}%b" % (h16, n, ls32) for n in range(5, -1, -1)] + [h16, rb""]
    return rb"|".join([full, *(left + rb"::" + right for left, right in zip(before, after, strict=True))])


# RFC 3986 3.2.2       host = IP-literal / IPv4address / reg-name
URI_HOST = rb"(?:" + REG_NAME + rb"|\[(?:" + _ipv6_address() + rb"|" + IPV_FUTURE + rb")\])"

# RFC 9112 3           request-line = method SP request-target SP HTTP-version
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e]++) HTTP/([0-9])\.([0-9])")

# RFC 9112 3.2.1       origin-form = absolute-path [ "?" query ]
ORIGIN_FORM = re.compile(rb"(" + PATH + rb")(?:\?(" + QUERY + rb"))?")

# RFC 9112 3.2.2       absolute-form = absolute-URI; of http and https, with an authority and no userinfo
HTTP_URI = re.compile(
    rb"https?://(" + URI_HOST + rb"(?::[0-9]*+)?)(" + PATH + rb")?(?:\?(" + QUERY + rb"))?", re.IGNORECASE
)

# RFC 3986 4.3         absolute-URI = scheme ":" hier-part [ "?" query ]; of any scheme, told no further apart
ABSOLUTE_URI = re.compile(
    rb"([A-Za-z][A-Za-z0-9+.\-]*+):(?:[0-9A-Za-z\-._~!$&'()*+,;=:@/?\[\]]++|" + PCT_ENCODED + rb")*+"
)

# RFC 9112 3.2.3       authority-form = uri-host ":" port; RFC 9110 9.3.6 refuses an empty host or port
AUTHORITY_FORM = re.compile(rb"(?!:)" + URI_HOST + rb":[0-9]+")

# RFC 9110 7.2         Host = uri-host [ ":" port ]
HOST_VALUE = URI_HOST + rb"(?::[0-9]*+)?"
HOST = re.compile(HOST_VALUE)

# RFC 9112 5           field-line = field-name ":" OWS field-value OWS; the octets of a value: RFC 9110 5.5
FIELD_OCTETS = rb"[\t \x21-\x7e\x80-\xff]*+"
FIELD_LINE = re.compile(rb"(" + TOKEN + rb"):(" + FIELD_OCTETS + rb")")

# RFC 9110 8.6         Content-Length = 1*DIGIT
CONTENT_LENGTH = re.compile(rb"[0-9]+")

# RFC 9110 10.1.4      transfer-coding = token *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )
TRANSFER_PARAMETER = (
    BWS + rb";" + BWS + TOKEN + BWS + rb"=" + BWS + rb"(?:" + TOKEN + rb"|" + QUOTED_STRING + rb")"
)
TRANSFER_CODING = re.compile(rb"(" + TOKEN + rb")((?:" + TRANSFER_PARAMETER + rb")*)")

# RFC 9112 7.1, 7.1.1  chunk-size [ chunk-ext ]; chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS value ] )
CHUNK_EXTENSION = (
    BWS
    + rb";"
    + BWS
    + TOKEN
    + rb"(?:"
    + BWS
    + rb"="
    + BWS
    + rb"(?:"
    + TOKEN
    + rb"|"
    + QUOTED_STRING
    + rb"))?"
)
CHUNK_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]++)((?:" + CHUNK_EXTENSION + rb")*+)")

"""Each production has members and non-members; where `abnf` has the rule, the two must agree."""

from __future__ import annotations

import re

import pytest
from abnf.grammars import rfc3986, rfc9110
from abnf.parser import ParseError, Rule
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.http1 import grammar

# name -> (members, non-members); two members of a row may be one octet apart from a non-member.
TABLE: dict[str, tuple[list[bytes], list[bytes]]] = {
    "OWS": ([b"", b" ", b"\t \t"], [b"\x0b", b"\r", b"a"]),
    "TOKEN": ([b"a", b"!#$%&'*+-.^_`|~09AZaz"], [b"", b"a b", b"a:", b"a\n", b"\x80", b"a/b", b"\0"]),
    "FIELD_NAME": ([b"Host", b"x-1"], [b"", b"Host ", b"Ho(st", b"a\x7f"]),
    "QUOTED_STRING": (
        [b'""', b'"a b\t"', b'"\\""', b'"\\a\xff"'],
        [b"", b'"', b'"\\"', b'"a"b"', b'"\x01"', b'"\\\x01"', b'"a"\n'],
    ),
    "PARAMETERS": ([b"", b";a=b", b' ; a="b" ;', b";"], [b";a", b";a =b", b";a= b", b"a=b"]),
    "FIELD_VALUE": (
        [b"", b"a", b"a b", b"a\t\xff b"],
        [b" a", b"a ", b"a\rb", b"a\0b", b"a\x7fb", b" ", b"a\n"],
    ),
    "FIELD_LINE": ([b"a:", b"a: b ", b"a:b"], [b"a", b"a : b", b":b", b"a:\x01", b" a:b", b"a:b\n"]),
    "HTTP_VERSION": (
        [b"HTTP/1.1", b"HTTP/0.9"],
        [b"http/1.1", b"HTTP/1.10", b"HTTP/1x1", b"HTTP/1", b"HTTP/1.1\n"],
    ),
    "STATUS_CODE": ([b"000", b"200", b"999"], [b"20", b"2000", b"2x0", b"\xb200", b"200\n"]),
    "REASON_PHRASE": ([b"OK", b" ", b"\xfc"], [b"", b"a\rb", b"a\0", b"a\n"]),
    "STATUS_LINE": (
        [b"HTTP/1.1 200 OK", b"HTTP/1.1 200 ", b"HTTP/2.0 099  a"],
        [b"HTTP/1.1 200", b"HTTP/1.1  200 OK", b"HTTP/1.1\t200 OK", b"HTTP/1.1 20 OK", b"HTTP/1.1 200 O\x01"],
    ),
    "METHOD": ([b"GET", b"get", b"G%ET"], [b"", b"G ET", b"GET:", b'"GET"']),
    "PCT_ENCODED": ([b"%41", b"%fF"], [b"%", b"%4", b"%zz", b"%412"]),
    "PORT": ([b"", b"80", b"99999"], [b"-1", b"a", b"8 0"]),
    "REG_NAME": (
        [b"", b"a_b", b"a,b", b"%41.b", b"1.2.3.999"],
        [b"a b", b"%zz", b"a:b", b"[a", b"\xe9", b"a/"],
    ),
    "IPV4_ADDRESS": ([b"0.0.0.0", b"255.249.199.99"], [b"256.0.0.1", b"1.2.3", b"01.2.3.4", b"1.2.3.4.5"]),
    "IPV6_ADDRESS": (
        [
            b"::",
            b"::1",
            b"1::",
            b"1:2:3:4:5:6:7:8",
            b"1:2:3:4:5:6:1.2.3.4",
            b"::1.2.3.4",
            b"1:2:3:4:5:6:7::",
            b"::2:3:4:5:6:7:8",
            b"1:2::5:6:7:8",
            b"abcd:EF01::",
        ],
        [
            b"",
            b":",
            b":::",
            b"1:2",
            b"1::2::3",
            b"12345::",
            b"1:2:3:4:5:6:7:8:9",
            b"1:2:3:4:5:6:7:8::",
            b"::1.2.3",
            b"1:2:3:4:5:6:7:1.2.3.4",
            b"::g",
            b"fe80::1%25eth0",
            b"1::2:3:4:5:6:7:8",
        ],
    ),
    "IPV_FUTURE": ([b"v1.a", b"VF.a:b"], [b"v.a", b"v1.", b"1.a", b"vg.a", b"v1.a/"]),
    "IP_LITERAL": ([b"[::1]", b"[v1.x]"], [b"::1", b"[::1", b"[1.2.3.4]", b"[]"]),
    "URI_HOST": ([b"", b"a.b", b"[::1]", b"1.2.3.4"], [b"[::1]x", b"a:80", b"a b"]),
    "AUTHORITY": ([b"u:p@a:80", b"@a", b"a", b"", b":"], [b"u@v@a", b"a:b", b"a b", b"[::1"]),
    "HOST": (
        [b"", b"a", b"a:", b"a:80", b"[::1]:80", b"a_b", b"a,b", b"h:99999", b"1.2.3.999"],
        [
            b"a b",
            b"a/b",
            b"u@h",
            b"h:abc",
            b"h:80:80",
            b"[::1",
            b"::1",
            b"[::1]x",
            b"a%zz",
            b"a\\b",
            b"\x80",
            b"a\n",
        ],
    ),
    "QUERY": ([b"", b"a=b&c?/", b"%41"], [b"#", b"a b", b"%4", b"[", b"\xff"]),
    "ABSOLUTE_PATH": ([b"/", b"//x", b"/a//b", b"/;p=1", b"/%41"], [b"", b"a", b"/a?b", b"/a b", b"/<"]),
    "ABSOLUTE_URI": (
        [
            b"http://a/",
            b"x:",
            b"h:80",
            b"mailto:a@b",
            b"x:/a//b",
            b"http://a?q",
            b"http:///x",
            b"x://u@a:1/b?c",
        ],
        [b"", b":a", b"1x:a", b"http://a#f", b"/a", b"http://a b/", b"x://a:b/", b"x://[::1/"],
    ),
    "HTTP_URI": (
        [b"http://a", b"HTTPS://a:1/b?c", b"http:///x", b"http://u@a/"],
        [b"ftp://a", b"http:/a", b"http:a"],
    ),
    "ORIGIN_FORM": (
        [b"/", b"/a?b?c/d", b"/?", b"//x"],
        [b"a", b"?q", b"*", b"/a#f", b"/a^b", b"/a|b", b"/\xff"],
    ),
    "AUTHORITY_FORM": ([b"h:80", b"h:", b":80", b"[::1]:1"], [b"h", b"h:abc", b"u@h:80", b"http://h:80/"]),
    "ASTERISK_FORM": ([b"*"], [b"", b"**", b"/*"]),
    "CONTENT_LENGTH": (
        [b"0", b"005", b"9" * 700],
        [b"", b"+5", b"-0", b"5 5", b"0x5", b"5,5", b"\xb2", b"5\n"],
    ),
    "CONNECTION": ([b"", b"close", b", close,", b"a , b"], [b"a b", b"a;b", b'"a"', b"a/b"]),
    "GENERATED_CONNECTION": ([b"", b"close", b"a , b"], [b", close", b"a,,b", b"a,"]),
    "TRANSFER_CODING": ([b"chunked", b"a;b=c", b'a ; b = "c;,"'], [b"", b"a;", b"a;b", b"a b", b"\x0ba"]),
    "TRANSFER_ENCODING": (
        [b"", b"gzip, chunked", b",a ,, b;c=d,"],
        [b"a b", b'"chunked"', b"a;b", b"\x0bchunked"],
    ),
    "GENERATED_TRANSFER_ENCODING": ([b"", b"gzip, chunked", b'a;b=",,"'], [b",a", b"a,,b", b"a,"]),
    "EXPECT": ([b"", b"100-continue", b"a=b;c=d", b"a,b"], [b"a b", b"a=", b"=a"]),
    "UPGRADE": ([b"", b"websocket", b"a/1, b"], [b"a/", b"/a", b"a b"]),
    "CHUNK_SIZE": ([b"0", b"00fF", b"f" * 20], [b"", b"0x5", b"g", b"+5", b" 5", b"5\n"]),
    "CHUNK_EXT": (
        [b"", b";a", b" ; a = b", b';a="\\";"', b";a;b=c"],
        [b";", b";a=", b"a", b";a\r", b";a=b c", b";a "],
    ),
    "GENERATED_CHUNK_EXT": ([b"", b";a", b';a="b c";d=e'], [b" ;a", b";a =b", b"; a", b";a= b"]),
    "LAST_CHUNK_SIZE": ([b"0", b"000"], [b"", b"01", b"1"]),
    "IMF_FIXDATE": (
        [b"Sun, 06 Nov 1994 08:49:37 GMT"],
        [
            b"Sun, 6 Nov 1994 08:49:37 GMT",
            b"sun, 06 Nov 1994 08:49:37 GMT",
            b"Sun, 06 Nov 1994 08:49:37 UTC",
            b"Sun,  06 Nov 1994 08:49:37 GMT",
            b"Sun, 06 Nov 1994 08:49:37 GMT ",
        ],
    ),
    "RFC850_DATE": (
        [b"Sunday, 06-Nov-94 08:49:37 GMT"],
        [b"Sun, 06-Nov-94 08:49:37 GMT", b"Sunday, 06 Nov 94 08:49:37 GMT"],
    ),
    "ASCTIME_DATE": (
        [b"Sun Nov  6 08:49:37 1994", b"Sun Nov 16 08:49:37 1994"],
        [b"Sun Nov 6 08:49:37 1994"],
    ),
}
TABLE["ABSOLUTE_FORM"] = TABLE["ABSOLUTE_URI"]

# Productions that the package `abnf` has, under its own name for them.
KNOWN: dict[str, tuple[type[Rule], str]] = {
    "TOKEN": (rfc9110.Rule, "token"),
    "QUOTED_STRING": (rfc9110.Rule, "quoted-string"),
    "PARAMETERS": (rfc9110.Rule, "parameters"),
    "FIELD_NAME": (rfc9110.Rule, "field-name"),
    "PCT_ENCODED": (rfc3986.Rule, "pct-encoded"),
    "REG_NAME": (rfc3986.Rule, "reg-name"),
    "IPV4_ADDRESS": (rfc3986.Rule, "IPv4address"),
    "IPV6_ADDRESS": (rfc3986.Rule, "IPv6address"),
    "IPV_FUTURE": (rfc3986.Rule, "IPvFuture"),
    "IP_LITERAL": (rfc3986.Rule, "IP-literal"),
    "PORT": (rfc3986.Rule, "port"),
    "QUERY": (rfc3986.Rule, "query"),
    "ABSOLUTE_PATH": (rfc9110.Rule, "absolute-path"),
    "ABSOLUTE_URI": (rfc3986.Rule, "absolute-URI"),
    "AUTHORITY": (rfc3986.Rule, "authority"),
    "HOST": (rfc9110.Rule, "Host"),
    "CONTENT_LENGTH": (rfc9110.Rule, "Content-Length"),
    "IMF_FIXDATE": (rfc9110.Rule, "IMF-fixdate"),
    "RFC850_DATE": (rfc9110.Rule, "rfc850-date"),
    "ASCTIME_DATE": (rfc9110.Rule, "asctime-date"),
}

PATTERNS = {
    name: one for name, one in vars(grammar).items() if isinstance(one, re.Pattern) and name[0] != "_"
}


def abnf_accepts(name: str, octets: bytes) -> bool:
    """Whether the package takes the octets; it reads text, so octets stand for U+0000 to U+00FF."""
    rules, rule = KNOWN[name]
    try:
        rules.get(rule).parse_all(octets.decode("latin-1"))
    except ParseError:
        return False
    return True


def rows(which: int) -> list[object]:
    return [
        pytest.param(name, one, id=f"{name}-{one!r}") for name, row in TABLE.items() for one in row[which]
    ]


def test_every_production_has_a_row() -> None:
    assert set(PATTERNS) == set(TABLE)


@pytest.mark.parametrize(("name", "octets"), rows(0))
def test_members(name: str, octets: bytes) -> None:
    assert PATTERNS[name].fullmatch(octets)


@pytest.mark.parametrize(("name", "octets"), rows(1))
def test_non_members(name: str, octets: bytes) -> None:
    assert not PATTERNS[name].fullmatch(octets)


@pytest.mark.parametrize("name", KNOWN)
def test_the_abnf_package_agrees_on_the_table(name: str) -> None:
    members, others = TABLE[name]
    for octets in (*members, *others):
        expected = octets in members
        assert abnf_accepts(name, octets) is expected, octets


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """A member joined or cut, with up to two octets changed: members and near misses."""
    octets = bytearray(draw(st.sampled_from(TABLE[name][0]))[:40])
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(octets)))
        octets[at : at + draw(st.integers(0, 1))] = draw(
            st.sampled_from(b' \t:;,="\\/?#@%[]vg0Fz.\x01\x7f\xff-').map(lambda o: bytes([o])) | st.just(b"")
        )
    return bytes(octets)


@pytest.mark.parametrize("name", KNOWN)
def test_the_abnf_package_agrees_on_mutations(name: str) -> None:
    @settings(deadline=None, max_examples=40, derandomize=True, database=None)
    @given(mutated(name))
    def agree(octets: bytes) -> None:
        assert bool(PATTERNS[name].fullmatch(octets)) is abnf_accepts(name, octets)

    agree()


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"", ()),
        (b" , ,,", ()),
        (b"a", (b"a",)),
        (b"a , b,,c,", (b"a", b"b", b"c")),
        (b'a;b="x,y", c', (b'a;b="x,y"', b"c")),
        (b'"\\",", d', (b'"\\","', b"d")),
        (b'a, "b, c', (b"a", b'"b, c')),
        (b'a, "b\\', (b"a", b'"b\\')),
    ],
)
def test_list_elements(octets: bytes, expected: tuple[bytes, ...]) -> None:
    assert grammar.list_elements(octets) == expected


def test_numerals_are_exact_or_unreachable() -> None:
    assert grammar.decimal(b"18446744073709551621") == 2**64 + 5
    assert grammar.decimal(b"000") == 0
    assert grammar.decimal(b"0" * 10_000 + b"7") == 7
    assert grammar.decimal(b"9" * 10_000) == grammar.UNREACHABLE
    assert grammar.hexadecimal(b"10000000000000005") == 2**64 + 5
    assert grammar.hexadecimal(b"f" * 10_000) == grammar.UNREACHABLE
    assert len(str(grammar.UNREACHABLE)) == grammar.MOST_DIGITS


@pytest.mark.parametrize("target", [b"/", b"*", b"h:80", b"http://h/"])
def test_request_targets(target: bytes) -> None:
    assert grammar.is_request_target(target)


@pytest.mark.parametrize("target", [b"", b"foo", b"?q", b"/a#f", b"/ "])
def test_no_request_targets(target: bytes) -> None:
    assert not grammar.is_request_target(target)


@pytest.mark.parametrize("name", PATTERNS)
def test_long_octets_are_refused_without_endless_backtracking(name: str) -> None:
    """Twenty thousand octets that fail only at their end: who tries all ways never comes back."""
    seeds = [
        *TABLE[name][0],
        b" ",
        b",",
        b";",
        b"%41",
        b":",
        b'"',
        b'\\"',
        b"a",
        b"a,",
        b";a=",
        b"1:",
        b'"\\"',
        b", ",
        b"a b ",
    ]
    for seed in seeds:
        octets = seed * (20_000 // max(1, len(seed)))
        assert not PATTERNS[name].fullmatch(octets + b"\x01")
        assert b"".join(grammar.list_elements(octets)).count(b",") <= octets.count(b",")

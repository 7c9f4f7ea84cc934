"""Sound streams of requests, made from the grammar by dice: nothing in them leaves a recipient a choice."""

from __future__ import annotations

from random import Random

_OWS = [b"", b" ", b"\t ", b"  "]
_NAMES = [b"X-A", b"accept", b"!#$%&'*+-.^_`|~0", b"Range", b"TE", b"Cookie", b"Close"]
_VALUES = [b"", b"a", b"a  b", b"\x80\xff", b'"q, \\"r"', b"a,b;c=d", b":", b"0"]
_TARGETS = [
    b"/",
    b"/a/b?c=d",
    b"//x",
    b"/?",
    b"/%41;p=1",
    b"http://y/",
    b"HTTP://y:1?q",
    b"ftp://y/z",
    b"urn:a",
]
_METHODS = [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"get", b"M-SEARCH", b"X!#$"]
_HOSTS = [b"x", b"x:", b"x:80", b"[::1]:1", b"a_b", b"%41.y", b"1.2.3.4"]
_CONTENTS = [b"", b"hello", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x00\xff", b"0\r\n\r\n" * 3]
_EXTENSIONS = [b"", b"", b";a", b';a=b;c="d e"', b" ; a = b"]
_TRAILERS = [b"", b"X-T: 1\r\n", b"Host: y\r\nContent-Length: 3\r\n"]


def sound_stream(dice: Random) -> bytes:
    """Up to four requests of HTTP/1.1."""
    return b"".join(sound_request(dice) for _ in range(dice.randint(0, 4)))


def sound_request(dice: Random) -> bytes:
    """One request of HTTP/1.1."""
    lines = [_field_line(dice, b"Host", dice.choice(_HOSTS))]
    body = b""
    content = dice.choice(_CONTENTS)
    match dice.randrange(3):
        case 1:
            name = dice.choice([b"Content-Length", b"content-length"])
            lines.append(_field_line(dice, name, b"%d" % len(content)))
            body = content
        case 2:
            lines.append(_field_line(dice, b"Transfer-Encoding", dice.choice([b"chunked", b"CHUNKED"])))
            body = _chunked(dice, content)
    lines += [_field_line(dice, dice.choice(_NAMES), dice.choice(_VALUES)) for _ in range(dice.randint(0, 4))]
    if dice.randrange(10) == 0:
        lines.append(_field_line(dice, b"Connection", dice.choice([b"close", b"a, Close"])))
    dice.shuffle(lines)
    line = dice.choice(_METHODS) + b" " + dice.choice(_TARGETS) + b" HTTP/1.1\r\n"
    return line + b"".join(lines) + b"\r\n" + body


def _field_line(dice: Random, name: bytes, value: bytes) -> bytes:
    return name + b":" + dice.choice(_OWS) + value + dice.choice(_OWS) + b"\r\n"


def _chunked(dice: Random, content: bytes) -> bytes:
    size = dice.randint(1, 9)
    made = []
    for at in range(0, len(content), size):
        chunk = content[at : at + size]
        digits = dice.choice([b"%x", b"%X", b"00%x"]) % len(chunk)
        made.append(digits + dice.choice(_EXTENSIONS) + b"\r\n" + chunk + b"\r\n")
    return b"".join(made) + dice.choice([b"0", b"000"]) + b"\r\n" + dice.choice(_TRAILERS) + b"\r\n"

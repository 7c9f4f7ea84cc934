"""What campaigns once held against the faultless server, and what may be held against a broken one still."""

import pytest

from harness.engine.calibrate import calibrate
from harness.engine.deadlines import Deadlines
from harness.engine.fuzzing.stimulus import fuzz_plan, hasty_plan
from harness.model.plan import Send
from harness.rules.rule import Views, catalogue
from tests.harness.engine.engine_support import TARGET, reference

HOST = b"Host: {host}\r\n"
ALARMS = {
    "HEAD in a request-line that is none, refused with content": b"HEAD / HTTP/1.1:\r\n" + HOST + b"\r\n",
    "HEAD with a target of another scheme": b"HEAD htpt://a/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "HEAD that was never sent, since 101 empty lines were refused": (
        b"\r\n" * 101 + b"HEAD {path}#a HTTP/1.1\r\n" + HOST + b"\r\n"
    ),
    "257 empty lines": b"\r\n" * 257 + b"GET {path} HTTP/1.1\r\n" + HOST + b"\r\n",
    "content that takes two octets of the marker": (
        b"GET {path} HTTP/1.1\r\n" + HOST + b"Content-Length: 14\r\n\r\nhello, world"
    ),
    "an empty line in front of the marker, and no twin to compare with": (
        b"FROB {path} HTTP/1.1\r\n" + HOST + b"\r\n\r\n"
    ),
    "a bare LF behind a sound request": b"OPTIONS {path} HTTP/1.1\r\n" + HOST + b"\r\n\n",
    "a foreign scheme and an invalid length": (
        b"GET a: HTTP/1.1\r\n" + HOST + b"Content-Length: \r\nContent-Length: 12\r\n\r\nhello, world"
    ),
    "an unknown method and an unknown coding": (
        b"FROB {path} HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: d\r\n\r\n"
    ),
    "a target too long and two Host lines": b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\n" + HOST * 2 + b"\r\n",
    "a field name too long": (b"GET {path} HTTP/1.1\r\n" + HOST + b"X" * 65537 + b"\r\n \r\n\r\n"),
    "field lines too many and two Host lines": (
        b"GET {path} HTTP/1.1\r\n" + HOST * 2 + b"".join(b"X-%d: x\r\n" % n for n in range(200)) + b"\r\n"
    ),
    "what stands behind a request that was refused": (
        b"GET a:80 HTTP/1.1\r\n"
        + HOST
        + b"\r\nPOST {path} HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: x\r\n\r\n"
    ),
    "a fold behind an answer that closed": (
        b"FROB {path} HTTP/1.1\r\n"
        + HOST
        + b"Expect: 100-continue\r\nContent-Length: 1\r\n\r\na"
        + b"GET {path} HTTP/1.1\r\n"
        + HOST
        + b" fold\r\n\r\n"
    ),
    "a fold in the trailer section of a foreign target": (
        b"GET a: HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\na:\r\n b\r\n\r\n"
    ),
    "a fold in the trailer section of what the resource does not take": (
        b"a {path} HTTP/1.1\r\n"
        + HOST
        + b"\r\nPOST {path} HTTP/1.1\r\n"
        + HOST
        + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n0\r\na:\r\n \r\n\r\n"
    ),
    "a 100 that the header section asked for, and a trailer field that is not for there": (
        b"POST {path} HTTP/1.1\r\n"
        + HOST
        + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"2\r\nok\r\n0\r\nConnection: close\r\n\r\n"
    ),
}


def violations(octets, fault=""):
    """The rules that see a violation, as a campaign carries it out and as the case of it is."""
    transport = reference(fault)
    calibration = calibrate(TARGET, transport)
    examiner, around = Deadlines(calibration, transport).examiner(), calibration.around
    found = set()
    for sent in (octets, octets + b"{marker}"):
        for plan in (hasty_plan((Send(sent),), around, "x").plan, fuzz_plan((Send(sent),), around, "x")):
            seen = examiner.examine(plan)
            views = Views(seen)
            found |= {rule.id for rule in catalogue().values() if rule.violations(seen, views)}
    return found


@pytest.mark.parametrize("octets", ALARMS.values(), ids=ALARMS)
def test_the_faultless_server_is_not_accused(octets):
    assert violations(octets) == set()


STILL = {
    "head-with-content": (
        b"HEAD {path} HTTP/1.1\r\n" + HOST + b"\r\n",
        "9112-6.3-bodiless-responses",
    ),
    "length-and-coding-kept-open": (
        b"FROB {path} HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "9112-6.1-length-and-coding",
    ),
    "host-twice-accepted": (b"GET {path} HTTP/1.1\r\n" + HOST * 2 + b"\r\n", "9112-3.2-host-twice"),
}


@pytest.mark.parametrize("fault", STILL)
def test_a_broken_one_still_is(fault):
    octets, rule = STILL[fault]
    assert rule in violations(octets, fault)

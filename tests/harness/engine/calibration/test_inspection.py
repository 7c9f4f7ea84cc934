"""What a gateway does to a request before it is told is found out, and is no surprise to any rule."""

import json
from base64 import b64encode

import pytest

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.inspection import inspection
from tests.harness.engine.calibration.small_servers import PATIENT, keeps, listening, response


def told(one, **changes):
    """The request as JSON, as docs/echo-contract.md has it, but for what is changed."""
    head, _, body = one.partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    method, target, version = line.split(" ")
    fields = [[name, value.strip()] for name, _, value in (each.partition(":") for each in lines)]
    plain = {
        "method": method,
        "target": target,
        "version": version,
        "fields": fields,
        "content_base64": b64encode(body).decode(),
    }
    return response(
        json.dumps(
            {name: changes.get(name, lambda same: same)(value) for name, value in plain.items()}
        ).encode()
    )


def asked(**changes):
    with listening(keeps(lambda one: told(one, **changes)), limits=PATIENT) as server:
        return inspection(Asker(server.target, server.transport), "/inspect")


def test_requests_that_are_told_as_they_came():
    found = asked()
    assert found.fact.text == "/inspect tells requests: as they came"
    assert found.quirks is not None
    assert found.quirks.told == ""


def joined(fields):
    """As CGI has them (RFC 3875 4.1.18): in capitals, one of a name, none that is empty."""
    by_name = {}
    for name, value in fields:
        by_name.setdefault(name.upper().replace("-", "_"), []).append(value)
    return [[name, ", ".join(values)] for name, values in by_name.items() if values != [""]]


def test_fields_that_went_through_a_gateway():
    found = asked(
        fields=lambda fields: [*joined(fields), ["X-Forwarded-For", "127.0.0.1"]],
        target=lambda target: target.partition("?")[0],
    )
    assert found.quirks is not None
    assert found.fact.text == (
        "/inspect tells requests: field names in upper case; lines of one name joined; the target "
        "without its query; adds x-forwarded-for; leaves out x-wireproof-empty"
    )


def lower(fields):
    return [[name.lower(), value] for name, value in fields]


def title(fields):
    return [[name.title(), value] for name, value in fields]


def last(fields):
    return list(dict(fields).items())


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"fields": lower}, "field names in lower case"),
        ({"fields": title}, "field names changed (X-Wireproof-Case for X-wireProof-Case)"),
        ({"fields": last}, "only the last of two lines of one name"),
        ({"fields": lambda fields: last(fields[::-1])}, "only the first of two lines of one name"),
        ({"fields": lambda fields: fields[::-1]}, "two lines of one name told as 2 | 1"),
        ({"target": lambda target: target.replace("%41", "A").replace("%2f", "/")}, "the target decoded"),
        ({"target": lambda target: f"http://a{target}"}, "the target changed (http://a/inspect"),
        ({"content_base64": lambda _: "AAAA"}, "content changed"),
        ({"content_base64": lambda _: None}, "no content"),
    ],
)
def test_a_quirk(changes, text):
    found = asked(**changes)
    assert found.quirks is not None
    assert found.quirks.told.startswith(text)


def test_what_frames_a_message_is_no_quirk():
    """A server that drops or makes up what frames a message is not excused for it."""
    framing = [["Content-Length", "1"], ["Transfer-Encoding", "chunked"]]
    found = asked(fields=lambda fields: [*(one for one in fields if one[0] != "Content-Length"), *framing])
    assert found.quirks is not None
    assert found.quirks.told == ""


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (response(b"", b"404 Not Found"), "GET /inspect is answered 404"),
        (response(b"<h3>Home page</h3>"), "GET /inspect is answered 200, but not as agreed"),
        (
            response(b'{"method": "POST", "target": "/", "fields": []}'),
            "GET /inspect is answered 200, but not",
        ),
        (
            response(b'{"method": "GET", "target": "/", "fields": {}}', b"500 Oh"),
            "GET /inspect is answered 500",
        ),
    ],
)
def test_what_is_no_inspect_resource(answer, why):
    with listening(keeps(lambda _: answer), limits=PATIENT) as server:
        found = inspection(Asker(server.target, server.transport), "/inspect")
    assert found.fact.text.startswith(why)
    assert found.quirks is None

"""What docs/echo-contract.md asks of a server, as checks of any server that can be asked."""

import base64
import http.client
import io
import json
from collections.abc import Callable
from typing import NamedTuple

OCTETS = bytes(range(256))


class Answer(NamedTuple):
    """A final response; names of field lines in lower case."""

    status: int
    fields: list[tuple[str, str]]
    content: bytes

    def value(self, name: str) -> str | None:
        return next((value for one, value in self.fields if one == name), None)


Ask = Callable[..., Answer]
"""`ask(method, target, *field_lines, content=None)`."""


def answered(octets: bytes, method: str) -> Answer:
    """The response in these octets, as the standard library reads it."""

    class Wire:
        def makefile(self, mode: str) -> io.BytesIO:
            return io.BytesIO(octets)

    response = http.client.HTTPResponse(Wire(), method=method)  # type: ignore[arg-type]
    response.begin()
    fields = [(name.lower(), value) for name, value in response.getheaders()]
    return Answer(response.status, fields, response.read())


def page(ask: Ask) -> None:
    got, head = ask("GET", "/"), ask("HEAD", "/")
    assert (got.status, head.status, head.content) == (200, 200, b"")
    assert b"Home page" in got.content
    assert got.value("content-type").startswith("text/html")
    assert ask("GET", "/no-such-thing").status == 404


def echo(ask: Ask) -> None:
    for method, content in ("POST", OCTETS), ("PUT", b"again"), ("POST", b""):
        got = ask(method, "/echo", content=content)
        assert (got.status, got.content) == (200, content)


def inspect(ask: Ask) -> None:
    got = ask("POST", "/inspect?a=%41", "X-A: 1", "X-B: caf\xe9", content=b"\x00\xff")
    assert got.status == 200
    told = json.loads(got.content)
    assert told["method"] == "POST"
    assert told["target"].startswith("/inspect?a=")
    assert base64.b64decode(told["content_base64"]) == b"\x00\xff"
    named = {name.lower(): value for name, value in told["fields"]}
    assert (named["x-a"], named["x-b"]) == ("1", "caf\xe9")
    assert json.loads(ask("GET", "/inspect").content)["method"] == "GET"


def static(ask: Ask) -> None:
    got = ask("GET", "/static")
    assert got.status == 200
    assert got.value("last-modified")
    tag = got.value("etag")
    assert tag
    assert tag[0] == '"'
    assert ask("GET", "/static").content == got.content
    known = ask("GET", "/static", f"If-None-Match: {tag}")
    assert (known.status, known.content) == (304, b"")
    assert ask("GET", "/static", 'If-None-Match: "another"').status == 200
    assert ask("GET", "/static", f"If-Modified-Since: {got.value('last-modified')}").status == 304


def empty(ask: Ask) -> None:
    got = ask("GET", "/empty")
    assert (got.status, got.content) == (204, b"")


def redirect(ask: Ask) -> None:
    got = ask("GET", "/redirect")
    assert got.status == 302
    assert got.value("location").endswith("/")


def chunked(ask: Ask) -> None:
    got = ask("GET", "/chunked")
    assert got.status == 200
    assert got.content
    assert got.value("content-length") is None


CHECKS: dict[str, Callable[[Ask], None]] = {
    check.__name__: check for check in (page, echo, inspect, static, empty, redirect, chunked)
}
"""By the names that a recipe's `lacks` may list."""


def refuses_other_methods(ask: Ask) -> None:
    """What every application of ours does; a server without one may know no better."""
    for path, allowed in ("/", "GET"), ("/echo", "POST"), ("/empty", "GET"):
        got = ask("DELETE", path)
        assert got.status == 405
        assert allowed in got.value("allow").split(", ")
        assert allowed in ask("OPTIONS", path).value("allow").split(", ")

"""The echo contract (docs/echo-contract.md) as one function: what is asked to what is answered.

The applications beside this module call it, each in its server's own way. It runs in the virtual
environments of other servers, so it knows the standard library alone. What a server hands to its application
is told as it is: a name that was folded stays folded, and lines that were joined stay joined.
"""

import json
from base64 import b64encode
from http import HTTPStatus
from typing import NamedTuple

PAGE = b"<h3>Home page</h3>\n"
STEADY = b"This text stays as it is.\n"
TAG = '"steady-1"'
MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT"
PIECES = (b"one piece, ", b"another, ", b"and the last\n")

HTML, TEXT = ("Content-Type", "text/html; charset=utf-8"), ("Content-Type", "text/plain; charset=utf-8")

Lines = list[tuple[str, str]]
"""Field lines, name and value; octets are the characters U+0000 to U+00FF."""


class Asked(NamedTuple):
    """A request as the application has it. `path` finds the resource; `target` is told by `/inspect`."""

    method: str
    path: str
    target: str
    version: str
    fields: Lines
    content: bytes


class Answer(NamedTuple):
    """What to answer: several pieces without Content-Length are to go out one by one."""

    status: int
    fields: Lines
    pieces: tuple[bytes, ...] = ()

    @property
    def reason(self) -> str:
        """The reason phrase."""
        return HTTPStatus(self.status).phrase


def answer(asked: Asked) -> Answer:
    """The answer of the contract. For HEAD it is that of GET without the content."""
    if asked.path not in RESOURCES:
        return whole(404, TEXT, b"There is nothing here.\n", asked)
    methods, handler = RESOURCES[asked.path]
    if asked.method in methods:
        return handler(asked)
    allow = ("Allow", ", ".join((*methods, "OPTIONS")))
    if asked.method == "OPTIONS":
        return Answer(204, [allow])
    return whole(405, TEXT, b"This resource does not do that.\n", asked, allow)


def whole(status: int, kind: tuple[str, str], content: bytes, asked: Asked, *more: tuple[str, str]) -> Answer:
    """An answer whose content has a Content-Length."""
    fields = [kind, ("Content-Length", str(len(content))), *more]
    return Answer(status, fields, () if asked.method == "HEAD" else (content,))


def _page(asked: Asked) -> Answer:
    return whole(200, HTML, PAGE, asked)


def _echo(asked: Asked) -> Answer:
    return whole(200, ("Content-Type", "application/octet-stream"), asked.content, asked)


def _inspect(asked: Asked) -> Answer:
    told = {
        "method": asked.method,
        "target": asked.target,
        "version": asked.version,
        "fields": asked.fields,
        "content_base64": b64encode(asked.content).decode(),
    }
    return whole(200, ("Content-Type", "application/json"), json.dumps(told).encode(), asked)


def _static(asked: Asked) -> Answer:
    validators = (("ETag", TAG), ("Last-Modified", MODIFIED))
    if _is_known(asked.fields):
        return Answer(304, list(validators))
    return whole(200, TEXT, STEADY, asked, *validators)


def _is_known(fields: Lines) -> bool:
    """Whether the client has it: If-None-Match goes before If-Modified-Since (RFC 9110 13.2.2)."""
    tags = [value for name, value in fields if name.lower() == "if-none-match"]
    if tags:
        listed = [tag.strip().removeprefix("W/") for tag in ",".join(tags).split(",")]
        return TAG in listed or listed == ["*"]
    return MODIFIED in [value for name, value in fields if name.lower() == "if-modified-since"]


def _empty(asked: Asked) -> Answer:
    return Answer(204, [])


def _redirect(asked: Asked) -> Answer:
    return whole(302, TEXT, b"It is at /\n", asked, ("Location", "/"))


def _chunked(asked: Asked) -> Answer:
    return Answer(200, [TEXT], () if asked.method == "HEAD" else PIECES)


READ = ("GET", "HEAD")
RESOURCES = {
    "/": (READ, _page),
    "/echo": (("POST", "PUT"), _echo),
    "/inspect": ((*READ, "POST", "PUT", "DELETE"), _inspect),
    "/static": (READ, _static),
    "/empty": (READ, _empty),
    "/redirect": (READ, _redirect),
    "/chunked": (READ, _chunked),
}

"""The applications of the echo contract, called as their servers call them."""

import asyncio
import importlib
import io

import pytest

from harness.targets.recipe_file import APPS
from tests.echo_contract import CHECKS, Answer, refuses_other_methods


@pytest.fixture(autouse=True)
def _on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(APPS))


def by_wsgi(method, target, *lines, content=None):
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(b"" if content is None else content + b"of the next request"),
    }
    if content is not None:
        environ["CONTENT_LENGTH"] = str(len(content))
    for line in lines:
        name, _, value = line.partition(": ")
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return _called(environ)


def _called(environ):
    started = []
    content = b"".join(importlib.import_module("wsgi_app").app(environ, lambda *given: started.append(given)))
    ((status, fields),) = started
    return Answer(int(status[:3]), [(name.lower(), value) for name, value in fields], content)


def by_asgi(method, target, *lines, content=None):
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "http_version": "1.1",
        "headers": [
            (name.lower().encode(), value.encode("latin-1"))
            for name, _, value in (line.partition(": ") for line in lines)
        ],
    }
    whole = content or b""
    given = [
        {"type": "http.request", "body": whole[:1], "more_body": True},
        {"type": "http.request", "body": whole[1:]},
    ]
    sent = _carried_out(scope, given)
    assert [one["more_body"] for one in sent[1:]] == [True] * (len(sent) - 2) + [False]
    fields = [(name.decode(), value.decode("latin-1")) for name, value in sent[0]["headers"]]
    return Answer(sent[0]["status"], fields, b"".join(one["body"] for one in sent[1:]))


def _carried_out(scope, given):
    """What the application sent, and that it took everything that it was given."""
    sent = []

    async def receive():
        return given.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(importlib.import_module("asgi_app").app(scope, receive, send))
    assert given == []
    return sent


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
@pytest.mark.parametrize("name", CHECKS)
def test_it_serves(name, ask):
    CHECKS[name](ask)


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
def test_it_refuses_other_methods(ask):
    refuses_other_methods(ask)


@pytest.mark.parametrize("ask", [by_wsgi, by_asgi])
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("If-None-Match: *", 304),
        ('If-None-Match: "a", W/"steady-1"', 304),
        ('If-None-Match: "a"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT', 200),
        ("If-Modified-Since: Sat, 05 Nov 1994 08:49:37 GMT", 200),
    ],
)
def test_an_entity_tag_goes_before_a_date(ask, line, status):
    assert ask("GET", "/static", *line.split("\r\n")).status == status


def test_a_client_that_went_is_not_answered():
    assert _carried_out({"type": "http"}, [{"type": "http.disconnect"}]) == []


def test_the_application_begins_and_ends_with_its_server():
    given = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    assert [one["type"] for one in _carried_out({"type": "lifespan"}, given)] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_what_is_neither_is_left_alone():
    assert _carried_out({"type": "websocket"}, []) == []


@pytest.mark.parametrize(("terminated", "told"), [(True, b"all of it"), (False, b"")])
def test_content_without_a_length_is_read_where_it_ends(terminated, told):
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/echo",
        "wsgi.input": io.BytesIO(b"all of it"),
        "wsgi.input_terminated": terminated,
    }
    assert _called(environ).content == told


def test_a_target_is_told_as_it_came_where_the_server_says():
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/inspect",
        "RAW_URI": "/%69nspect",
        "wsgi.input": io.BytesIO(),
    }
    assert b'"target": "/%69nspect"' in _called(environ).content

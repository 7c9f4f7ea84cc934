"""What the resources answer."""

import base64
import json

import pytest
from server_support import Talk, request, values_of

ALL = ("/", "/about", "/greeting", "/echo", "/inspect", "/no-content", "/redirect", "/static", "/chunked")
JSON = "Accept: application/json"


def post(content: bytes, *lines: str) -> Talk:
    return Talk(request("/post-something", *lines, method="POST", content=content))


@pytest.mark.parametrize(
    ("target", "content"),
    [
        ("/", b"<h3>Home page</h3>"),
        ("/?query", b"<h3>Home page</h3>"),
        ("http://example.org", b"<h3>Home page</h3>"),
        ("/about", b"<h3>About page</h3>"),
        ("/greeting", "<h3>Grüße, 世界</h3>".encode()),
        ("/static", b"A text that stays as it is.\n"),
    ],
)
def test_pages(target: str, content: bytes) -> None:
    talk = Talk(request(target))
    assert talk.statuses == [200]
    assert talk.content == content
    assert values_of(talk.head, b"Content-Length") == [b"%d" % len(content)]


@pytest.mark.parametrize("target", [*ALL, "/nothing", "/post-something"])
def test_head_is_get_without_content(target: str) -> None:
    get, head = Talk(request(target)), Talk(request(target, method="HEAD"))
    assert head.head == get.head
    assert head.content == b""
    assert not head.ended


@pytest.mark.parametrize("target", [*ALL, "/post-something"])
def test_options_tells_what_is_allowed(target: str) -> None:
    talk = Talk(request(target, method="OPTIONS"))
    assert talk.statuses == [204]
    (allow,) = values_of(talk.head, b"Allow")
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        refused = Talk(request(target, method=method, content=b"{}")).statuses == [405]
        assert refused is (method.encode() not in allow.split(b", "))


def test_a_405_says_allow() -> None:
    talk = Talk(request("/", method="POST"))
    assert talk.statuses == [405]
    assert values_of(talk.head, b"Allow") == [b"GET, HEAD, OPTIONS"]


@pytest.mark.parametrize("target", ["*", "http://example.org"])
def test_options_of_the_whole_server(target: str) -> None:
    talk = Talk(request(target, method="OPTIONS"))
    assert talk.statuses == [204]
    assert b"GET" in values_of(talk.head, b"Allow")[0]


@pytest.mark.parametrize(
    ("target", "method", "status"),
    [
        ("/nothing", "GET", 404),
        ("/nothing", "OPTIONS", 404),
        ("/about/", "GET", 404),
        ("/", "get", 501),
        ("/", "BREW", 501),
        ("/", "TRACE", 501),
        ("/nothing", "X" * 4000, 501),
    ],
)
def test_other_requests_have_their_status(target: str, method: str, status: int) -> None:
    talk = Talk(request(target, method=method) + request())
    assert talk.statuses == [status, 200]


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("application/*", True),
        ("application/json, text/html", False),
        ("text/html;q=0.5, application/json", True),
        ("text/html;q=0.5, */*", True),
        ("*/*", False),
        ("application/json;q=0, text/plain", False),
        ("application/json;q=0.9;x=y, text/*;q=0.8", True),
        ("application/json;q=nonsense", True),
        ("", False),
    ],
)
def test_errors_come_as_the_request_prefers(accept: str, is_json: bool) -> None:
    talk = Talk(request("/nothing", f"Accept: {accept}"))
    if is_json:
        assert json.loads(talk.content)["status"] == 404
    assert (values_of(talk.head, b"Content-Type") == [b"application/json"]) is is_json


# /post-something -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"message": "hello"}', "hello"),
        (b'{"message": ""}', ""),
        (b'{"message": "<b>&\'\\""}', "&lt;b&gt;&amp;&#x27;&quot;"),
        ('{"message": "Grüße, 世界 🎉", "more": 1}'.encode(), "Grüße, 世界 🎉"),
        (b'{"message": "\\ud83c\\udf89"}', "🎉"),
        (b'{"message": "a\\ud800b"}', "a\ufffdb"),
        (b'{"message": "\\udc00"}', "\ufffd"),
        (b'{"message": "a\\u0000\\r\\nb"}', "a\0\r\nb"),
    ],
)
def test_a_message_is_said_back(content: bytes, said: str) -> None:
    talk = post(content)
    assert talk.statuses == [200]
    assert talk.content.decode() == f"<h3>{said}</h3>"
    assert values_of(talk.head, b"Content-Length") == [b"%d" % len(talk.content)]
    told = post(content, JSON)
    assert json.loads(told.content) == {"message": json.loads(content)["message"]}
    assert values_of(told.head, b"Content-Type") == [b"application/json"]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"nonsense", b"[]", b'"message"', b"null", b"{}", b'{"message": 1}', b'{"message": null}'),
        *(b'{"Message": "x"}', b'{"message": "caf\xe9"}', b'\xef\xbb\xbf{"message": "x"}', b"[" * 100_000),
        *('{"message": "x"}'.encode("utf-16"), b'{"message": "x"', b'{"message": "x"}}', b"9" * 5000),
    ],
)
def test_what_holds_no_message_is_a_400(content: bytes) -> None:
    talk = post(content)
    assert talk.statuses == [400]
    assert not talk.ended


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_other_media_types_are_a_415(media_type: str, status: int) -> None:
    assert post(b'{"message": "x"}', f"Content-Type: {media_type}").statuses == [status]
    expecting = request(
        "/post-something",
        f"Content-Type: {media_type}",
        "Expect: 100-continue",
        "Content-Length: 9",
        method="POST",
    )
    assert Talk(expecting).statuses == [100 if status == 200 else 415]


# /inspect --------------------------------------------------------------------------------------------


def test_inspect_tells_what_was_understood() -> None:
    content = bytes(range(256))
    head = request(
        "/inspect?a=%20", "x-A: caf\xe9", "X-a:  b  c ", "Transfer-Encoding: chunked", method="PUT"
    )
    talk = Talk(head + b"100\r\n" + content + b"\r\n0\r\nT: u\r\n\r\n")
    seen = json.loads(talk.content)
    assert seen["fields"] == [
        ["Host", "example.org"],
        ["x-A", "caf\xe9"],
        ["X-a", "b  c"],
        ["Transfer-Encoding", "chunked"],
    ]
    assert seen["content"].encode("latin-1") == base64.b64decode(seen["content_base64"]) == content
    assert seen["trailer_fields"] == [["T", "u"]]
    del seen["fields"], seen["content"], seen["content_base64"], seen["trailer_fields"]
    assert seen == {
        "method": "PUT",
        "target": "/inspect?a=%20",
        "target_form": "origin-form",
        "path": "/inspect",
        "query": "a=%20",
        "version": "HTTP/1.1",
        "framing": "chunked",
        "content_length": None,
    }


@pytest.mark.parametrize(
    ("lines", "content", "framing", "length"),
    [
        ((), b"", "none", None),
        (("Content-Length: 0",), b"", "content-length", 0),
        ((), b"hi", "content-length", 2),
    ],
)
def test_inspect_tells_the_framing(
    lines: tuple[str, ...], content: bytes, framing: str, length: int | None
) -> None:
    seen = json.loads(Talk(request("/inspect", *lines, content=content)).content)
    assert (seen["framing"], seen["content_length"]) == (framing, length)


# Statuses with framing of their own ------------------------------------------------------------------


def test_204_has_neither_content_nor_framing() -> None:
    talk = Talk(request("/no-content") + request())
    assert talk.statuses == [204, 200]
    assert values_of(talk.head, b"Content-Length") == values_of(talk.head, b"Transfer-Encoding") == []


def test_redirect_names_the_home_page() -> None:
    talk = Talk(request("/redirect"))
    assert talk.statuses == [302]
    assert values_of(talk.head, b"Location") == [b"/"]


def test_chunked_is_chunked_for_1_1_and_ended_by_close_for_1_0() -> None:
    new = Talk(request("/chunked"))
    assert new.content == b"f\r\n<h3>In several \r\n6\r\nchunks\r\n5\r\n</h3>\r\n0\r\n\r\n"
    assert not new.ended
    old = Talk(request("/chunked", "Connection: keep-alive", version="1.0"))
    assert old.content == b"<h3>In several chunks</h3>"
    assert old.ended
    assert b"Connection: close" in old.head


# Preconditions (RFC 9110 13) -------------------------------------------------------------------------

TAG = '"as-it-is-1"'
SAME, BEFORE, AFTER = (f"Sun, 06 Nov 1994 08:49:{second} GMT" for second in (37, 36, 38))


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((f"If-None-Match: {TAG}",), 304),
        ((f"If-None-Match: W/{TAG}",), 304),
        ((f'If-None-Match: , "x" ,{TAG},',), 304),
        (('If-None-Match: "x"', f"If-None-Match: {TAG}"), 304),
        (("If-None-Match: *",), 304),
        (('If-None-Match: "x"',), 200),
        (("If-None-Match: as-it-is-1",), 200),
        ((f"If-Modified-Since: {SAME}",), 304),
        ((f"If-Modified-Since: {AFTER}",), 304),
        ((f"If-Modified-Since: {BEFORE}",), 200),
        (("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT",), 304),
        (("If-Modified-Since: Sun Nov  6 08:49:37 1994",), 304),
        (("If-Modified-Since: nonsense",), 200),
        ((f"If-Modified-Since: {SAME}", f"If-Modified-Since: {SAME}"), 200),
        (('If-None-Match: "x"', f"If-Modified-Since: {SAME}"), 200),
        ((f"If-Match: {TAG}",), 200),
        (("If-Match: *",), 200),
        ((f"If-Match: W/{TAG}",), 412),
        (('If-Match: "x"',), 412),
        ((f"If-Match: {TAG}", f"If-Unmodified-Since: {BEFORE}"), 200),
        ((f"If-Unmodified-Since: {BEFORE}",), 412),
        ((f"If-Unmodified-Since: {SAME}",), 200),
        (("If-Unmodified-Since: nonsense",), 200),
        (('If-Match: "x"', f"If-None-Match: {TAG}"), 412),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_preconditions(method: str, lines: tuple[str, ...], status: int) -> None:
    talk = Talk(request("/static", *lines, method=method))
    assert talk.statuses == [status]
    if status == 304:
        assert talk.content == b""
        assert values_of(talk.head, b"ETag") == [TAG.encode()]
        assert values_of(talk.head, b"Last-Modified") == [SAME.encode()]
        assert values_of(talk.head, b"Content-Length") == []


def test_preconditions_on_a_page_without_validators() -> None:
    for line, status in (("If-Match: *", 200), ('If-Match: "x"', 412), (f"If-Modified-Since: {SAME}", 200)):
        assert Talk(request("/", line)).statuses == [status]


def test_preconditions_are_ignored_where_nothing_is_selected() -> None:
    assert Talk(request("/nothing", "If-None-Match: *")).statuses == [404]
    assert Talk(request("/static", "If-None-Match: *", method="OPTIONS")).statuses == [204]

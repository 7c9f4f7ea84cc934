"""The echo contract for WSGI servers: `wsgi_app:app`.

The environment of WSGI has no field lines: names are in capitals, lines of one name are joined, and what
has an underscore cannot be told from what has a hyphen (PEP 3333).
"""

from collections.abc import Callable, Iterable
from typing import Any

from contract import Asked, answer  # type: ignore[import-not-found]

Environment = dict[str, Any]


def app(environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request, once its whole content is read. An iterator, lest a server adds up a list."""
    given = answer(
        Asked(
            method=environ["REQUEST_METHOD"],
            path=environ.get("PATH_INFO", ""),
            target=_target(environ),
            version=environ.get("SERVER_PROTOCOL", ""),
            fields=_fields(environ),
            content=_content(environ),
        )
    )
    start_response(f"{given.status} {given.reason}", given.fields)
    pieces: tuple[bytes, ...] = given.pieces
    return iter(pieces)


def _target(environ: Environment) -> str:
    for name in ("RAW_URI", "REQUEST_URI"):
        if environ.get(name):
            return str(environ[name])
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else str(path)


def _fields(environ: Environment) -> list[tuple[str, str]]:
    own = {f"HTTP_{name}": environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)}
    named = {**own, **{name: value for name, value in environ.items() if name.startswith("HTTP_")}}
    return [(name[5:].replace("_", "-"), value) for name, value in named.items()]


def _content(environ: Environment) -> bytes:
    """As long as Content-Length says; to its end only where the server says that it ends there."""
    length, content = environ.get("CONTENT_LENGTH") or "", environ["wsgi.input"]
    if length.isdecimal():
        return bytes(content.read(int(length)))
    return bytes(content.read()) if environ.get("wsgi.input_terminated") else b""

"""A server that somebody runs already: `http://host:port/path`."""

from __future__ import annotations

import ipaddress
import shlex
import socket
from urllib.parse import urlsplit

from harness.errors import TargetUnavailable, UsageError
from harness.targets.base import Target


def at(url: str, *, path: str | None = None, may_test: str = "", name: str = "") -> Target:
    """The target that a URL names. UsageError for anything but a plain http URL with a host.

    Malformed requests go to loopback only, unless `may_test` names the host.
    """
    parts = urlsplit(url if "//" in url else f"//{url}", scheme="http")
    if parts.scheme != "http":
        raise UsageError(f"{url}: only http:// can be tested, not {parts.scheme}://")
    try:
        host, port = parts.hostname, parts.port or 80
    except ValueError as error:
        raise UsageError(f"{url}: {error}") from None
    if not host or parts.username is not None or parts.fragment:
        raise UsageError(f"{url}: give a URL such as http://127.0.0.1:8000/")
    wanted = path or (f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/")
    _check_path(wanted)
    if host != may_test and not _is_loopback(host, port):
        raise UsageError(
            f"{host} is not this machine, and malformed requests may harm a server.\n"
            f"If it is yours to test, say so: --i-may-test {host}"
        )
    again = f"http://{parts.netloc}{wanted}"
    return Target(name or f"{host}:{port}", host, port, wanted, shlex.quote(again))


def _check_path(path: str) -> None:
    if (
        not path.startswith("/")
        or not path.isascii()
        or any(octet <= " " or octet in '#"<>' for octet in path)
    ):
        raise UsageError(f"--path {path!r}: give a path of ASCII letters that begins with /, percent-encoded")


def _is_loopback(host: str, port: int) -> bool:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise TargetUnavailable(f"cannot find {host}: {error.strerror or error}") from error
    return all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_loopback for one in found)

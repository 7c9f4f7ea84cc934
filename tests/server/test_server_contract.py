"""The reference server serves the echo contract."""

import pytest
from server_support import Talk, request

from tests.echo_contract import CHECKS, Answer, answered


def ask(method: str, target: str, *lines: str, content: bytes | None = None) -> Answer:
    return answered(Talk(request(target, *lines, method=method, content=content or b"")).sent, method)


@pytest.mark.parametrize("name", CHECKS)
def test_it_serves(name: str) -> None:
    CHECKS[name](ask)


def test_what_is_only_read_says_so() -> None:
    for path in ("/", "/empty", "/static", "/redirect", "/chunked"):
        assert ask("DELETE", path).status == 405
        assert ask("DELETE", path).value("allow") == "GET, HEAD, OPTIONS"

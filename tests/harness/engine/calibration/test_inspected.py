"""What an inspect resource says is its own word: it is read by the contract, or not at all."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.engine.calibration.inspected import Inspected, inspected

CONTRACT = """
{"method": "GET", "target": "/\\u00ff", "fields": [["X-A", "1"], ["x_a", "2"]], "content_base64": "aGk="}
"""


def test_octets_are_characters():
    found = inspected(CONTRACT.encode())
    assert found == Inspected(b"GET", b"/\xff", ((b"X-A", b"1"), (b"x_a", b"2")), b"hi")
    assert found.values(b"X-a") == (b"1", b"2")


def test_content_need_not_be_told():
    found = inspected(b'{"method": "GET", "target": "/", "fields": [], "more": null}')
    assert found is not None
    assert found.content is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"method": 1, "target": "/", "fields": []}',
        b'{"method": "GET", "target": "/\\u0100", "fields": []}',
        b'{"method": "GET", "target": "/", "fields": [["a"]]}',
        b'{"method": "GET", "target": "/", "fields": 1}',
        b'{"method": "GET", "target": "/", "fields": [], "content_base64": "?"}',
        b'{"method": "GET", "target": "/", "fields": [], "content_base64": 1}',
    ],
)
def test_anything_else_says_nothing(content):
    assert inspected(content) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["method", "target", "fields"]), inner),
)


@settings(max_examples=50)
@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_nothing_that_is_said_can_stop_a_run(content):
    assert inspected(content) is None or isinstance(inspected(content), Inspected)

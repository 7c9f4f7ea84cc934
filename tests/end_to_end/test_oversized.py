"""`wireproof limits` over real sockets: the documented limits of the reference server, to the octet."""

import json
import sys

from tests.end_to_end.command_line import wireproof

NAIVE = """
import socket, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
"""


def limits(*words, code=0):
    return wireproof("limits", *words, code=code)


def test_the_documented_limits_are_found_to_the_octet():
    found = [json.loads(line) for line in limits("--json", "--timeout", "20").splitlines()]
    assert {
        one["name"]: (one["most"], one["beyond"]["status"]) for one in found if "field " not in one["name"]
    } == {
        "request-line": (65_536, 414),
        "request-target in origin-form, its path": (65_523, 414),
        "request-target in origin-form, its query": (65_523, 414),
        "request-target in absolute-form": (65_523, 414),
        "header section": (65_536, 431),
        "chunk extension": (16_384, 413),
        "trailer section": (16_384, 431),
    }
    assert {one["beyond"]["then"] for one in found} == {"closes"}
    assert [(one["size"], one["status"], one["then"]) for one in found[0]["tried"]] == [
        (65_535, 200, "in-step"),
        (65_536, 200, "in-step"),
        (65_537, 414, "closes"),
    ]
    assert [one["status"] for one in found[1]["tried"]] == [404, 404, 414]


def test_a_server_that_reads_once_and_closes_hangs_nothing(tmp_path):
    """Its close with unread octets is a reset, which may take the answer with it; all the same it ends."""
    script = tmp_path / "naive.py"
    script.write_text(NAIVE)
    said = limits("--spawn", f"{sys.executable} {script} {{port}}", "--timeout", "0.5")
    assert said.count("(octets)") == 9


def test_a_target_is_chosen_as_for_a_run():
    assert "not several of them" in limits("127.0.0.1:1", "--fault", "host-twice-accepted", code=4)
    assert "ECONNREFUSED" in limits("http://127.0.0.1:1/", code=6)
    assert "--i-may-test" in limits("http://192.0.2.1/", code=4)

"""Where content is sent, and whether an echo can be relied on."""

from harness.engine.calibration.asking import Asker
from harness.engine.calibration.content import content
from harness.rules.need import Need
from tests.harness.engine.calibration.small_servers import PATIENT, keeps, listening, response


def asked(answer):
    with listening(keeps(answer), limits=PATIENT) as server:
        return content(Asker(server.target, server.transport), "/echo")


def target_of(one):
    return one.split(b" ")[1]


def test_a_page_that_takes_content_where_nothing_echoes():
    found = asked(lambda one: response() if target_of(one) == b"/" else response(b"", b"404 Not Found"))
    assert (found.path, found.echoed) == ("/", False)
    assert found.fact.text == "POST / is answered 200, but not echoed"
    assert found.lacking == "no echo of content: POST / is answered 200, but not echoed"
    assert found.fact.need is Need.ECHO
    assert "Serve /echo" in found.fact.remedy


def test_content_goes_to_the_target_even_where_it_is_refused():
    found = asked(lambda one: response(b"", b"404 Not Found" if b"echo" in one else b"405 Not Allowed"))
    assert found.path == "/"
    assert found.fact.text == (
        "POST /echo is answered 404, POST / is answered 405: content is sent to / all the same"
    )


def test_an_echo_of_text_is_none_of_octets():
    def as_text(one):
        return response(one.partition(b"\r\n\r\n")[2].decode("utf-8", "replace").encode())

    found = asked(as_text)
    assert not found.echoed
    assert found.fact.text.startswith("POST /echo is answered 200, and echoed, but not every octet (counted")
    assert found.lacking

"""A finding is told with its facts, its wire story, and a program."""

from harness.narrate.finding import Told, reproducer, story
from tests.harness.engine.engine_support import answers, examined

SEEN = examined(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", answers(200, 404))
TOLD = Told("BAD  a rule", "this", "that\x1b[31m", [("from", "fuzz, seed 1 plan 2"), ("server", "")])


def test_the_story_says_what_was_demanded_seen_and_sent():
    lines = list(story(TOLD, SEEN))
    assert lines[0] == "BAD  a rule"
    assert lines[1] == "  demanded  this"
    assert "  from      fuzz, seed 1 plan 2" in lines
    assert any("sent 60 octets, the last 33 our marker" in line for line in lines)


def test_what_is_empty_is_left_out_and_what_could_harm_a_terminal_is_escaped():
    told = "\n".join(story(TOLD, SEEN))
    assert "server" not in told
    assert "\x1b" not in told


def test_without_glyphs_it_is_ascii():
    assert all(line.isascii() for line in story(TOLD, SEEN, glyphs=False))


def test_the_program_sends_the_plan_to_the_target():
    program = reproducer(SEEN, "http://127.0.0.1:8080/x", "a title")
    compile(program, "reproducer", "exec")
    assert program.startswith("# a title\n")
    assert "HOST, PORT = '127.0.0.1', 8080" in program
    assert "GET / HTTP/1.1" in program

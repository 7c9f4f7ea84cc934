"""Each specimen is indicted by the rules that name what is wrong with it, and by no others.

Two things that are wrong with the router are no breach of RFC 9110 or 9112, so that no rule may fail them:
`OK` behind every status (a reason phrase says nothing, 9110 15.1), and a message that goes into a page
unescaped (what content means is not HTTP's business).
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.engine.conform import conform
from harness.errors import TargetUnavailable
from harness.model.tally import Standing
from harness.rules.rule import catalogue
from harness.session import TargetChoice, limits_for, opened
from harness.transport.base import Address
from harness.transport.tcp import TcpTransport

RULES = list(catalogue().values())
BAD, RISK, UNMET, SOFT = Standing.BAD, Standing.RISK, Standing.UNMET, Standing.SOFT

LOOKS_AT_NOTHING = {
    "9112-2.1-head-in-pieces": BAD,
    "9112-2.1-response-line-ends": BAD,
    "9112-2.1-status-line-sent": RISK,
    "9112-2.2-bare-cr-in-field": BAD,
    "9112-2.2-bare-cr-in-request-line": SOFT,
    "9112-2.2-whitespace-before-first-field": BAD,  # the only Host
    "9112-2.3-version-spelling": RISK,
    "9112-3-words": RISK,
    "9112-3.1-method-token": RISK,
    "9112-3.2-host-invalid": BAD,
    "9112-3.2-host-missing": BAD,
    "9112-3.2-host-twice": BAD,
    "9112-3.2-no-repair": SOFT,
    "9112-3.2-target-octets": RISK,
    "9112-3.2.3-authority-form": BAD,
    "9112-5-field-name": RISK,
    "9112-5-nul-in-framing": BAD,
    "9112-5.1-space-before-colon": BAD,
    "9112-5.2-folded-length": BAD,
    "9112-6.1-connect": BAD,
    "9112-6.1-look-alike": BAD,
    "9112-6.1-unknown-coding": SOFT,
    "9112-6.3-bodiless-responses": BAD,  # content in answer to HEAD
    "9112-6.3-content-length-differing": BAD,
    "9112-6.3-content-length-invalid": BAD,
    "9112-6.3-final-coding": BAD,
    "9112-9.3-no-persistence-said": UNMET,
    "9112-9.3-persists": SOFT,
    "9112-9.6-close-said": SOFT,
    "9110-6.2-other-major": SOFT,
    "9110-9.1-unknown-method": SOFT,
}
"""What a server breaks that never looks at method, version or fields, and takes one read for the request."""

INDICTED = {
    "one-page": LOOKS_AT_NOTHING | {"9112-3.2.4-asterisk-form": RISK},  # GET *
    "router": LOOKS_AT_NOTHING
    | {
        "9112-2.1-response-stray-octets": BAD,  # the octets that Content-Length leaves out
        "9112-2.1-status-line-sent": SOFT,  # 404: its words are not looked at either
        "9112-2.2-leading-empty-line": SOFT,
        "9112-3.2-target-octets": SOFT,
        "9112-3.2.2-absolute-form": BAD,
        "9112-6-content-of-lines": UNMET,  # the last line taken for the content
        "9112-6.1-chunked-decoded": UNMET,
        "9112-6.3-cut-short": BAD,
        "9112-6.2-content-in-pieces": UNMET,  # the first read taken for the content
        "9110-5.5-obs-text": SOFT,  # dies of what is not UTF-8
        "9110-8.6-length-in-octets": BAD,
        "9110-15-final-response": UNMET,  # dies of content that is not JSON, or has no message
    },
}


TIMED = {"9112-2.1-head-in-pieces", "9112-6.2-content-in-pieces"}
"""Rules that see what a target does between two pieces, if it does it soon: a busy machine may be late."""


def standings(specimen, rules=RULES, jobs=8):
    """How each rule stands on a specimen."""
    with opened(TargetChoice(specimen=specimen)) as running:
        target = running.target
        assert target.name == f"specimen+{specimen}"
        transport = TcpTransport(Address(target.host, target.port), limits_for(2.0))
        results = conform(target, rules, transport, [].append, jobs=jobs)
    return {rule.id: results.standing(rule.id) for rule in rules}


@pytest.mark.parametrize("specimen", INDICTED)
def test_a_specimen_is_indicted_by_the_rules_that_name_what_is_wrong(specimen):
    found = {rule: one for rule, one in standings(specimen).items() if one and one.violates}
    expected = INDICTED[specimen]
    assert {rule: one for rule, one in found.items() if rule not in TIMED} == {
        rule: one for rule, one in expected.items() if rule not in TIMED
    }
    assert found.keys() <= expected.keys()


@pytest.mark.parametrize("specimen", INDICTED)
def test_a_specimen_that_is_given_time_is_indicted_for_what_it_does_between_two_pieces(specimen):
    timed = [rule for rule in RULES if rule.id in TIMED & INDICTED[specimen].keys()]
    seen = set()
    for _ in range(5):  # each run is true; one on a busy machine may have looked away too soon
        seen |= {rule for rule, one in standings(specimen, timed, jobs=1).items() if one and one.violates}
        if seen == {rule.id for rule in timed}:
            return
    assert seen == {rule.id for rule in timed}


def test_pong_is_no_http_server():
    with pytest.raises(TargetUnavailable, match="it sent 'pong'"):
        standings("pong")


def wireproof(*words, cwd, code):
    ended = subprocess.run(
        [sys.executable, "-m", "harness", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("run", "--specimen", "pong"), 6, "it sent 'pong'"),
        (("run", "--specimen", "router", "9112-3.2-host-missing"), 1, "specimen+router"),
        (("run", "--specimen", "ruoter"), 6, "did you mean router"),
        (("limits", "--specimen", "router", "--fault", "x"), 4, "not several of them"),
        (("serve", "--list-specimens"), 0, "one-page"),
        (("serve", "--specimen", "ruoter"), 2, "did you mean router"),
    ],
)
def test_specimens_on_the_command_line(tmp_path, words, code, says):
    assert says in wireproof(*words, cwd=tmp_path, code=code)


def test_a_specimen_is_an_option_of_the_plugin(tmp_path):
    command = ["pytest", "-q", "-p", "no:cacheprovider", "-p", "harness.plugin", "--pyargs", "harness"]
    options = ["--wireproof-specimen", "router", "--wireproof-select", "9112-3.2-host-missing"]
    ended = subprocess.run(
        [sys.executable, "-m", *command, *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "9112-3.2-host-missing@specimen+router" in ended.stdout

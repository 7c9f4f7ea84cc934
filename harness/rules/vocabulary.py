"""The small vocabulary that checks speak: what to look at, what a target had to do, what was seen.

Not knowing is INCONCLUSIVE. A silent connection, a reset instead of an answer and a missing control
never conform.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from harness.model.conversation import Exchange, Fate
from harness.model.message import Request
from harness.model.plan import Send
from harness.model.reading import Anomaly, ReadResponse, Span
from harness.model.verdict import Grade, Outcome, Reaction, Verdict
from harness.rules.agreement import REMARKS
from harness.rules.reasons import another_reason, method_refused
from harness.rules.rule import Question, Seen

ANSWERS_400 = Reaction("400", "a complete 400 response")
ANSWERS_400_AND_CLOSES = Reaction("400-close", "a complete 400 response, then the connection is closed")
CLOSES = Reaction("close", "the connection is closed (FIN, or a reset behind the final response)")
CLOSES_BEHIND_ANSWER = Reaction(
    "answer-close", "a final response of any status, then the connection is closed"
)
EVERY_RESPONSE = Reaction("every-response", "every response that is seen keeps to it")


@dataclass(frozen=True, slots=True)
class Pair:
    """One exchange, with the exchanges behind it and the examination it stands in."""

    seen: Seen
    exchange: Exchange
    index: int

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """What is amiss with the request."""
        return tuple([one for one in self.exchange.anomalies if one.kind not in REMARKS])

    @property
    def sent_span(self) -> Span:
        """The octets of the first anomaly; of the whole request, if it has none."""
        if self.anomalies:
            return self.anomalies[0].span
        return self.exchange.request.start, self.exchange.request.end

    @property
    def received_span(self) -> Span | None:
        """The octets of the answer."""
        response = self.exchange.final or self.exchange.partial
        return (response.start, response.end) if response else None

    @property
    def nothing_behind(self) -> bool:
        """Whether the answer, if none came, was missing for no other reason: nothing was sent behind the
        request before it could be read, and the request is the first on its connection."""
        if not self.first:
            return False
        end = 0
        for step in self.seen.examination.plan.steps:
            if isinstance(step, Send):
                end += len(step.octets)
                if end >= self.exchange.request.end:
                    return end == self.exchange.request.end
        return True

    @property
    def first(self) -> bool:
        """Whether the request is the first on its connection.

        A later one that gets nothing was perhaps never read: a server may close behind any answer.
        """
        return self.index == 0

    @property
    def refused_anyway(self) -> bool:
        """Whether its method accounts for the refusal, since its sound twin fared the same."""
        control = self.seen.examination.control
        twins = [one for one in control.told.exchanges if not one.marker] if control else []
        return bool(twins) and method_refused(self.exchange, twins[0])

    @property
    def refused_for_another_reason(self) -> bool:
        """Whether something else than what is malformed accounts for the status (`reasons`).

        Without a twin nobody knows whether the resource has the method, whichever it is.
        """
        unknown = self.exchange.status == 405 and self.seen.examination.control is None
        return unknown or another_reason(self.exchange) or self.refused_anyway

    @property
    def behind(self) -> Exchange | None:
        """The exchange right behind this one, under the same reading."""
        exchanges = self.seen.conversation.exchanges
        return exchanges[self.index + 1] if self.index + 1 < len(exchanges) else None

    @property
    def story(self) -> str:
        """Both axes of the answer, in words."""
        exchange = self.exchange
        if exchange.final:
            return f"answered {exchange.final.status}, then {_FATES[exchange.fate]}"
        began = "an answer began but did not end" if exchange.partial else "no answer"
        return f"{began}; {_FATES[exchange.fate]}"

    def says(
        self,
        outcome: Outcome,
        observed: str = "",
        *,
        grade: Grade | None = None,
        permitted: Reaction | None = None,
        covers: tuple[str, ...] = (),
    ) -> Verdict:
        """A verdict on this pair; `covers` where it is not about all rows of the rule."""
        if self.seen.in_short and outcome is not Outcome.VIOLATES:
            return _IN_SHORT[outcome]
        return Verdict(
            rule="",
            outcome=outcome,
            covers=covers,
            observed=observed or self.story,
            grade=grade,
            permitted=permitted.name if permitted else "",
            sent_span=self.sent_span,
            received_span=self.received_span,
        )

    def conforms(self, permitted: Reaction, observed: str = "", *, covers: tuple[str, ...] = ()) -> Verdict:
        """One of the permitted reactions was seen."""
        return self.says(Outcome.CONFORMS, observed, permitted=permitted, covers=covers)

    def violates(self, grade: Grade, observed: str = "", *, covers: tuple[str, ...] = ()) -> Verdict:
        """None of the permitted reactions was seen, and what was seen is known."""
        return self.says(Outcome.VIOLATES, observed, grade=grade, covers=covers)

    def inconclusive(self, observed: str = "", *, covers: tuple[str, ...] = ()) -> Verdict:
        """What was seen does not decide; nothing is to be decided where the target has no such method."""
        if self.refused_anyway:
            method = self.exchange.request.request.line.method.decode("latin-1")
            observed = f"{method} is answered {self.exchange.status} here, whatever comes with it"
            return self.says(Outcome.NOT_APPLICABLE, observed, covers=covers)
        return self.says(Outcome.INCONCLUSIVE, observed, covers=covers)


_IN_SHORT = {outcome: Verdict("", outcome, (), "") for outcome in Outcome}

_FATES = {
    Fate.CLOSED: "the connection was closed",
    Fate.RESET: "the connection was reset",
    Fate.KEPT: "the connection went on being served",
    Fate.OPEN: "the connection stayed open and silent",
}


def pairs(seen: Seen) -> Iterator[Pair]:
    """All exchanges but the engine's own, up to the first that follows an anomaly."""
    _ask(seen, None)
    return (pair for pair, _ in _pairs_and_kinds(seen))


def sound_pairs(seen: Seen) -> Iterator[Pair]:
    """Exchanges whose request is without anomaly, as is everything before it."""
    _ask(seen, ())
    return (pair for pair, kinds in _pairs_and_kinds(seen) if not kinds)


def sound_pairs_beside_twin(seen: Seen) -> Iterator[Pair]:
    """The same where a sound twin was sent beside them; without one there is nothing to compare with."""
    if seen.examination.control is not None:
        yield from sound_pairs(seen)


def pairs_with(seen: Seen, *kinds: str) -> Iterator[Pair]:
    """Exchanges whose request has anomalies of these kinds and of no others, with none before it.

    One that was refused for another reason shows nothing of them (`reasons`).
    """
    _ask(seen, kinds)
    return (pair for pair, found in _pairs_and_kinds(seen) if found and found.issubset(kinds))


def _ask(seen: Seen, question: Question) -> None:
    """Note the question, where somebody wants to know what is asked (`concern`)."""
    if seen.questions is not None:
        seen.questions.append(question)


def _pairs_and_kinds(seen: Seen) -> tuple[tuple[Pair, frozenset[str]], ...]:
    """The pairs, each with the kinds of its anomalies: found once for all rules."""
    known: tuple[tuple[Pair, frozenset[str]], ...] | None = seen.memory.get("pairs")
    if known is None:
        known = seen.memory["pairs"] = tuple(_found_pairs(seen))
    return known


def _found_pairs(seen: Seen) -> Iterator[tuple[Pair, frozenset[str]]]:
    for index, exchange in enumerate(seen.conversation.exchanges):
        pair = Pair(seen, exchange, index)
        kinds = frozenset([one.kind for one in exchange.anomalies]) - REMARKS
        hidden = kinds and exchange.fate is not Fate.KEPT and another_reason(exchange)
        if not (exchange.marker or hidden):
            yield pair, kinds
        if kinds:
            return


def must_answer_400(pair: Pair, *, covers: tuple[str, ...] = ()) -> Iterator[Verdict]:
    """A 400 is demanded, and no other status will do (RFC 9112 3.2, 5.1, 6.3).

    Without an answer nothing is said when octets stood behind the request: the reset that they
    cause can destroy the answer, so a variant with nothing behind decides.
    """
    exchange = pair.exchange
    if exchange.final is None:
        if not pair.nothing_behind:
            return
        if exchange.fate is Fate.OPEN or exchange.partial:
            yield pair.inconclusive(covers=covers)
        else:
            yield pair.violates(Grade.UNMET, covers=covers)
    elif exchange.final.status != 400 and pair.refused_for_another_reason:
        yield pair.inconclusive(f"{exchange.final.status}, for another reason", covers=covers)
    elif exchange.final.status != 400:
        yield pair.violates(Grade.BAD, covers=covers)
    elif told_apart(pair):
        yield pair.conforms(ANSWERS_400, covers=covers)
    else:
        yield pair.inconclusive("400, but its sound twin is refused alike: cannot tell", covers=covers)


def must_close(
    pair: Pair, *, covers: tuple[str, ...] = (), unanswered: Grade | None = None, refusal: bool = True
) -> Iterator[Verdict]:
    """The connection has to end behind this exchange, and nothing behind it may be served.

    `unanswered` grades a close without any answer; None lets it conform. A reset instead of an
    answer never conforms. A connection that stays open is a breach only behind the longest wait there is,
    and then an unmet one. A close that is a refusal (`refusal`) needs a sound twin that fared better.
    """
    exchange = pair.exchange
    if exchange.fate is Fate.KEPT:
        yield pair.violates(Grade.BAD, covers=covers)
    elif exchange.fate is Fate.OPEN:
        waited = pair.seen.examination.patient
        yield pair.violates(Grade.UNMET, covers=covers) if waited else pair.inconclusive(covers=covers)
    elif exchange.final is None and (unanswered or exchange.fate is Fate.RESET):
        if pair.nothing_behind:
            yield pair.violates(unanswered or Grade.UNMET, covers=covers)
        else:
            yield pair.inconclusive(covers=covers)
    elif not refusal or told_apart(pair):
        yield pair.conforms(CLOSES, covers=covers)
    else:
        yield pair.inconclusive("closed, but so is its sound twin: cannot tell", covers=covers)


def told_apart(pair: Pair) -> bool:
    """Whether the sound twin was answered by another status, or kept where this one was closed.

    A pair without a control (a case of the corpus, a fuzz input) is told apart from nothing, so it
    cannot conform by being refused.
    """
    control = pair.seen.examination.control
    if control is None:
        return False
    twins = [one for one in control.told.exchanges if not one.marker]
    if not twins or twins[-1].final is None:
        return False
    twin, exchange = twins[-1], pair.exchange
    return twin.status != exchange.status or (twin.fate is Fate.KEPT) != (exchange.fate is Fate.KEPT)


def has_option(values: tuple[bytes, ...], option: bytes) -> bool:
    """Whether an option is among those of the Connection field (case-insensitive, RFC 9110 7.6.1)."""
    return bool(values) and option in [one.strip(b" \t").lower() for one in b",".join(values).split(b",")]


def may_be_the_last(request: Request) -> bool:
    """Whether the connection need not persist behind the answer (RFC 9112 9.3; RFC 9110 9.3.6)."""
    line = request.line
    old = line.version == b"HTTP/1.0" or line.method == b"CONNECT"
    return old or has_option(request.values(b"Connection"), b"close")


def control_status(seen: Seen) -> int | None:
    """The status that the sound twin was answered with."""
    control = seen.examination.control
    if control is None or not control.told.exchanges:
        return None
    return control.told.exchanges[0].status


def without(
    seen: Seen, kinds: Iterable[str], *, applies: Callable[[ReadResponse], bool] = lambda _: True
) -> Iterator[Verdict]:
    """No response of this examination may have an anomaly of these kinds.

    Each anomaly speaks for its own ledger row. Where no response `applies` nothing is said: a rule
    about chunks is not proven by responses without any.
    """
    wanted = frozenset(kinds)
    reading = seen.examination.responses
    found = [one for one in reading.anomalies if one.kind in wanted]
    for anomaly in found:
        yield Verdict(
            rule="",
            outcome=Outcome.VIOLATES,
            covers=(anomaly.ledger,),
            observed=f"{anomaly.kind}: {anomaly.detail}" if anomaly.detail else anomaly.kind,
            grade=Grade.BAD,
            received_span=anomaly.span,
        )
    if found or seen.in_short:
        return
    if any(one.complete and applies(one) for one in reading.responses):
        yield Verdict("", Outcome.CONFORMS, (), "all responses keep to it", permitted=EVERY_RESPONSE.name)


def on_response(
    response: ReadResponse,
    outcome: Outcome,
    observed: str,
    *,
    grade: Grade | None = None,
    covers: tuple[str, ...] = (),
) -> Verdict:
    """A verdict on one response."""
    return Verdict(
        rule="",
        outcome=outcome,
        covers=covers,
        observed=observed,
        grade=grade,
        permitted=EVERY_RESPONSE.name if outcome is Outcome.CONFORMS else "",
        received_span=(response.start, response.end),
    )

"""The questions of calibration, one module a kind: sound requests all, but for three gross non-messages.

A question is asked by an `Asker`, and answered by a value and a `Fact` that tells it. No question may stop
a run: whatever a target does, each ends by its deadlines, and after too many waits in vain the rest is
left unasked, and told so.
"""

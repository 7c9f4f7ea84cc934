"""Which of two media types a request prefers (RFC 9110 12.5.1): all the negotiation this server needs."""

import re

from server.request import RequestHead

_WEIGHT = re.compile(rb";[ \t]*q=([01](?:\.[0-9]{0,3})?)[ \t]*(?:;|\Z)")


def prefers_json(head: RequestHead) -> bool:
    """Whether application/json weighs more than text/html; on a tie, or without Accept, HTML it is."""
    if b"accept" not in head.values:
        return False
    ranges = head.members(b"accept")
    return _weight(ranges, b"application/json") > _weight(ranges, b"text/html")


def _weight(ranges: list[bytes], media_type: bytes) -> float:
    """RFC 9110 12.4.2, 12.5.1: the weight of the most specific range that covers the media type, else 0."""
    kind = media_type.split(b"/")[0] + b"/*"
    weights: dict[bytes, float] = {}
    for media_range in ranges:
        match = _WEIGHT.search(media_range)
        weights[media_range.split(b";")[0].strip()] = float(match[1]) if match else 1.0
    return next((weights[name] for name in (media_type, kind, b"*/*") if name in weights), 0.0)

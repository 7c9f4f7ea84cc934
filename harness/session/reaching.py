"""How a target is reached: its transport, and where it has the resources of the echo contract."""

from __future__ import annotations

from collections.abc import Mapping

from harness.engine.calibrate import Resources
from harness.targets.base import Target
from harness.transport.base import Address, Limits
from harness.transport.tcp import TcpTransport


def limits_for(timeout: float) -> Limits:
    """The limits for an answer that takes at most `timeout` seconds, and has at most 1 MiB to say."""
    return Limits(
        response_seconds=timeout,
        end_seconds=timeout,
        connect_seconds=max(timeout, 1.0),
        octets=1 << 20,
    )


def transport_to(target: Target, timeout: float) -> TcpTransport:
    """A transport to it within these limits."""
    return TcpTransport(Address(target.host, target.port), limits_for(timeout))


def resources_of(target: Target, said: Mapping[str, str]) -> Resources:
    """Where the user says that they are, else where the target itself says so, else in their places."""
    own = {"echo": target.content_path} if target.content_path else {}
    return Resources(**{**own, **said})

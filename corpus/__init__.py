"""Curated cases and regressions, by RFC section: octets on the wire, as files."""

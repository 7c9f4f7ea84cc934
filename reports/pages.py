"""What every page of ours has: templates that escape what is foreign, a policy that allows our own alone."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.narrate.escape import visible_text


def environment(folder: Path) -> Environment:
    """The templates of a folder; all that they put out is made visible and escaped, but our own markup."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def policy(style: str, *scripts: str) -> str:
    """The content security policy of a page with this style and these scripts, and nothing else."""
    allowed = f"script-src {' '.join(map(_hash, scripts))}; " if scripts else ""
    return f"default-src 'none'; style-src {_hash(style)}; {allowed}base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _shown(value: object) -> object:
    """What a template puts out: foreign text made visible, nothing for None."""
    if value is None:
        return ""
    return visible_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value

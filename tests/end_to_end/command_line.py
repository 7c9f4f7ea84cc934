"""The command in a process of its own, as its users start it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIREPROOF = [sys.executable, "-m", "harness"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def wireproof(*words, code=0, cwd=None):
    """Run a command to its end; its output and its errors, after its exit code was compared."""
    ended = subprocess.run(
        [*WIREPROOF, *map(str, words)],
        cwd=cwd,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout + ended.stderr

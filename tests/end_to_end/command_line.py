"""The command in a process of its own, as its users start it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIREPROOF = [sys.executable, "-m", "harness"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def ended(*command, code, cwd, seconds):
    """Run a command to its end, after which its exit code is compared."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def wireproof(*words, code=0, cwd=None):
    """Run `wireproof` to its end; its output and its errors."""
    done = ended(*WIREPROOF, *words, code=code, cwd=cwd, seconds=300)
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr

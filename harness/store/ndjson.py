"""Records as NDJSON: one JSON object a line, each line written at once, so that a kill loses none."""

from __future__ import annotations

import threading
from pathlib import Path

from harness.errors import StoreError
from harness.store.records import AnyRecord, encode


class NdjsonSink:
    """Writes records to a file; `write` may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise StoreError(f"cannot write NDJSON to {path}: {error.strerror}") from error

    def write(self, record: AnyRecord) -> None:
        """Write one record as one line."""
        with self._lock:
            self._file.write(encode(record) + b"\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

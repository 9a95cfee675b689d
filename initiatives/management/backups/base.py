"""What backups of both databases share."""

import os
from collections.abc import Callable
from pathlib import Path

# Number of rows by table.
Rows = dict[str, int]
# Called with the current step and the number of bytes done since the last call.
Progress = Callable[[str, int], object]


class BackupError(Exception):
    """A backup cannot be written or restored. The message explains why and what to do."""


def sync(path: Path) -> None:
    """Wait until a file, or a folder's entries, are on disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def put(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, and wait until it is on disk."""
    file.touch(0o600)
    file.write_bytes(content)
    sync(file)

"""Types shared by backups of both databases."""

from collections.abc import Callable

# How many rows each table has.
Rows = dict[str, int]
# Called with the current step and the number of bytes done since the last call.
Progress = Callable[[str, int], object]


class BackupError(Exception):
    """A backup cannot be written or restored; the text says why, and what to do."""

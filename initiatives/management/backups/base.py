"""Types shared by backups of both databases."""

from collections.abc import Callable

# Number of rows by table.
Rows = dict[str, int]
# Called with the current step and the number of bytes done since the last call.
Progress = Callable[[str, int], object]


class BackupError(Exception):
    """A backup cannot be written or restored. The message explains why and what to do."""

"""What backups of both databases have in common."""

from collections.abc import Callable

# How many rows each table has.
Rows = dict[str, int]
# Is told what is being done, and how many bytes of it are done.
Progress = Callable[[str, int], object]


class BackupError(Exception):
    """A backup cannot be written or restored; the text says why, and what to do."""

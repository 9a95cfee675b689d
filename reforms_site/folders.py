"""Folders that settings name."""

import os
from pathlib import Path


def can_write(folder: Path) -> bool:
    """Whether this user can write in a folder, or make it if it is not there."""
    place = next(place for place in (folder, *folder.parents) if os.path.exists(place))  # noqa: PTH110 (no error if closed)
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)

"""Folders and buckets that settings name."""

import os
from pathlib import Path

from environs import ValidationError, validate

# The rules of Amazon S3, which others follow.
a_bucket = validate.Regexp(
    r"(?!.*\.\.|\d+(\.\d+){3}\Z)([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?\Z",
    error="must be the name of a bucket: 3 to 63 lower-case letters, digits, hyphens and full stops, no address",
)


def a_writable_folder(folder: str) -> None:
    """Raise ValidationError unless it is an absolute path to a folder that can be written in or made."""
    if not Path(folder).is_absolute():
        raise ValidationError("must be an absolute path, such as /var/lib/reforms/archive")
    if not can_write(Path(folder)):
        raise ValidationError(f"must be a folder in which this user can write; {folder} is not")


def can_write(folder: Path) -> bool:
    """Whether this user can write in a folder, or make it if it is not there."""
    place = next(place for place in (folder, *folder.parents) if os.path.exists(place))  # noqa: PTH110 (no error if closed)
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)

"""The archive of copies on a disk: each file is written whole or not at all, and is what its name says."""

import hashlib
import os
import secrets
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from initiatives.management.backups.base import sync
from reforms_site.folders import can_write


class ArchiveFiles(FileSystemStorage):
    """Files named by the SHA-256 of their content. Saving one again replaces it only if it is damaged.

    Raises ValueError if the content is not what the name says.
    """

    def can_write(self) -> bool:
        """Whether files can be saved now."""
        return can_write(Path(self.location))

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name itself: a file of that name has the same content."""
        return name

    def _save(self, name: str, content) -> str:
        target = Path(self.path(name))
        if target.is_file():
            with target.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == target.name:
                    os.utime(target)  # check_archive leaves new files alone
                    return name
        folders = target.parents[:3]
        for folder in reversed(folders):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        digest = hashlib.sha256()
        try:
            with part.open("xb") as file:
                part.chmod(0o600)
                for some in content.chunks():
                    file.write(some)
                    digest.update(some)
            if digest.hexdigest() != target.name:
                raise ValueError(f"{name}: the content has another SHA-256 than its name says.")
            sync(part)
            part.replace(target)
            # The folders may be new, too.
            for folder in folders:
                sync(folder)
        finally:
            part.unlink(missing_ok=True)
        return name

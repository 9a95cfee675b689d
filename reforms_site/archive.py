"""The archive of copies on a disk: each file is written whole or not at all, and never overwritten."""

import secrets
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from initiatives.management.backups.base import sync


class ArchiveFiles(FileSystemStorage):
    """Files named by their content. Saving one that is there already changes nothing."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name itself: a file of that name has the same content."""
        return name

    def _save(self, name: str, content) -> str:
        target = Path(self.path(name))
        if target.exists():
            return name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            with part.open("xb") as file:
                part.chmod(0o600)
                for some in content.chunks():
                    file.write(some)
            sync(part)
            part.replace(target)
            # The folders may be new, too.
            for folder in target.parents[:3]:
                sync(folder)
        finally:
            part.unlink(missing_ok=True)
        return name

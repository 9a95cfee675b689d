"""`python -m benchmark COMMAND …`, as script/bench starts it."""

import os
import sys
from importlib import import_module

MODULES = {
    "build": "database",
    "search": "search",
    "suggest": "suggest",
    "admin": "desk",
    "pages": "pages",
    "page_tables": "page_tables",
    "compare": "compare",
}
# These read files of figures, and come without Django.
ALONE = {"compare", "page_tables"}


def main() -> None:
    """Run the command that the first argument names with the others."""
    command, *arguments = sys.argv[1:]
    if command not in ALONE:
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmark.settings"
        # As it is served: wsgi.py says how Python is to keep memory.
        import_module("reforms_site.wsgi")
    getattr(import_module(f"benchmark.{MODULES[command]}"), command)(arguments)


if __name__ == "__main__":
    main()

"""`python -m benchmark COMMAND …`, as script/bench starts it."""

import os
import sys
from importlib import import_module

MODULES = {"build": "database", "search": "search", "pages": "pages"}


def main() -> None:
    """Run the command that the first argument names with the others."""
    command, *arguments = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmark.settings"
    # As it is served: wsgi.py says how Python is to keep memory.
    import_module("reforms_site.wsgi")
    getattr(import_module(f"benchmark.{MODULES[command]}"), command)(arguments)


if __name__ == "__main__":
    main()

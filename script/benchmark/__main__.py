"""`python -m benchmark COMMAND …`, as script/bench starts it."""

import os
import sys
from importlib import import_module

# Those that need no database come without Django.
MODULES = {
    "search": "search",
    "suggest": "suggest",
    "same": "same",
    "admin": "desk",
    "compare": "compare",
    "differences": "compare",
}


def main() -> None:
    """Run the command that the first argument names with the others."""
    command, *arguments = sys.argv[1:]
    if MODULES[command] != "compare":
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmark.settings"
        # As it is served: wsgi.py says how Python is to keep memory.
        import_module("reforms_site.wsgi")
    module = import_module(f"benchmark.{MODULES[command]}")
    sys.exit(getattr(module, command)(arguments))


if __name__ == "__main__":
    main()

# Shared by the scripts, which source this file; it is never run. It changes to the repository's folder.
# shellcheck shell=bash

set -euo pipefail
unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DJANGO_SETTINGS_MODULE=reforms_site.settings PIP_DISABLE_PIP_VERSION_CHECK=1
python=.venv/bin/python

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Install Debian or Ubuntu packages if that needs no password; returns 1 if not allowed or if it fails.
apt_install() {
    local as_root=(env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes)
    local install=(apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@")
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n "${as_root[@]}")
    fi
    say "Installing $* with apt-get."
    # Update package lists only if needed.
    "${as_root[@]}" "${install[@]}" >/dev/null 2>&1 </dev/null && return
    "${as_root[@]}" apt-get update -qq && "${as_root[@]}" "${install[@]}" >/dev/null </dev/null
}

# The fonts that pages use while their own are loading (docs/fonts.md). Without them, text moves when those arrive.
fallback_fonts() {
    fc-match "Times New Roman" 2>/dev/null | grep -qE 'Times|Liberation|Tinos' || apt_install fonts-liberation
}

# Print the first Python that is new enough, preferably one that can create virtual environments.
find_python() {
    local needed candidate candidates=(python3 python3.13 python3.12 python3.11 /usr/bin/python3)
    [ -z "${PYTHON:-}" ] || candidates=("$PYTHON")
    for needed in ensurepip venv; do
        for candidate in "${candidates[@]}"; do
            "$candidate" -c "import sys, $needed; sys.version_info < (3, 11) and sys.exit(1); print(sys.executable)" \
                2>/dev/null && return
        done
    done
    fail "Python 3.11 or newer is needed, and ${PYTHON:-python3} is not. On Debian 12, Ubuntu 24.04 or newer, install it:
    apt-get install python3 python3-venv
On other systems see https://www.python.org/downloads/, then name the Python to use: PYTHON=/path/to/python3 script/$(basename "$0")"
}

# Make new files readable by their owner only: the database and the search index hold drafts and keys. Close existing
# files to others if they are ours.
keep_private() {
    umask 077
    mkdir -p var 2>/dev/null || true
    [ -w var ] || fail "$(id -un) cannot write in $PWD/var. Change the owner of that folder or run this as its owner."
    local name
    for name in var .env; do
        if [ -O "$name" ]; then chmod go-rwx "$name"; fi
    done
}

make_venv() {
    # A link points to a shared environment, which is never cleared.
    if [ -L .venv ]; then
        "$python" -c 'import pip, sys; assert sys.version_info >= (3, 11)' 2>/dev/null ||
            fail ".venv is a link to a place without Python 3.11 or newer. Remove the link and start again."
        return
    fi
    # A copied or incomplete environment, or one whose Python is gone, is recreated.
    if "$python" -c 'import pip, sys; assert sys.version_info >= (3, 11)' 2>/dev/null && grep -qsF "$(pwd -P)/.venv" .venv/bin/activate; then
        return
    fi
    [ -w . ] || fail "$(id -un) cannot write in $PWD, where .venv belongs. Run this as the owner of the folder; for a service that may not change its code, that is: script/production --install"
    local base package
    base=$(find_python)
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$base" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        apt_install "$package" || fail "$base has no venv module. Run this, then start again (sudo asks for your password):
    sudo apt-get install $package"
    fi
    say "Creating a virtual environment in .venv with $("$base" --version)."
    "$base" -m venv --clear .venv
}

# install_requirements requirements.txt | requirements-dev.txt: only if a pin has changed. -dev includes the other.
install_requirements() {
    local pins
    make_venv
    pins=$(cat requirements.txt requirements-dev.txt | cksum)
    case "$(cat .venv/installed 2>/dev/null)" in
        "$1 $pins" | "requirements-dev.txt $pins") return ;;
    esac
    [ -w .venv ] || fail "$1 has changed and $(id -un) cannot write in .venv. Install it as the owner of the folder: script/production --install"
    say "Installing $1 into .venv."
    "$python" -m pip install --quiet --require-hashes -r "$1" ||
        fail "The packages in $1 could not be installed. Check that this machine can reach a Python package index."
    printf '%s\n' "$1 $pins" >.venv/installed
}

# Install the tools of script/audit and script/sbom, in their own environment; set `tools` to its bin folder.
install_supply() {
    local pins=script/supply/requirements.txt
    tools=var/supply/bin
    make_venv
    if ! cmp --silent "$pins" var/supply/installed; then
        say "Installing $pins into var/supply."
        "$python" -m venv --clear var/supply
        "$tools/pip" install --quiet --require-hashes -r "$pins" ||
            fail "The packages in $pins could not be installed. Check that this machine can reach a Python package index."
        cp "$pins" var/supply/installed
    fi
}

# Succeeds if the environment or .env sets the variable. An empty value in the environment counts as not set.
is_set() {
    [ -n "${!1:-}" ] && return
    unset "$1"
    grep -qsE "^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=" .env
}

check_port() {
    [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && [ "$1" -le 65535 ] || fail "PORT must be a number from 1 to 65535, not \"$1\"."
    if (exec 3<>"/dev/tcp/$2/$1") 2>/dev/null; then
        fail "Port $1 is in use. Stop the program that uses it, or choose another port: script/$(basename "$0") $(($1 % 65535 + 1))"
    fi
}

# Print the mode in the settings: debug, https or http. Stop with one clear line if a setting is invalid or the database
# cannot be reached.
settings_mode() {
    "$python" - <<'END'
import sys

from django.conf import settings
from django.db import Error, connection

try:
    connection.ensure_connection()
except Error as error:
    sys.exit(f"Cannot start: the database in DATABASE_URL cannot be reached. Check the address and that it is running. {str(error).strip()}")
print("debug" if settings.DEBUG else "https" if settings.HTTPS else "http")
END
}

# Migrate the database. An upgrade may change how search indexes, so the index is rebuilt after migrations.
migrate() {
    if "$python" manage.py migrate --check >/dev/null 2>&1; then
        return
    fi
    say "Bringing the database up to date."
    "$python" manage.py migrate --no-input --verbosity 0
    "$python" manage.py rebuild_search
}

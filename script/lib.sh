# Common parts of the scripts: sourced by them, never run. Leaves the shell in the repository's folder.
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

# Install Debian or Ubuntu packages where that needs no password; 1 if it may not or does not work.
apt_install() {
    local as_root=(env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes)
    local install=(apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@")
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n "${as_root[@]}")
    fi
    say "Installing $* with apt-get."
    # Package lists are brought up to date only if need be.
    "${as_root[@]}" "${install[@]}" >/dev/null 2>&1 </dev/null && return
    "${as_root[@]}" apt-get update -qq && "${as_root[@]}" "${install[@]}" >/dev/null </dev/null
}

# The fonts that pages stand in while theirs are on the way (docs/fonts.md); without them words move when these come.
fallback_fonts() {
    fc-match "Times New Roman" 2>/dev/null | grep -qE 'Times|Liberation|Tinos' || apt_install fonts-liberation
}

# Print the first Python that is new enough, one that can make virtual environments if there is a choice.
find_python() {
    local needed candidate candidates=(python3 python3.13 python3.12 python3.11 /usr/bin/python3)
    [ -z "${PYTHON:-}" ] || candidates=("$PYTHON")
    for needed in ensurepip venv; do
        for candidate in "${candidates[@]}"; do
            "$candidate" -c "import sys, $needed; sys.version_info < (3, 11) and sys.exit(1); print(sys.executable)" \
                2>/dev/null && return
        done
    done
    fail "Python 3.11 or newer is needed and ${PYTHON:-python3} is not it. On Debian 12, Ubuntu 24.04 or newer:
    apt-get install python3 python3-venv
Elsewhere see https://www.python.org/downloads/ and say which one to use: PYTHON=/path/to/python3 script/$(basename "$0")"
}

make_venv() {
    [ -w . ] || fail "$(id -un) may not write in $PWD, where .venv and var/ have to stand."
    # A link leads to an environment that others use too: never cleared.
    if [ -L .venv ]; then
        "$python" -c 'import pip, sys; assert sys.version_info >= (3, 11)' 2>/dev/null ||
            fail ".venv is a link to something without a Python of 3.11 or newer. Remove the link and start again."
        return
    fi
    # A copied or half-made environment, or one whose Python has gone, is made anew.
    if "$python" -c 'import pip, sys; assert sys.version_info >= (3, 11)' 2>/dev/null && grep -qsF "$(pwd -P)/.venv" .venv/bin/activate; then
        return
    fi
    local base package
    base=$(find_python)
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        package=$("$base" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        apt_install "$package" || fail "$base has no venv module. Type this, then start again (sudo asks for your password):
    sudo apt-get install $package"
    fi
    say "Making a virtual environment in .venv with $("$base" --version)."
    "$base" -m venv --clear .venv
}

# install_requirements requirements.txt | requirements-dev.txt: only if a pin has changed. -dev holds all of the other.
install_requirements() {
    local pins
    make_venv
    pins=$(cat requirements.txt requirements-dev.txt | cksum)
    case "$(cat .venv/installed 2>/dev/null)" in
        "$1 $pins" | "requirements-dev.txt $pins") return ;;
    esac
    say "Installing $1 into .venv."
    "$python" -m pip install --quiet --require-hashes -r "$1" ||
        fail "The packages of $1 could not be installed; is there a way to a Python package index?"
    printf '%s\n' "$1 $pins" >.venv/installed
}

# Does the environment or the file .env give the variable a value? An empty one in the environment counts as none.
is_set() {
    [ -n "${!1:-}" ] && return
    unset "$1"
    grep -qsE "^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=" .env
}

check_port() {
    [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && [ "$1" -le 65535 ] || fail "PORT is a number from 1 to 65535, not \"$1\"."
    if (exec 3<>"/dev/tcp/$2/$1") 2>/dev/null; then
        fail "Port $1 is in use. Stop what uses it, or choose another: script/$(basename "$0") $(($1 % 65535 + 1))"
    fi
}

# Print how the settings say to serve: debug, https or http. Stop with one clear line if a setting is wrong or the
# database does not answer.
settings_mode() {
    "$python" - <<'END'
import sys

from django.conf import settings
from django.db import Error, connection

try:
    connection.ensure_connection()
except Error as error:
    sys.exit(f"Cannot start: the database of DATABASE_URL does not answer: {str(error).strip()}")
print("debug" if settings.DEBUG else "https" if settings.HTTPS else "http")
END
}

# Bring the database up to date. Search may index otherwise after an upgrade, so its index follows the migrations.
migrate() {
    if "$python" manage.py migrate --check >/dev/null 2>&1; then
        return
    fi
    say "Bringing the database up to date."
    "$python" manage.py migrate --no-input --verbosity 0
    "$python" manage.py rebuild_search
}

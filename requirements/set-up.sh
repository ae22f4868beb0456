#!/bin/sh
# Makes the virtual environment and installs what one of the lock files pins, nothing else. `make` calls it when a lock
# file has changed; it may be run again at any time. What the system lacks is answered with the line that installs it.
#
#     sh requirements/set-up.sh run|dev
#
# PYTHON chooses the interpreter, VENV the folder (.venv). Everything it says goes to standard error.
set -eu
exec 1>&2

WANTED=${1:-run}
VENV=${VENV:-.venv}
HERE=$(cd "$(dirname "$0")" && pwd)
cd "$HERE/.."

fail() { # the one line that mends it
    echo "$1"
    exit 1
}

as_root() { # how this user runs something as root
    if [ "$(id -u)" = 0 ]; then echo "$*"; else echo "sudo $*"; fi
}

installing() { # the line that installs Python with its venv module on this system; $1: a version such as 3.11, or nothing
    if [ "$(uname -s)" = Darwin ]; then
        echo "brew install python@3.13"
    elif command -v apt-get >/dev/null 2>&1; then
        as_root "apt-get install -y python${1:-3} python${1:-3}-venv"
    elif command -v dnf >/dev/null 2>&1; then
        as_root "dnf install -y python3.12"
    elif command -v pacman >/dev/null 2>&1; then
        as_root "pacman -S --noconfirm python"
    elif command -v apk >/dev/null 2>&1; then
        as_root "apk add python3"
    elif command -v zypper >/dev/null 2>&1; then
        as_root "zypper install -y python312"
    else
        echo "see python.org, Downloads"
    fi
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        # Asked, not only found: a version manager's shim may stand for nothing.
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

make_venv() {
    python=$(find_python)
    if [ -z "$python" ]; then
        # An older python3 means that the system's own package is too old: ask for a version by name.
        if command -v python3 >/dev/null 2>&1; then version=3.11; else version=; fi
        fail "Python 3.11 or newer is missing. Install it with: $(installing $version)"
    fi
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if [ "$python" = python3 ]; then version=; fi
        fail "Python's venv module is missing. Install it with: $(installing $version)"
    fi
    echo "Making $VENV ..."
    if ! said=$("$python" -m venv --clear "$VENV" 2>&1); then
        echo "$said" | tail -n 3
        fail "$VENV cannot be made here. If the folder is not yours: $(as_root "chown -R $(id -un) .")"
    fi
}

install() { # pip's own words are shown only when it fails
    if ! said=$("$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@" 2>&1); then
        echo "$said" | tail -n 8
        fail "The packages could not be installed. Is there a network? (Behind a proxy: export HTTPS_PROXY=...) Then run make again."
    fi
}

if ! { new_enough "$VENV/bin/python" && "$VENV/bin/python" -c 'import pip' >/dev/null 2>&1; }; then
    make_venv
fi
echo "Installing what requirements/$WANTED.lock pins ..."
install --require-hashes -r "requirements/$WANTED.lock"
install --no-deps --no-build-isolation --editable .
touch "$VENV/$WANTED.stamp"
if [ "$WANTED" = dev ]; then
    touch "$VENV/run.stamp" # dev.lock holds everything that run.lock does
fi

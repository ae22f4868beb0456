#!/bin/sh
# Writes requirements/run.lock and dev.lock anew from pyproject.toml: the newest versions that fit, with hashes, for every
# platform and Python, and without the address of any index. uv's own lock file records addresses, so it stays in a
# temporary folder.
set -eu
cd "$(dirname "$0")/.."
VENV=${VENV:-.venv}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    "$VENV/bin/python" -m venv "$work/venv"
    "$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
    uv=$work/venv/bin/uv
fi

cp pyproject.toml README.md LICENSE NOTICE "$work"
(
    cd "$work"
    "$uv" lock --quiet --no-config
    export_lock() {
        name=$1
        shift
        "$uv" export --quiet --frozen --format requirements-txt --no-annotate --no-header --no-emit-project \
            --no-default-groups --group build "$@" --output-file "$name.lock"
        if grep -nE '://|^-' "$name.lock"; then
            echo "requirements/$name.lock would hold an address or an option; nothing was changed." >&2
            exit 1
        fi
    }
    export_lock run
    export_lock dev --group dev
)
cp "$work/run.lock" "$work/dev.lock" requirements/

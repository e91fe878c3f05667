#!/usr/bin/env bash
# Makes .venv with the exact dependencies of requirements.txt and this project in it. Run again, it does nothing when nothing changed.
# Finds a Python of 3.12 or newer by itself: the one named by PYTHON, one on the PATH, or one of pyenv's or uv's.
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian's python3 has venv and lacks ensurepip until python3-venv is installed: its environments would have no pip.
fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1; }

find_python() {
    local candidate own
    own=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6) || own=  # HOME may be unset, or another's
    for candidate in "${PYTHON:-}" python3.13 python3.12 python3.14 python3 python \
        "${PYENV_ROOT:-/none}"/versions/3.1[234].*/bin/python3 \
        {"${HOME:-$own}","$own"}/{.pyenv/versions/3.1[234].*,.local/share/uv/python/cpython-3.1[234]*}/bin/python3 \
        {/opt/homebrew,/usr/local,/opt/python}/bin/python3.1[234]; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    echo "setup: no Python of 3.12 to 3.14 found; install one (Debian, Ubuntu: with python3-venv), or name it: make PYTHON=/path/to/python3" >&2
    exit 2
}

wanted=$(cat requirements.txt pyproject.toml scripts/setup.sh | sha256sum | cut -d' ' -f1)
if [ -x .venv/bin/auditor ] && [ "$(cat .venv/.installed 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

python=$(find_python)
if ! .venv/bin/python -c 'import pip' 2>/dev/null || ! fits .venv/bin/python; then
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "setup: installing the locked dependencies into .venv ($(.venv/bin/python -V))" >&2
# uv installs in a tenth of pip's time; it is locked like the rest, and pip does the whole job where uv cannot.
awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements.txt > .venv/uv.txt
export UV_SYSTEM_CERTS=1  # a company's own certificates are the system's, as for pip
pip=(.venv/bin/python -m pip --disable-pip-version-check --quiet)
if "${pip[@]}" install --require-hashes -r .venv/uv.txt \
    && .venv/bin/uv pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python requirements.txt; then
    .venv/bin/uv pip install --quiet --no-deps --no-build-isolation --python .venv/bin/python --editable .
else
    echo "setup: uv did not do it; going on with pip" >&2
    "${pip[@]}" install --require-hashes -r requirements.txt
    "${pip[@]}" install --no-deps --no-build-isolation --editable .
fi
# Compiled once here: the command line answers at once, also where Python may not write its caches later.
.venv/bin/python -m compileall -q auditor addons || true
echo "$wanted" > .venv/.installed

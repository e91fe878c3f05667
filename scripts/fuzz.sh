#!/usr/bin/env bash
# Fuzzes readers and decoders with coverage (atheris, in an environment of its own below build/): scripts/fuzz.sh [SECONDS] [TARGET...]
# Without targets, all of them one after another. What atheris finds is left as crash-* in the working directory, and the run ends.
set -euo pipefail
cd "$(dirname "$0")/.."

ATHERIS=3.1.0
seconds=${1:-900}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(captures decode har flow-files exports journals policies written-files seals strings)

python=build/fuzz/bin/python
if ! "$python" -c 'import atheris' 2>/dev/null; then
    .venv/bin/python -m venv --clear build/fuzz
    "$python" -m pip install --disable-pip-version-check --quiet "atheris==$ATHERIS"
    # The project's own dependencies are those of .venv.
    .venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' \
        > "$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/project.pth"
fi
for target in "${targets[@]}"; do
    echo "fuzz: $target for $seconds s"
    case $target in
        captures) "$python" -m tests.fuzz.fuzz_captures atheris "$seconds" ;;
        decode) "$python" -m tests.fuzz.fuzz_decode atheris "$seconds" ;;
        *) "$python" -m tests.fuzz.run atheris "$target" "$seconds" ;;
    esac
done

#!/usr/bin/env bash
# Mutation testing of what a verdict stands on: changes each of these modules in every way that mutmut knows, and looks whether the
# module's own tests notice. scripts/mutation.sh [MODULE...] works on copies of the checkout below build/mutation, one for each module,
# prints a row for each as it is done, and at the end what survived.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=("$@")
[ ${#modules[@]} -gt 0 ] || modules=(
    auditor/judge/verdict.py auditor/judge/coverage.py
    auditor/identify/masking.py
    auditor/record/ledger.py auditor/record/counters.py auditor/record/hook_guard.py
    auditor/capture/loss_intervals.py auditor/recorded.py
    auditor/report/manifest.py auditor/report/seal.py auditor/report/dsse.py auditor/report/signoff.py auditor/report/attestation.py
    auditor/cli/verify.py
)
root=$PWD
# A process for each change compiles the tests again where Python may not remember them.
unset PYTHONDONTWRITEBYTECODE

prepare() { # MODULE COPY
    local name=${1#auditor/}
    rm -rf "$2" && mkdir -p "$2"
    git ls-files -z -- . ':!:docs/pictures' | xargs -0 cp --parents -t "$2" 2>/dev/null || true
    cat >> "$2/pyproject.toml" <<TOML

[tool.mutmut]
source_paths = ["auditor"]
only_mutate = ["$1"]
also_copy = ["captures", "reports", "docs", "addons"]
pytest_add_cli_args_test_selection = ["tests/unit/$(dirname "$name")/test_$(basename "$name")"]
pytest_add_cli_args = ["-p", "no:xdist", "-p", "no:cacheprovider"]
use_git_change_detection = false
TOML
}

survived=()
echo "| module | changes | noticed | survived |"
echo "| --- | --- | --- | --- |"
for module in "${modules[@]}"; do
    copy=build/mutation/$(basename "$module" .py)
    prepare "$module" "$copy"
    results=$(
        cd "$copy"
        "$root/.venv/bin/mutmut" run --max-children "${MUTATION_PROCESSES:-2}" > mutation.log 2>&1 || true
        "$root/.venv/bin/mutmut" results --all true
    )
    all=$(grep -c ': ' <<< "$results" || true)
    killed=$(grep -cE ': (killed|timeout)$' <<< "$results" || true)
    echo "| \`${module#auditor/}\` | $all | $killed | $((all - killed)) |"
    mapfile -t -O "${#survived[@]}" survived < <(grep -vE ': (killed|timeout)$' <<< "$results" || true)
done
printf '%s\n' "${survived[@]}"

#!/usr/bin/env bash
# Mutation testing of what a verdict stands on: changes each of these modules in every way that mutmut knows, and looks whether their
# tests notice. scripts/mutation.sh [MODULE...] works on a copy of the checkout in build/mutation and prints what survived.
set -euo pipefail
cd "$(dirname "$0")/.."

modules=("$@")
[ ${#modules[@]} -gt 0 ] || modules=(
    auditor/judge/verdict.py auditor/judge/coverage.py
    auditor/identify/masking.py
    auditor/record/counters.py auditor/capture/loss_intervals.py auditor/record/hook_guard.py auditor/recorded.py
    auditor/report/manifest.py auditor/report/seal.py auditor/report/dsse.py auditor/report/signoff.py auditor/report/attestation.py
)
# Tests beside the mirrored ones that show what a module is for.
more() {
    case $1 in
        auditor/judge/*) echo tests/unit/judge/test_any_facts.py ;;
    esac
}

tests=()
for module in "${modules[@]}"; do
    name=${module#auditor/}
    tests+=("tests/unit/$(dirname "$name")/test_$(basename "$name")" $(more "$module"))
done
quoted() { printf '"%s", ' "$@"; }
copy=build/mutation
rm -rf "$copy" && mkdir -p "$copy"
git ls-files -z -- . ':!:docs/pictures' | xargs -0 cp --parents -t "$copy" 2>/dev/null || true
cat >> "$copy/pyproject.toml" <<TOML

[tool.mutmut]
source_paths = ["auditor"]
only_mutate = [$(quoted "${modules[@]}")]
also_copy = ["captures", "reports", "docs", "addons"]
pytest_add_cli_args_test_selection = [$(quoted $(printf '%s\n' "${tests[@]}" | sort -u))]
pytest_add_cli_args = ["-p", "no:xdist", "-p", "no:cacheprovider"]
use_git_change_detection = false
TOML
root=$PWD
cd "$copy"
"$root/.venv/bin/mutmut" run --max-children "${MUTATION_PROCESSES:-2}" > ../mutation.log 2>&1 || true
"$root/.venv/bin/mutmut" results --all true | awk -F': *' 'NF > 1 { count[$NF]++; all++ } END { for (word in count) print word ": " count[word]; print "all: " all }'
"$root/.venv/bin/mutmut" results

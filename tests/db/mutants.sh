#!/bin/bash
# Breaks the schema in one way at a time (mutants/*.sql, as superuser, each on a copy of its own) and runs the pgTAP
# tests: every mutant must be killed by a test, and the schema as it is must pass. Prints who killed whom.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/template.sh"
make_template
cd "$here/pgtap"

run() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }

# killers DATABASE: which files have a test that fails, and the first such test; nothing when all pass.
killers() {
  local file out files=() first=
  for file in isolation rules privileges lint; do
    # A test that dies instead of failing has noticed as well.
    out=$(psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -f "$file.sql" 2>&1) || out="not ok 0 - ${out##*$'\n'}"
    grep -q '^not ok' <<<"$out" || continue
    files+=("$file")
    first=${first:-$(grep -m1 '^not ok' <<<"$out" | sed 's/^not ok [0-9]* - //')}
  done
  [ ${#files[@]} = 0 ] || echo "${files[*]}: $first"
}

survives=$(killers tap)
[ -z "$survives" ] || { echo "FAIL: the schema itself does not pass: $survives"; exit 1; }

killed=0
total=0
for mutant in "$here"/mutants/*.sql; do
  name=$(basename "$mutant" .sql)
  total=$((total + 1))
  run -d postgres -c "CREATE DATABASE mutant TEMPLATE tap"
  run -d mutant -f "$mutant" || { echo "FAIL: $name cannot be applied"; exit 1; }
  killer=$(killers mutant)
  if [ -n "$killer" ]; then
    killed=$((killed + 1))
    printf 'killed    %-32s by %s\n' "$name" "$killer"
  else
    printf 'SURVIVED  %s\n' "$name"
  fi
  # Roles are the cluster's, not the copy's: roles.sql states them again.
  run -d postgres -c "DROP DATABASE mutant" -f "$here/../../migrations/cluster/roles.sql"
done
survives=$(killers tap)
[ -z "$survives" ] || { echo "FAIL: roles.sql does not mend a changed role: $survives"; exit 1; }
echo "policy mutants killed: $killed of $total"
[ "$killed" = "$total" ]

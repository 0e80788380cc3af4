#!/bin/bash
# The pgTAP tests, on a cluster of their own. --print-privileges prints the list of privileges.tsv as it is now.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/template.sh"
make_template
if [ "${1:-}" = --print-privileges ]; then
  sed -n '/^CREATE TEMPORARY VIEW actual/,/GROUP BY 1, 2;$/p' "$here/pgtap/privileges.sql" |
    cat - <(echo 'COPY (SELECT * FROM actual ORDER BY relation, role) TO STDOUT;') | psql -X -q -d tap
  exit
fi
psql -X -q -A -t -d tap -c "SELECT name FROM tap.our_tables WHERE schema <> 'public'" | while read -r table; do
  grep -q "\`$table\`" "$here/../../docs/ownership.md" || { echo "FAIL: docs/ownership.md does not name $table"; exit 1; }
done
cd "$here/pgtap"
pg_prove --quiet -U postgres -d tap lint.sql privileges.sql isolation.sql rules.sql

#!/bin/bash
# Applies the migrations with sqitch as an instance does (owner role, TLS), takes all of them back, applies them again:
# every step verified, nothing left behind below, the same schema above.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d /tmp/oboro-updown-XXXXXX)
trap '"$here/cluster.sh" stop "$dir"' EXIT
OBORO_CLUSTER_OWNER=$$ "$here/cluster.sh" start "$dir" empty
PGPORT=$(cat "$dir/port")
export PGPORT SQITCH_FULLNAME=test SQITCH_EMAIL=test@oboro.internal SQITCH_USER_CONFIG=/dev/null SQITCH_SYSTEM_CONFIG=/dev/null
export PGSSLMODE=verify-full PGSSLROOTCERT=$dir/pki/ca.crt PGSSLCERT=$dir/pki/oboro_owner.crt PGSSLKEY=$dir/pki/oboro_owner.key
target="db:pg://oboro_owner@127.0.0.1:$PGPORT/oboro"

migrations() { (cd "$here/../../migrations" && sqitch "$@" "$target") >>"$dir/sqitch.log" 2>&1 || { cat "$dir/sqitch.log"; exit 1; }; }
schema() { pg_dump -h "$dir/socket" -U postgres --schema-only --exclude-schema=sqitch oboro | grep -vE '^.(un)?restrict '; }

# Up one change at a time, down one at a time: every revert gives exactly what was there before.
mapfile -t changes < <(grep -oE '^[a-z][a-z_]* ' "$here/../../migrations/sqitch.plan" | tr -d ' ')
schema >"$dir/0.sql"
for ((i = 1; i <= ${#changes[@]}; i++)); do
  migrations deploy --verify --to "${changes[i - 1]}"
  schema >"$dir/$i.sql"
done
migrations verify
for ((i = ${#changes[@]}; i >= 1; i--)); do
  if ((i > 1)); then migrations revert -y --to "${changes[i - 2]}"; else migrations revert -y; fi
  schema >"$dir/reverted.sql"
  diff -u "$dir/$((i - 1)).sql" "$dir/reverted.sql" || { echo "FAIL: ${changes[i - 1]} does not take back what it made"; exit 1; }
done
migrations deploy --verify
schema >"$dir/again.sql"
diff -u "$dir/${#changes[@]}.sql" "$dir/again.sql" || { echo 'FAIL: the second deployment differs'; exit 1; }

# The tests' quick way (deploy scripts in the plan's order) makes the same.
"$here/cluster.sh" start "$dir/quick"
quick() { pg_dump -h "$dir/quick/socket" -p "$(cat "$dir/quick/port")" -U postgres --schema-only oboro | grep -vE '^.(un)?restrict '; }
quick >"$dir/quick.sql"
"$here/cluster.sh" stop "$dir/quick"
diff -u "$dir/again.sql" "$dir/quick.sql" || { echo 'FAIL: cluster.sh and sqitch differ'; exit 1; }
echo "OK: ${#changes[@]} changes up, down and up again"

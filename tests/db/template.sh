# Sourced: a private cluster whose database `tap` has the migrations, pgTAP and the rows of two tenants.
dir=$(mktemp -d /tmp/oboro-tap-XXXXXX)
trap '"$here/cluster.sh" stop "$dir"' EXIT

make_template() {
  OBORO_CLUSTER_OWNER=$$ "$here/cluster.sh" start "$dir"
  PGHOST=$dir/socket PGPORT=$(cat "$dir/port") PGUSER=postgres
  export PGHOST PGPORT PGUSER
  psql -X -q -v ON_ERROR_STOP=1 -d postgres -c 'CREATE DATABASE tap TEMPLATE oboro'
  psql -X -q -v ON_ERROR_STOP=1 -d tap -c 'CREATE SCHEMA tap' -c 'CREATE EXTENSION pgtap SCHEMA tap' \
    -f "$here/pgtap/fixture.sql"
}

# The instance's own PostgreSQL 15 cluster: TCP on loopback with client certificates only, and a socket for its owner.
# Sourced after processes.sh and pki.sh.

readonly PG_BIN=/usr/lib/postgresql/15/bin
readonly DATABASE=oboro

make_cluster() {
  local dir=$STATE/postgres
  [ ${#dir} -le 80 ] || die "$STATE is too long a path for PostgreSQL's socket" 'choose a shorter one with --state'
  mkdir -p "$dir/socket"
  own "$PG_USER" "$dir" "$dir/socket"
  chmod 700 "$dir" "$dir/socket"
  touch "$STATE/log/postgres.log"
  own "$PG_USER" "$STATE/log/postgres.log"
  chmod 640 "$STATE/log/postgres.log"
  run_as "$PG_USER" test -f "$dir/data/PG_VERSION" ||
    run_as "$PG_USER" "$PG_BIN/initdb" --pgdata="$dir/data" --username=postgres --auth=reject --data-checksums \
      --encoding=UTF8 --locale=C.UTF-8 </dev/null >>"$STATE/log/initdb.log" 2>&1 ||
    die 'the PostgreSQL cluster could not be made' "read $STATE/log/initdb.log"
  write_as "$PG_USER" "$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $PORT_POSTGRES
unix_socket_directories = '$dir/socket'
unix_socket_permissions = 0700
max_connections = 120
shared_buffers = 128MB
fsync = on
full_page_writes = on
synchronous_commit = on
ssl = on
ssl_ca_file = '$STATE/pki/ca.crt'
ssl_cert_file = '$STATE/pki/postgres-server.crt'
ssl_key_file = '$STATE/pki/postgres-server.key'
ssl_min_protocol_version = 'TLSv1.3'
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
# An error's DETAIL and STATEMENT may carry values of rows; a log never does.
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
CONF
  write_as "$PG_USER" "$dir/data/pg_hba.conf" <<'CONF'
# A role is who its certificate names (CN = role), and there is no password anywhere.
local   all  postgres              peer map=instance
hostssl all  all      127.0.0.1/32 cert
CONF
  write_as "$PG_USER" "$dir/data/pg_ident.conf" <<CONF
instance $PG_USER postgres
CONF
}

# write_as USER PATH: standard input becomes the file, readable by nobody else.
write_as() {
  (umask 077 && cat >"$2.new")
  own "$1" "$2.new"
  mv "$2.new" "$2"
}

start_postgres() {
  is_running postgres && return 0
  # pg_ctl leaves its server behind: none of our descriptors may stay open in it.
  run_as "$PG_USER" "$PG_BIN/pg_ctl" start -w -t 60 -s -D "$STATE/postgres/data" -l "$STATE/log/postgres.log" \
    </dev/null >/dev/null 2>&1 9>&- ||
    { tail -n 20 "$STATE/log/postgres.log" >&2; die 'PostgreSQL does not start' "read $STATE/log/postgres.log"; }
  record_pid postgres "$(run_as "$PG_USER" head -n 1 "$STATE/postgres/data/postmaster.pid")"
}

stop_postgres() {
  is_running postgres || { rm -f "$STATE/run/postgres.pid"; return 0; }
  run_as "$PG_USER" "$PG_BIN/pg_ctl" stop -w -t 60 -s -m fast -D "$STATE/postgres/data" </dev/null >/dev/null 2>&1 9>&- ||
    die 'PostgreSQL does not stop' "read $STATE/log/postgres.log"
  rm -f "$STATE/run/postgres.pid"
}

# sql DATABASE [PSQL ARGUMENTS...]: as the cluster's superuser over its socket; statements on standard input.
sql() {
  local database=$1
  shift
  run_as "$PG_USER" psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$STATE/postgres/socket" -p "$PORT_POSTGRES" \
    -U postgres -d "$database" "$@"
}

# migrate: roles of the cluster, the database, then sqitch as the owner role over TLS, as every later upgrade does it.
migrate() {
  local log=$STATE/log/migrations.log role
  [ -f "$OBORO_ROOT/migrations/cluster/roles.sql" ] || die 'migrations/cluster/roles.sql is missing' 'use a complete clone'
  sql postgres <"$OBORO_ROOT/migrations/cluster/roles.sql" >>"$log" 2>&1 ||
    die 'the roles could not be made' "read $log"
  make_database >>"$log" 2>&1 || die 'the database could not be made' "read $log"
  # A certificate for each role that may log in: the list of roles is kept in one place, roles.sql.
  for role in $(login_roles); do
    sql postgres -c "GRANT CONNECT ON DATABASE $DATABASE TO $role" >>"$log" 2>&1
    case $role in
      oboro_owner) issue "$STATE/pki/postgres/$role" "$(id -un)" "$role" clientAuth ;;
      *) issue "$STATE/pki/postgres/$role" "$RUN_USER" "$role" clientAuth ;;
    esac
  done
  sqitch_deploy >>"$log" 2>&1 || die 'the migrations could not be applied' "read $log"
  register_operators
}

login_roles() {
  sql postgres -c "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname LIKE 'oboro\\_%' ORDER BY 1"
}

make_database() {
  if [ "$(sql postgres -c "SELECT 1 FROM pg_database WHERE datname = '$DATABASE'")" != 1 ]; then
    sql postgres -c "CREATE DATABASE $DATABASE OWNER oboro_owner" || return 1
  fi
  sql postgres -c "REVOKE ALL ON DATABASE $DATABASE FROM PUBLIC"
}

# as_owner COMMAND...: with the environment by which libpq becomes oboro_owner, over TLS as everybody else.
as_owner() {
  env PGSSLMODE=verify-full PGSSLROOTCERT="$STATE/pki/ca.crt" PGSSLCERT="$STATE/pki/postgres/oboro_owner.crt" \
    PGSSLKEY="$STATE/pki/postgres/oboro_owner.key" PGHOST=127.0.0.1 PGPORT="$PORT_POSTGRES" PGUSER=oboro_owner \
    PGDATABASE="$DATABASE" PGAPPNAME=deploy "$@"
}

sqitch_deploy() {
  (
    cd "$OBORO_ROOT/migrations" || exit 1
    # Nobody's own sqitch settings reach into this.
    export SQITCH_FULLNAME='Oboro deployment' SQITCH_EMAIL=deploy@oboro.internal
    export SQITCH_CONFIG="$OBORO_ROOT/migrations/sqitch.conf" SQITCH_USER_CONFIG=/dev/null SQITCH_SYSTEM_CONFIG=/dev/null
    as_owner sqitch deploy --verify "db:pg://oboro_owner@127.0.0.1:$PORT_POSTGRES/$DATABASE"
  ) </dev/null
}

# Operators are named by deployment alone (migrations/deploy/tenancy.sql): the first of them is nobody's to appoint.
register_operators() {
  local subject
  for subject in $(jq -r '.users[] | select(.role == "運営") | .sub' "$OBORO_ROOT/deploy/oidc/seed.json"); do
    as_owner psql -X -q -v ON_ERROR_STOP=1 -v issuer="$ISSUER" -v subject="$subject" >>"$STATE/log/migrations.log" 2>&1 <<'SQL' ||
INSERT INTO tenancy.operators (issuer, subject) VALUES (:'issuer', :'subject') ON CONFLICT DO NOTHING;
SQL
      die 'the operators could not be registered' "read $STATE/log/migrations.log"
  done
}

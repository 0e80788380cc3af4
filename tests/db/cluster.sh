#!/bin/bash
# A private PostgreSQL cluster for tests, with the instance's own rules: TLS, client certificates, no passwords.
#   cluster.sh start DIR [empty]   makes the cluster, roles, database and (unless empty) the migrations
#   cluster.sh stop DIR            ends it and removes DIR
# With OBORO_CLUSTER_OWNER set to a process, the cluster ends with that process however it ends.
# The superuser of the tests connects over the socket in DIR (psql -h DIR/socket -U postgres oboro); services by TLS
# with DIR/pki/ROLE.crt. Run as root, the server is run as user postgres.
set -euo pipefail

readonly ROOT=$(cd "$(dirname "$0")/../.." && pwd)
readonly BIN=/usr/lib/postgresql/15/bin
readonly DIR=${2:?"usage: cluster.sh start|stop DIR"}
readonly ROLES='oboro_owner oboro_tenancy oboro_upload oboro_abstraction oboro_verification oboro_aggregation'

as_server() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

superuser() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$DIR/socket" -U postgres -d "${1:-oboro}"
}

# certificate NAME CN EXTENSION...: DIR/pki/NAME.crt and .key, signed by the test authority.
certificate() {
  local name=$1 cn=$2
  shift 2
  openssl req -x509 -config "$DIR/pki/openssl.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 \
    -CA "$DIR/pki/ca.crt" -CAkey "$DIR/pki/ca.key" -keyout "$DIR/pki/$name.key" -out "$DIR/pki/$name.crt" \
    -subj "/CN=$cn" "$@" 2>/dev/null
  chmod 600 "$DIR/pki/$name.key"
}

make_pki() {
  printf '[req]\ndistinguished_name=dn\n[dn]\n' >"$DIR/pki/openssl.cnf"
  openssl req -x509 -config "$DIR/pki/openssl.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 \
    -keyout "$DIR/pki/ca.key" -out "$DIR/pki/ca.crt" -subj '/CN=Oboro test CA' \
    -addext basicConstraints=critical,CA:TRUE 2>/dev/null
  certificate server localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1
  local role
  for role in $ROLES; do certificate "$role" "$role"; done
  # A role without the rights of a service, for the self-check's tests.
  certificate postgres postgres
}

# No service of this name listens yet; PostgreSQL refuses to start if somebody was quicker, and we try another.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

start_server() {
  local attempt
  for attempt in 1 2 3 4 5; do
    PORT=$(free_port)
    as_server "$BIN/pg_ctl" start -w -t 60 -s -D "$DIR/data" -l "$DIR/data/server.log" -o "-p $PORT" \
      </dev/null >/dev/null 2>&1 && return 0
  done
  as_server tail -n 20 "$DIR/data/server.log" >&2
  return 1
}

make_cluster() {
  as_server "$BIN/initdb" -D "$DIR/data" --username=postgres --auth=reject --encoding=UTF8 --locale=C.UTF-8 \
    --no-sync </dev/null >"$DIR/initdb.log" 2>&1 || { cat "$DIR/initdb.log" >&2; return 1; }
  as_server tee "$DIR/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$DIR/socket'
unix_socket_permissions = 0777
max_connections = 60
shared_buffers = 32MB
# Nothing of a test outlives it, so that nothing need reach a disk.
fsync = off
synchronous_commit = off
full_page_writes = off
ssl = on
ssl_ca_file = '$DIR/data/ca.crt'
ssl_cert_file = '$DIR/data/server.crt'
ssl_key_file = '$DIR/data/server.key'
timezone = 'UTC'
jit = off
CONF
  as_server tee "$DIR/data/pg_hba.conf" >/dev/null <<'CONF'
local   all all              trust
hostssl all all 127.0.0.1/32 cert
CONF
}

migrate() {
  superuser postgres <"$ROOT/migrations/cluster/roles.sql"
  superuser postgres <<<"CREATE DATABASE oboro OWNER oboro_owner"
  superuser postgres <<<"REVOKE ALL ON DATABASE oboro FROM PUBLIC; GRANT CONNECT ON DATABASE oboro TO ${ROLES// /, }"
  [ "${1:-}" = empty ] && return 0
  # The deploy scripts in the plan's order, without sqitch's start-up; tests/db/updown.sh runs sqitch itself.
  local change
  while read -r change; do
    PGOPTIONS='-c client_min_messages=warning' psql -X -q -v ON_ERROR_STOP=1 -h "$DIR/socket" -U oboro_owner -d oboro \
      -f "$ROOT/migrations/deploy/$change.sql"
  done < <(grep -oE '^[a-z][a-z_]*' "$ROOT/migrations/sqitch.plan")
}

# A test that is killed cannot stop its cluster.
watch_owner() {
  [ -n "${OBORO_CLUSTER_OWNER:-}" ] || return 0
  # shellcheck disable=SC2016
  setsid bash -c 'while kill -0 "$1" 2>/dev/null; do [ -d "$2" ] || exit; sleep 1; done; exec "$3" stop "$2"' \
    watch_owner "$OBORO_CLUSTER_OWNER" "$DIR" "$ROOT/tests/db/cluster.sh" </dev/null >/dev/null 2>&1 &
}

case ${1:-} in
  start)
    mkdir -p "$DIR/socket" "$DIR/pki"
    # The superuser's socket trusts: nobody else's account may come near.
    chmod 700 "$DIR"
    if [ "$(id -u)" = 0 ]; then
      mkdir "$DIR/data" && chown postgres "$DIR" "$DIR/data" "$DIR/socket"
    fi
    export PGPORT
    make_pki
    make_cluster
    if [ "$(id -u)" = 0 ]; then install_as=(-o postgres); else install_as=(); fi
    install "${install_as[@]}" -m 600 "$DIR"/pki/{ca.crt,server.crt,server.key} "$DIR/data/"
    start_server
    PGPORT=$PORT
    echo "$PORT" >"$DIR/port"
    watch_owner
    migrate "${3:-}"
    ;;
  stop)
    as_server "$BIN/pg_ctl" stop -w -s -m immediate -D "$DIR/data" </dev/null >/dev/null 2>&1 || true
    rm -rf "$DIR"
    ;;
  restart)  # As after a crash: every connection breaks.
    as_server "$BIN/pg_ctl" restart -w -s -m immediate -D "$DIR/data" -l "$DIR/data/server.log" \
      -o "-p $(cat "$DIR/port")" </dev/null >/dev/null 2>&1
    ;;
  *)
    echo "usage: cluster.sh start|stop|restart DIR" >&2
    exit 2
    ;;
esac

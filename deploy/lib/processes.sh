# Users, processes and ports of one instance. Sourced after log.sh; STATE is the instance's folder.

# The cluster and the services each run as a user of their own when we are root: PostgreSQL refuses root, and a service
# that needs no privilege gets none.
setup_users() {
  PG_USER=$(id -un)
  RUN_USER=$PG_USER
  [ "$(id -u)" -eq 0 ] || return 0
  PG_USER=postgres
  RUN_USER=oboro
  id -u "$PG_USER" >/dev/null 2>&1 || die 'there is no user postgres' 'install the package postgresql-15'
  id -u "$RUN_USER" >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$RUN_USER"
}

# as_user USER COMMAND...: replaces the shell that calls it (use it in a subshell or in the background).
as_user() {
  local user=$1
  shift
  cd /
  if [ "$(id -un)" = "$user" ]; then exec "$@"; fi
  exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --no-new-privs \
    env HOME=/nonexistent USER="$user" LOGNAME="$user" "$@"
}

run_as() { (as_user "$@"); }

# own USER PATH...: hands paths over, where we are able to.
own() {
  local user=$1
  shift
  [ "$(id -u)" -ne 0 ] || chown -- "$user:" "$@"
}

# Every folder above STATE must let the two users through.
check_traversable() {
  local dir user
  for user in "$PG_USER" "$RUN_USER"; do
    dir=$STATE
    while [ "$dir" != / ]; do
      run_as "$user" test -x "$dir" ||
        die "user $user cannot pass through $dir" "chmod o+x $dir, or choose another folder with --state (root's default is /var/lib/oboro)"
      dir=$(dirname "$dir")
    done
  done
}

# A pid file holds the pid and the process's start time, so that a number used again is never taken for ours.
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

is_running() {
  local pid began
  [ -f "$STATE/run/$1.pid" ] || return 1
  read -r pid began <"$STATE/run/$1.pid" || return 1
  [ -n "$began" ] && [ "$(start_time "$pid")" = "$began" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null
}

pid_of() { is_running "$1" && cut -d ' ' -f 1 "$STATE/run/$1.pid"; }

record_pid() { printf '%s %s\n' "$2" "$(start_time "$2")" >"$STATE/run/$1.pid"; }

# spawn NAME USER COMMAND...: in a session of its own, with a log of its own and none of our descriptors.
spawn() {
  local name=$1 user=$2
  shift 2
  (
    exec </dev/null >>"$STATE/log/$name.log" 2>&1
    exec 9>&-
    ulimit -c 0
    umask 077
    as_user "$user" setsid "$@"
  ) &
  record_pid "$name" "$!"
}

# stop_process NAME: asks, waits up to 30 s (oborod drains for 20), then insists.
stop_process() {
  local name=$1 pid tries
  pid=$(pid_of "$name") || { rm -f "$STATE/run/$name.pid"; return 0; }
  kill -TERM "$pid" 2>/dev/null || true
  for ((tries = 0; tries < 300; tries++)); do
    is_running "$name" || break
    sleep 0.1
  done
  if is_running "$name"; then
    say "    $name does not stop within 30 s: killed"
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$STATE/run/$name.pid"
}

# wait_healthy NAME URL [CURL OPTIONS...]: until it answers, dies, or 60 s are over.
wait_healthy() {
  local name=$1 url=$2 tries
  shift 2
  for ((tries = 0; tries < 600; tries++)); do
    if curl -fsS --noproxy '*' --max-time 2 "$@" -o /dev/null "$url" 2>/dev/null; then return 0; fi
    if ! is_running "$name"; then
      tail -n 20 "$STATE/log/$name.log" >&2
      die "$name ended while starting" "read $STATE/log/$name.log"
    fi
    sleep 0.1
  done
  tail -n 20 "$STATE/log/$name.log" >&2
  die "$name does not answer at $url after 60 s" "read $STATE/log/$name.log"
}

# free_ports COUNT: loopback ports free now, below the range from which the kernel takes outgoing ones.
free_ports() {
  python3 - "$1" <<'PY'
import random, socket, sys
held = []
while len(held) < int(sys.argv[1]):
    s = socket.socket()
    try:
        s.bind(("127.0.0.1", random.SystemRandom().randrange(20000, 32000)))
        held.append(s)
    except OSError:
        s.close()
print(*(s.getsockname()[1] for s in held))
PY
}

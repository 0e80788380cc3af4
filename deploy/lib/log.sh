# Stage lines with elapsed time, and one progress bar. Sourced; prints to standard error, so that a command's standard
# output stays its result.

OBORO_STARTED=${OBORO_STARTED:-$(date +%s%3N)}
OBORO_QUIET=${OBORO_QUIET:-}

now_ms() { date +%s%3N; }

# seconds MS: "12.3"
seconds() { printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100)); }

say() { [ -n "$OBORO_QUIET" ] || printf '%s\n' "$*" >&2; }

# die WHAT REMEDY: every refusal says how to mend it.
die() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  remedy: %s\n' "$2" >&2
  exit 1
}

# stage TITLE COMMAND...: runs the command between two lines; a failure ends the script, naming the stage.
stage() {
  local title=$1 began status=0
  shift
  began=$(now_ms)
  say "$(printf '==> [%7s s] %s' "$(seconds $((began - OBORO_STARTED)))" "$title")"
  # Not "$@" || ...: that would switch errexit off inside the function called.
  set +e
  (set -e; "$@")
  status=$?
  set -e
  if [ "$status" -ne 0 ]; then
    printf 'error: stage "%s" failed after %s s\n' "$title" "$(seconds $(($(now_ms) - began)))" >&2
    exit "$status"
  fi
  say "$(printf '    %s: %s s' "$title" "$(seconds $(($(now_ms) - began)))")"
}

# progress DONE TOTAL LABEL: a bar on a terminal; elsewhere one line for each tenth, so that a log stays readable.
OBORO_PROGRESS_TENTH=-1
progress() {
  local done=$1 total=$2 label=$3 percent bar
  [ -z "$OBORO_QUIET" ] && [ "$total" -gt 0 ] || return 0
  percent=$((done * 100 / total))
  if [ -t 2 ]; then
    bar=$(printf '%*s' $((percent / 4)) '')
    printf '\r    [%-25s] %3d%% %s\033[K' "${bar// /#}" "$percent" "$label" >&2
    [ "$done" -lt "$total" ] || printf '\n' >&2
  elif [ $((percent / 10)) -ne "$OBORO_PROGRESS_TENTH" ]; then
    OBORO_PROGRESS_TENTH=$((percent / 10))
    printf '    %3d%% %s\n' "$percent" "$label" >&2
  fi
}

# Configures and builds one CMake preset with a progress line. Sourced after log.sh.

# build_preset PRESET [TARGET...]
build_preset() {
  local preset=$1 dir log
  shift
  dir=$OBORO_ROOT/build/$preset
  log=$dir/build.log
  mkdir -p "$dir"
  # Paths relative to the clone: what one clone compiled, the next one finds in the cache.
  export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$OBORO_ROOT} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}
  if ! (cd "$OBORO_ROOT" && cmake --preset "$preset") >"$dir/configure.log" 2>&1 </dev/null; then
    tail -n 40 "$dir/configure.log" >&2
    die "CMake could not configure preset $preset" "read $dir/configure.log"
  fi
  if ! run_ninja "$dir" "$log" "$@"; then
    grep -nE '(error|Error|FAILED|undefined reference)' -A 8 "$log" | head -n 120 >&2 || true
    die "the build of preset $preset failed" "read $log"
  fi
}

run_ninja() (
  set -o pipefail
  NINJA_STATUS='[%f/%t] ' ninja -C "$1" "${@:3}" </dev/null 2>&1 | tee "$2" | show_ninja_progress
)

show_ninja_progress() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]]; then
      progress "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]:0:60}"
    fi
  done
}

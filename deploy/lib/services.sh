# Two programs of an instance: the development OpenID provider and oborod. Sourced after postgres.sh.

# readable_copy SOURCE NAME: SOURCE itself where the service user can read it, else a copy under STATE/lib. A clone in
# somebody's home is commonly closed to other users.
readable_copy() {
  local source=$1 name=$2
  if run_as "$RUN_USER" test -r "$source"; then
    printf '%s\n' "$source"
    return 0
  fi
  mkdir -p "$STATE/lib"
  cp -Lu --reflink=auto "$source" "$STATE/lib/$name"
  chmod 755 "$STATE/lib/$name"
  printf '%s\n' "$STATE/lib/$name"
}

# The provider's own files and the npm packages that it needs, no others: STATE/lib/oidc and STATE/lib/deps.
copy_provider() {
  mkdir -p "$STATE/lib/oidc" "$STATE/lib/deps/node_modules"
  cp "$OBORO_ROOT"/deploy/oidc/*.mjs "$OBORO_ROOT/deploy/oidc/seed.json" "$STATE/lib/oidc/"
  cp "$OBORO_ROOT/deploy/deps/package.json" "$STATE/lib/deps/"
  local name
  while IFS= read -r name; do
    mkdir -p "$STATE/lib/deps/node_modules/$(dirname "$name")"
    cp -a "$OBORO_ROOT/deploy/deps/node_modules/$name" "$STATE/lib/deps/node_modules/$(dirname "$name")/"
  done < <("$NODE" "$OBORO_ROOT/deploy/oidc/closure.mjs" oidc-provider)
  chmod -R go+rX "$STATE/lib"
}

start_oidc() {
  local provider=$OBORO_ROOT/deploy/oidc node
  if is_running oidc; then
    [ "$(jq -r .portal "$STATE/oidc/provider.json")" != "$(portal_origin)" ] || return 0
    say '    the portal has moved: the provider must know'
    stop_process oidc
  fi
  mkdir -p "$STATE/oidc"
  "$NODE" "$provider/setup.mjs" "$STATE" "$ISSUER" "$PORT_OIDC" "$(portal_origin)" >>"$STATE/log/oidc.log" 2>&1 </dev/null ||
    die 'the OpenID provider could not be set up' "read $STATE/log/oidc.log"
  chmod 700 "$STATE/oidc"
  own "$RUN_USER" "$STATE/oidc" "$STATE/oidc/"*
  if ! run_as "$RUN_USER" test -r "$provider/provider.mjs"; then
    copy_provider
    provider=$STATE/lib/oidc
  fi
  node=$(readable_copy "$NODE" node)
  spawn oidc "$RUN_USER" "$node" "$provider/provider.mjs" "$STATE/oidc/provider.json"
  wait_healthy oidc "$ISSUER/healthz" --cacert "$STATE/pki/ca.crt"
}

# Binaries are copied into the state folder: a new build must not change a running instance under its feet, and the
# service user need not be able to read the clone.
copy_binaries() {
  local name library
  mkdir -p "$STATE/bin" "$STATE/lib"
  for name in oborod oboro; do
    [ -f "$BIN/$name" ] || continue
    # Renamed into place, since a running program's file cannot be written.
    cp -L --reflink=auto "$BIN/$name" "$STATE/bin/$name.new"
    chmod 755 "$STATE/bin/$name.new"
    mv "$STATE/bin/$name.new" "$STATE/bin/$name"
  done
  library=$OBORO_ROOT/deploy/deps/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so
  if [ -f "$library" ]; then
    cp -Lu --reflink=auto "$library" "$STATE/lib/libduckdb.so"
    chmod 755 "$STATE/lib/libduckdb.so"
  fi
}

start_oborod() {
  is_running oborod && return 0
  copy_binaries
  mkdir -p "$STATE/objects"
  own "$RUN_USER" "$STATE/objects"
  chmod 700 "$STATE/objects"
  write_oborod_config
  spawn oborod "$RUN_USER" env SOFTHSM2_CONF="$STATE/softhsm/softhsm2.conf" LD_LIBRARY_PATH="$STATE/lib" \
    "$STATE/bin/oborod" --config "$STATE/oborod.yaml"
  wait_healthy oborod "http://127.0.0.1:$PORT_METRICS/healthz"
}

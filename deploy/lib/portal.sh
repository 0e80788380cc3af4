# The portal: its back end with the built web app. Sourced after services.sh.

readonly PORTAL_PORT=8443

port_is_free() {
  python3 - "$1" <<'PY'
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind(("127.0.0.1", int(sys.argv[1])))
except OSError:
    sys.exit(1)
PY
}

# The address that people know stays what it was while nobody else has taken the port: then another is chosen, and the
# provider learns of it.
choose_portal_ports() {
  PORT_PORTAL='' PORT_PROBES=''
  if [ -f "$STATE/instance.json" ]; then
    read -r PORT_PORTAL PORT_PROBES < <(jq -r '.portal // {} | "\(.port // "") \(.probes // "")"' "$STATE/instance.json") || true
  fi
  with portal || return 0
  is_running portal && return 0
  [ -n "$PORT_PROBES" ] && port_is_free "$PORT_PROBES" || PORT_PROBES=$(free_ports 1)
  [ -n "$PORT_PORTAL" ] || PORT_PORTAL=${OBORO_PORTAL_PORT:-$PORTAL_PORT}
  port_is_free "$PORT_PORTAL" || PORT_PORTAL=$(free_ports 1)
}

# Where the provider sends people back to; of an instance without a portal, the usual place.
portal_origin() { printf 'https://localhost:%s\n' "${PORT_PORTAL:-$PORTAL_PORT}"; }

make_portal_certificates() {
  # By this one the services know the portal: a service that no method allows. It gives its holder nothing.
  issue "$STATE/pki/services/portal" "$RUN_USER" portal clientAuth \
    "URI:spiffe://oboro.internal/service/portal,DNS:portal,$LOOPBACK_NAMES"
  issue "$STATE/pki/portal" "$RUN_USER" localhost serverAuth "$LOOPBACK_NAMES"
}

portal_built() { [ -f "$PORTAL_BUILD/bff/main.mjs" ] && [ -f "$PORTAL_BUILD/web/index.html" ]; }

# A copy, as the binaries are: a new build must not change what a browser is in the middle of loading.
copy_portal() {
  rm -rf "$STATE/portal/app.new"
  mkdir -p "$STATE/portal/app.new"
  cp -R --reflink=auto "$PORTAL_BUILD/bff" "$PORTAL_BUILD/web" "$STATE/portal/app.new/"
  portal_digest >"$STATE/portal/app.new/.digest"
  chmod -R u+rwX,go+rX "$STATE/portal/app.new"
  rm -rf "$STATE/portal/app"
  mv "$STATE/portal/app.new" "$STATE/portal/app"
}

portal_digest() { (cd "$PORTAL_BUILD" && sha256sum bff/main.mjs web/index.html); }

portal_is_current() { portal_digest | cmp -s - "$STATE/portal/app/.digest"; }

write_portal_config() {
  local dir=$STATE/portal
  [ -s "$dir/secret" ] || (umask 077 && openssl rand -out "$dir/secret" 48)
  (umask 077 && jq -r '.clients.portal.client_secret' "$STATE/clients.json" >"$dir/client_secret")
  mkdir -p "$dir/sessions"
  chmod 700 "$dir/sessions"
  cat >"$dir/portal.json.new" <<JSON
{
  "origin": "$(portal_origin)",
  "listen": {"host": "127.0.0.1", "port": $PORT_PORTAL},
  "probes": {"host": "127.0.0.1", "port": $PORT_PROBES},
  "tls": {"cert": "$STATE/pki/portal.crt", "key": "$STATE/pki/portal.key"},
  "web": "$dir/app/web",
  "upstream": {
    "address": "localhost:$PORT_OBOROD", "ca": "$STATE/pki/ca.crt",
    "cert": "$STATE/pki/services/portal.crt", "key": "$STATE/pki/services/portal.key"
  },
  "oidc": {
    "issuer": "$ISSUER", "clientId": "portal", "clientSecretFile": "$dir/client_secret", "ca": "$STATE/pki/ca.crt"
  },
  "session": {"dir": "$dir/sessions", "idleSeconds": ${OBORO_PORTAL_IDLE_SECONDS:-1800}},
  "secretFile": "$dir/secret",
  "limits": {"loginsPerMinute": 300},
  "hstsSeconds": 600
}
JSON
  chmod 644 "$dir/portal.json.new"
  mv "$dir/portal.json.new" "$dir/portal.json"
  own "$RUN_USER" "$dir/secret" "$dir/client_secret" "$dir/sessions" "$dir/portal.json"
}

start_portal() {
  if is_running portal; then
    portal_is_current && return 0
    say '    the portal was built anew'
    stop_process portal
  fi
  mkdir -p "$STATE/portal"
  chmod 755 "$STATE/portal"
  make_portal_certificates
  copy_portal
  write_portal_config
  spawn portal "$RUN_USER" env NODE_ENV=production "$(readable_copy "$NODE" node)" --enable-source-maps \
    "$STATE/portal/app/bff/main.mjs" "$STATE/portal/portal.json"
  wait_healthy portal "http://127.0.0.1:$PORT_PROBES/healthz"
}

# What an instance writes for others to read: instance.json (clients, tests) and oborod.yaml. Sourced last.

write_instance_json() {
  cat >"$STATE/instance.json.new" <<JSON
{
  "version": 1,
  "state": "$STATE",
  "host": "127.0.0.1",
  "ports": {
    "postgres": $PORT_POSTGRES,
    "oidc": $PORT_OIDC,
    "oborod": $PORT_OBOROD,
    "metrics": $PORT_METRICS
  },
  "portal": $(portal_entry),
  "endpoint": "localhost:$PORT_OBOROD",
  "health": "http://127.0.0.1:$PORT_METRICS/healthz",
  "ca": "$STATE/pki/ca.crt",
  "issuer": "$ISSUER",
  "audience": "oboro",
  "clients": "$STATE/clients.json",
  "database": {
    "host": "127.0.0.1", "port": $PORT_POSTGRES, "name": "$DATABASE",
    "sslrootcert": "$STATE/pki/ca.crt", "certs_dir": "$STATE/pki/postgres"
  },
  "users": {"postgres": "$PG_USER", "service": "$RUN_USER"},
  "bin": "$STATE/bin",
  "logs": "$STATE/log"
}
JSON
  chmod 644 "$STATE/instance.json.new"
  mv "$STATE/instance.json.new" "$STATE/instance.json"
}

portal_entry() {
  if [ -z "$PORT_PORTAL" ]; then
    echo null
  else
    printf '{"address": "%s/", "port": %s, "probes": %s}' "$(portal_origin)" "$PORT_PORTAL" "$PORT_PROBES"
  fi
}

# The keys are those of services/platform/config.
write_oborod_config() {
  cat >"$STATE/oborod.yaml.new" <<YAML
listen: 127.0.0.1:$PORT_OBOROD
metrics_listen: 127.0.0.1:$PORT_METRICS
tls:
  ca: $STATE/pki/ca.crt
  certs_dir: $STATE/pki/services
peers:
  tenancy: localhost:$PORT_OBOROD
  upload: localhost:$PORT_OBOROD
  abstraction: localhost:$PORT_OBOROD
  verification: localhost:$PORT_OBOROD
  aggregation: localhost:$PORT_OBOROD
oidc:
  issuer: $ISSUER
  audience: oboro
  ca: $STATE/pki/ca.crt
database:
  host: 127.0.0.1
  port: $PORT_POSTGRES
  name: $DATABASE
  sslrootcert: $STATE/pki/ca.crt
  certs_dir: $STATE/pki/postgres
pkcs11:
  module: $PKCS11_MODULE
  token_label: $TOKEN_LABEL
  pin_file: $STATE/softhsm/pin
  softhsm_conf: $STATE/softhsm/softhsm2.conf
objects:
  dir: $STATE/objects
YAML
  chmod 644 "$STATE/oborod.yaml.new"
  mv "$STATE/oborod.yaml.new" "$STATE/oborod.yaml"
}

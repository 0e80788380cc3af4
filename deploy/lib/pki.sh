# A development certificate authority and its certificates (ECDSA P-256). Sourced after processes.sh.
# A production instance brings certificates of its own and never runs this.

readonly SERVICE_NAMES='tenancy upload abstraction verification aggregation oborod'

make_ca() {
  local pki=$STATE/pki
  mkdir -p "$pki/services" "$pki/postgres"
  chmod 755 "$pki" "$pki/services" "$pki/postgres"
  # Extensions are given on the command line; the system's openssl.cnf would add its own.
  printf '[req]\ndistinguished_name=dn\n[dn]\n' >"$pki/openssl.cnf"
  [ ! -f "$pki/ca.crt" ] || return 0
  (umask 077 && openssl req -x509 -config "$pki/openssl.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
    -keyout "$pki/ca.key" -out "$pki/ca.crt" -days 3650 -subj "/CN=Oboro development CA $(openssl rand -hex 4)" \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
    -addext subjectKeyIdentifier=hash 2>>"$STATE/log/openssl.log")
  chmod 644 "$pki/ca.crt"
}

# issue PATH OWNER CN USAGE [SAN]: PATH.crt and PATH.key, unless one is there that lives 30 days longer.
issue() {
  local path=$1 owner=$2 cn=$3 usage=$4 san=${5:-} extra=()
  if [ -f "$path.key" ] && openssl x509 -in "$path.crt" -noout -checkend 2592000 >/dev/null 2>&1; then return 0; fi
  [ -z "$san" ] || extra=(-addext "subjectAltName=$san")
  (umask 077 && openssl req -x509 -config "$STATE/pki/openssl.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
    -CA "$STATE/pki/ca.crt" -CAkey "$STATE/pki/ca.key" -keyout "$path.key" -out "$path.crt" -days 365 -subj "/CN=$cn" \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext "extendedKeyUsage=$usage" -addext subjectKeyIdentifier=hash -addext authorityKeyIdentifier=keyid \
    "${extra[@]}" 2>>"$STATE/log/openssl.log") || die "openssl could not issue $path.crt" "read $STATE/log/openssl.log"
  own "$owner" "$path.key" "$path.crt"
  chmod 600 "$path.key"
  chmod 644 "$path.crt"
}

readonly LOOPBACK_NAMES='DNS:localhost,IP:127.0.0.1'

make_service_certificates() {
  local name
  for name in $SERVICE_NAMES; do
    issue "$STATE/pki/services/$name" "$RUN_USER" "$name" serverAuth,clientAuth \
      "URI:spiffe://oboro.internal/service/$name,DNS:$name,$LOOPBACK_NAMES"
  done
  issue "$STATE/pki/oidc" "$RUN_USER" oidc serverAuth "$LOOPBACK_NAMES"
  issue "$STATE/pki/postgres-server" "$PG_USER" postgres serverAuth "$LOOPBACK_NAMES"
}

# A SoftHSM 2 token of the instance's own. Sourced after processes.sh.

readonly PKCS11_MODULE=/usr/lib/softhsm/libsofthsm2.so
readonly TOKEN_LABEL=oboro

# PINs go over the environment, never over an argument, which every user of the machine could read.
make_token() {
  local dir=$STATE/softhsm
  mkdir -p "$dir/tokens"
  cat >"$dir/softhsm2.conf" <<CONF
directories.tokendir = $dir/tokens
objectstore.backend = file
objectstore.umask = 0077
log.level = ERROR
slots.removable = false
CONF
  [ -f "$dir/pin" ] || (umask 077 && openssl rand -hex 16 >"$dir/pin")
  [ -f "$STATE/so_pin" ] || (umask 077 && openssl rand -hex 16 >"$STATE/so_pin")
  chmod 700 "$dir" "$dir/tokens"
  own "$RUN_USER" "$dir" "$dir/tokens" "$dir/softhsm2.conf" "$dir/pin"
  [ -z "$(ls -A "$dir/tokens")" ] || return 0
  pkcs11 --init-token --slot-index 0 --label "$TOKEN_LABEL" --so-pin env:OBORO_SO_PIN
  pkcs11 --init-pin --token-label "$TOKEN_LABEL" --login --login-type so --so-pin env:OBORO_SO_PIN \
    --new-pin env:OBORO_PIN
}

pkcs11() {
  SOFTHSM2_CONF=$STATE/softhsm/softhsm2.conf OBORO_SO_PIN=$(cat "$STATE/so_pin") OBORO_PIN=$(cat "$STATE/softhsm/pin") \
    run_as "$RUN_USER" pkcs11-tool --module "$PKCS11_MODULE" "$@" >>"$STATE/log/softhsm.log" 2>&1 ||
    die 'the PKCS#11 token could not be made' "read $STATE/log/softhsm.log"
}

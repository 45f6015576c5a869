#!/usr/bin/env bash
# Stands in for the entrypoint of docker.io/library/postgres where that image can't be pulled. Of its contract it keeps what this
# platform uses: POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, PGDATA, the files of
# /docker-entrypoint-initdb.d (*.sh, *.sql), and `postgres` with options as the command. Root makes the folders and steps down.
set -euo pipefail

readonly user=${POSTGRES_USER:-postgres}
readonly database=${POSTGRES_DB:-$user}

fail() {
  printf 'postgres stand-in: %s\n' "$*" >&2
  exit 1
}

password() {
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    [ -r "$POSTGRES_PASSWORD_FILE" ] || fail "POSTGRES_PASSWORD_FILE is $POSTGRES_PASSWORD_FILE, which can't be read: mount it"
    cat "$POSTGRES_PASSWORD_FILE"
  else
    printf '%s\n' "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD}"
  fi
}

make_cluster() {
  local given
  given=$(password)
  initdb --username="$user" --pwfile=<(printf '%s\n' "$given") --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
}

# Without the network, as nothing is to connect before the files have run.
run_files() {
  local file
  pg_ctl --wait -o "-c listen_addresses=''" start >/dev/null
  [ "$database" = postgres ] || createdb --username="$user" --maintenance-db=postgres "$database"
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) bash "$file" ;;
      *.sql) psql --set=ON_ERROR_STOP=1 --no-psqlrc --username="$user" --dbname="$database" --file="$file" ;;
    esac
  done
  pg_ctl --wait --mode=fast stop >/dev/null
}

[ "${1:-}" = postgres ] || exec "$@"
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  make_cluster
  run_files
fi
exec "$@"

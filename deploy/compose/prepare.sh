#!/bin/sh
# Makes, once, what a laptop's platform needs and no repository may have: passwords, keys, certificates, the users of Redis.
# Each volume has the files of one user of the system, closed to all others. Arguments are the names of Redis servers.
set -eu
umask 077

command -v openssl >/dev/null || apk add --no-cache openssl >/dev/null

all=${ALL_FILES:-/program-files/.all}
redis=${REDIS_FILES:-/redis-files}
postgres=${POSTGRES_FILES:-/postgres-files}
programs=${PROGRAM_FILES:-/program-files}
template=${ACL_TEMPLATE:-/users.acl.template}
data=${DATA_FOLDER:-/data}
mkdir -p "$all"
cd "$all"

# password NAME: 40 hexadecimal digits.
password() { [ -s "$1" ] || { openssl rand -hex 20 >"$1.new" && mv "$1.new" "$1"; }; }

# certificate NAME: signed by the platform's own authority, for the container of that name and for this machine.
certificate() {
  [ -s "$1.crt" ] && openssl x509 -checkend 2592000 -noout -in "$1.crt" >/dev/null && return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 397 -subj "/CN=$1" \
    -CA ca.crt -CAkey ca.key -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth,clientAuth \
    -addext "subjectAltName=DNS:$1,DNS:localhost,IP:127.0.0.1" -keyout "$1.key" -out "$1.crt.new" 2>/dev/null
  mv "$1.crt.new" "$1.crt"
}

# key: 32 bytes in base64url.
key() { openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n'; }

users=$(sed -n 's/^user \([a-z]*\) on .*/\1/p' "$template")
for user in $users; do password "redis-$user"; done
for name in postgres-administrator postgres-application demo-user; do password "$name"; done
[ -s ca.crt ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
  -subj '/CN=redis-platform laptop authority' -addext basicConstraints=critical,CA:TRUE \
  -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.crt 2>/dev/null
for server in "$@" postgres; do certificate "$server"; done
[ -s session-keys.json ] || printf '{"encryption":[{"id":"laptop","key":"%s"}],"signing":[{"id":"laptop","key":"%s"}]}\n' \
  "$(key)" "$(key)" >session-keys.json

cp "$template" users.acl
for user in $users; do
  digest=$(tr -d '\n' <"redis-$user" | sha256sum | cut -d ' ' -f 1)
  sed "s/@$user@/$digest/" users.acl >users.acl.new && mv users.acl.new users.acl
done
printf 'masteruser replica\nmasterauth %s\n' "$(cat redis-replica)" >replication.conf

# hand FOLDER USER FILE…: copies for whoever reads them; the certificate of the authority is everybody's.
hand() {
  folder=$1 owner=$2
  shift 2
  for file in "$@" ca.crt; do cp "$file" "$folder/$file"; done
  [ "$owner" = '' ] || for file in "$@" ca.crt; do chown "$owner:$owner" "$folder/$file"; done
  chmod 755 "$folder"
  chmod 644 "$folder/ca.crt"
}
server_files=''
for server in "$@"; do server_files="$server_files $server.crt $server.key"; done
# shellcheck disable=SC2086 # names without blanks
hand "$redis" "${REDIS_USER:-}" users.acl replication.conf $server_files
hand "$postgres" "${POSTGRES_USER:-}" postgres.crt postgres.key postgres-administrator
hand "$programs" "${PROGRAM_USER:-}" redis-app redis-worker postgres-administrator postgres-application demo-user session-keys.json
[ "${REDIS_USER:-}" = '' ] || for server in "$@"; do chown "$REDIS_USER:$REDIS_USER" "$data/$server"; done

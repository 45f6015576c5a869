# shellcheck shell=bash disable=SC2154 # the variables of settings.sh, base-images.sh and docker-at-hand.sh
# For sourcing: builds the Dockerfile of this project.

readonly authority_file=database-authority.pem

# make_authority CERTIFICATE KEY: for databases on this machine; what is there stays as it is.
make_authority() {
  if [ -s "$1" ] && [ -s "$2" ]; then return; fi
  (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 397 -subj '/CN=database authority' \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$2" -out "$1" 2>/dev/null)
  chmod 644 "$1"
}

# make_context CHECKOUT FOLDER AUTHORITY: what the Dockerfile copies, and the certificate of the database's authority beside it.
make_context() {
  local inputs=() input
  mkdir -p "$2"
  while read -r input; do inputs+=("$input"); done < <(sed -n 's/^!//p' "$1/.dockerignore")
  tar -C "$1" --create Dockerfile .dockerignore "${inputs[@]}" | tar -C "$2" --extract
  printf '!%s\n' "$authority_file" >>"$2/.dockerignore"
  install -m 644 "$3" "$2/$authority_file"
}

# build_arguments CHECKOUT: NAME=VALUE, one a line. What the Dockerfile names is used where it can be pulled.
build_arguments() {
  printf 'SOURCE_DATE_EPOCH=%s\n' "$(git -C "$1" log -1 --format=%ct 2>/dev/null || echo 0)"
  [ "$images_are" = pulled ] || printf '%s\n' "NODE_IMAGE=$registry/node:stand-in" "RUNTIME_IMAGE=$registry/node-runtime:stand-in"
  printf 'RDS_CERTIFICATES=%s\n' "$authority_file"
}

import_node_images() {
  [ "$images_are" = pulled ] || {
    import_root node "$registry/node:stand-in"
    import_root node-runtime "$registry/node-runtime:stand-in"
  }
}

# build_application CHECKOUT CONTEXT IMAGE OPTION…: with the network of this machine, for npm.
build_application() {
  local checkout=$1 context=$2 image=$3 options=() argument
  shift 3
  while read -r argument; do options+=(--build-arg "$argument"); done < <(build_arguments "$checkout")
  docker buildx build --network host --progress plain --load --tag "$image" "${options[@]}" "$@" "$context"
}

# check_programs IMAGE: each program starts as the user of the image, with a root that is read only, and asks for its settings.
check_programs() {
  local image=$1 program output status container=(docker run --rm --network none --read-only --cap-drop ALL --security-opt no-new-privileges)
  for program in api worker migration; do
    status=0
    output=$("${container[@]}" "$image" "$program.js" 2>&1) || status=$?
    if [ "$status" -ne 2 ] || ! grep -q "^settings of the $program has [0-9]* problems:" <<<"$output"; then
      fail "$program.js of $image ends with $status, not with 2 and the settings that it misses: $output"
    fi
  done
  output=$("${container[@]}" "$image" exercise.js --help) || fail "exercise.js of $image does not start"
  output=$("${container[@]}" "$image" --print 'process.getuid() + ":" + process.getgid()')
  [ "$output" = "$program_user:$program_user" ] || fail "$image runs as $output, not as $program_user:$program_user"
}

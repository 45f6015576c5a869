#!/usr/bin/env bash
# `npm run demo:down`: destroys the environment `local` and removes the files that deploying it made in this checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/cdktf-local.sh
. scripts/cdktf-local.sh
shopt -s nullglob

# The local state files that hold a resource, or that can't be read.
states_in_use() {
  node -e '
    const inUse = (text) => text.trim() !== "" && JSON.parse(text).resources?.length !== 0;
    const check = (file) => {
      try {
        return inUse(fs.readFileSync(file, "utf8"));
      } catch {
        return true;
      }
    };
    console.log(process.argv.slice(1).filter(check).join(" "));' -- terraform.local-*.tfstate
}

# Removes .local with the empty folders in it; folders that hold a file stay.
remove_empty_folders() {
  [ -d .local ] || return 0
  find .local -depth -type d -empty -delete
  if [ -d .local ]; then
    echo "Kept .local: it still holds $(find .local -type f | wc -l | tr -d ' ') file(s), the first is $(find .local -type f | head -n 1)."
  else
    echo 'Removed the empty folder .local.'
  fi
}

states=(terraform.local-*.tfstate)
if [ "${#states[@]}" -eq 0 ]; then
  echo 'Nothing is deployed.'
  remove_empty_folders
  exit 0
fi

scripts/setup.sh
in_use=$(states_in_use)
if [ -z "$in_use" ]; then
  echo 'Nothing is deployed.'
else
  cdktf_local destroy 'local-*' --auto-approve || exit
  in_use=$(states_in_use)
  if [ -n "$in_use" ]; then
    echo "demo:down: not removed, because Terraform still holds resources in it: $in_use" >&2
    exit 1
  fi
fi
rm -f terraform.local-*.tfstate*
echo 'Removed the state files terraform.local-*.tfstate: they held no resource.'
remove_empty_folders

#!/bin/sh
# Publishes the package in a folder, brings it to test, and then to production; what fails there is rolled back.
# Nothing but tengen is used. TENGEN_URL, TENGEN_TOKEN, TENGEN_ORG and TENGEN_APP say where, and who speaks: a token of the
# organisation with the scopes deploy and publish, limited to this one service, is enough.
#
#   sh ci.sh SERVICE FOLDER VERSION
set -eu
service=$1 folder=$2 version=$3

tengen package publish "$folder"
tengen deploy "$service" --env test --version "$version" --reason "CI: $version" --yes --wait --timeout 15m

# Somebody approves it, or a policy does; this waits for that too.
code=0
tengen promote "$service" --reason "CI: $version passed in test" --yes --wait --timeout 1h || code=$?
if [ "$code" = 5 ]; then
  echo "production failed on $version: going back" >&2
  tengen rollback "$service" --env production --reason "CI: $version failed" --yes --wait --timeout 1h
fi
exit "$code"

#!/bin/bash
# The best a hand-written script does: one ssh connection a host carries payload, config, start and check; 16 at a time.
# one-connection.sh SSH_CONFIG ARCHIVE TEMPLATE FOLDER LIST, where LIST has one line a host: name and address.
set -u
export config=$1 archive=$2 template=$3 folder=$4
deploy() {
  name=$1 address=$2
  text=$(sed -e "s|@address@|$address|;s|@port@|18080|;s|@id@|$name|" "$template")
  ssh -F "$config" "$address" "mkdir -p $folder && cat > $folder/package.tgz && tar -xzf $folder/package.tgz -C $folder && cat > $folder/app.conf <<'END'
$text
END
setsid $folder/bin/service $folder/app.conf >$folder/service.log 2>&1 </dev/null &
for k in 1 2 3 4 5 6 7 8 9; do curl -sf -m 2 http://$address:18080/health >/dev/null && exit 0; sleep 0.05; done; exit 1" < "$archive"
}
export -f deploy
xargs -a "$5" -P 16 -L 1 bash -c 'deploy "$1" "$2"' deploy

#!/bin/sh
# One host: a network, a process table and an account file of its own, with an ssh server and an agent in it. Begun inside
# its namespaces as their first process, so that killing it ends everything here. Arguments only; nothing is looked up. What follows the token is for Node.
set -eu
run=$1 name=$2 address=$3 sshd=$4 node=$5 hub=$6 token=$7
shift 7
ip link set lo up
ip addr add "$address/15" dev eth0
ip link set eth0 up
# root here has a plain home: a login shell that loads much would slow the ssh contenders, an agent has none.
mount --bind "$run/passwd" /etc/passwd
mount --bind "$run/shadow" /etc/shadow
mount --bind "$run/hosts/$name" "$run/here"
"$sshd" -f "$run/sshd_config" -E "$run/here/sshd.log"
"$node" "$@" "$run/agent.mjs" --home "$run/here/agent" --join "$token" --hub "$hub" --name "$name" --address "$address" --plain >"$run/here/agent.log" 2>&1 &
wait

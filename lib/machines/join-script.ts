import { keepScript, serviceScript } from './join-service-script'

/** Architectures that Node itself is made for and that machines have. */
export const architectures = ['x64', 'arm64'] as const

export interface ScriptFacts {
  readonly agentSha256: string
  /** By architecture; none where the hub has no Node to give. */
  readonly nodeSha256: Readonly<Partial<Record<string, string>>>
}

const digest = (text: string): string => {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error('A SHA-256 is 64 hexadecimal digits.')
  return text
}

/**
 * What machines run to join: POSIX sh, as root or as an ordinary user. Only digests are filled in, so that it is the same for every
 * address and token, and its own digest can stand in the line that runs it.
 */
export function joinScript({ agentSha256, nodeSha256 }: ScriptFacts): string {
  const nodes = architectures.map((name) => `node_sha256_${name}=${nodeSha256[name] ? digest(nodeSha256[name]) : ''}`)
  return [head, `agent_sha256=${digest(agentSha256)}`, ...nodes, tools, keepScript, serviceScript, main].join('\n')
}

const head = `#!/bin/sh
# Tengen agent: installs, updates or removes it on this machine.
#
#   sh agent.sh --hub URL --token TOKEN   join a hub with a token of its page "Add a machine"
#   sh agent.sh --hub URL                 update the agent that is here
#   sh agent.sh --uninstall               remove the agent; data of its units stay
#   sh agent.sh --doctor                  write what is wrong here into a file without secrets
#
#   --name NAME        what this machine is called; else its host name
#   --address ADDRESS  where its units are reached; else its first outward address
#   --plain            the hub is reached without TLS (only inside a trusted network)
#   --prefix FOLDER    where it is installed; else /opt/tengen-agent, or for an
#                      ordinary user ~/.local/share/tengen-agent
set -eu
umask 022
`

const tools = String.raw`
say() { printf '%s\n' "tengen: $*"; }
fail() {
  printf '%s\n' "tengen: $*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

fetch() {
  if has curl; then curl -fsSL --retry 2 -o "$2" "$1" && return
  elif has wget; then wget -q -O "$2" "$1" && return
  else fail "Neither curl nor wget is here: install one of them, then run this line again."
  fi
  fail "$1 could not be downloaded. Is this machine allowed to reach $hub?"
}

sha256_of() {
  if has sha256sum; then sha256sum "$1" | cut -d' ' -f1
  elif has shasum; then shasum -a 256 "$1" | cut -d' ' -f1
  elif has openssl; then openssl dgst -sha256 "$1" | sed 's/.*= *//'
  else fail "Neither sha256sum nor openssl is here to check what is downloaded: install one of them, then run this line again."
  fi
}

# Filled in where agent and Node lie behind the last line of this file.
carried_arch= carried_agent= carried_node=
carry() {
  case $1 in
    agent.mjs) [ -n "$carried_agent" ] && tail -c "$((carried_agent + carried_node))" "$0" | head -c "$carried_agent" >"$2" ;;
    "node-linux-$carried_arch") tail -c "$carried_node" "$0" >"$2" ;;
    *) return 1 ;;
  esac
}

# This script without what it carries.
itself() { sed '/^carried_arch=[a-z]/d; /^exit # /q' "$0"; }

# Puts it where nothing runs it, and keeps it only if it is what this script was made for.
get() {
  carry "$1" "$2" || fetch "$hub/join/$1" "$2"
  found=$(sha256_of "$2")
  [ "$found" = "$3" ] && return
  rm -f "$2"
  fail "$1 is not what the hub promised (SHA-256 $found instead of $3). Nothing was installed. Take a new line from the hub's page: it may have been updated meanwhile."
}

node_works() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 9) ? 0 : 1)' >/dev/null 2>&1
}

# Units of a root agent run as accounts of their own, which must be able to start it.
is_open() {
  [ "$uid" != 0 ] && return
  case $(readlink -f "$1") in /root/* | /home/*) return 1 ;; esac
}

# Sets node: the machine's, else the hub's, which is then downloaded.
find_node() {
  machines=$(command -v node || :)
  if [ -n "$machines" ] && node_works "$machines" && is_open "$machines"; then
    node=$machines
    return
  fi
  case $(uname -m) in
    x86_64 | amd64) arch=x64 sum=$node_sha256_x64 ;;
    aarch64 | arm64) arch=arm64 sum=$node_sha256_arm64 ;;
    *) arch=$(uname -m) sum= ;;
  esac
  [ -n "$sum" ] || fail "Node 20.9 or newer is not here, and the hub has none for $arch to give. Install Node, then run this line again."
  if [ -f "$prefix/bin/node-own" ] && [ "$(sha256_of "$prefix/bin/node-own")" = "$sum" ]; then
    node=$prefix/bin/node-own
    return
  fi
  if [ "$arch" = "$carried_arch" ]; then say "Node 20.9 or newer is not here; this file brings it."
  else say "Node 20.9 or newer is not here; downloading the hub's."
  fi
  get "node-linux-$arch" "$prefix/new/node" "$sum"
  chmod 755 "$prefix/new/node"
  node_works "$prefix/new/node" || fail "The hub's Node does not run on this machine: its C library is another. Install Node 20.9 or newer, then run this line again."
  node=$prefix/new/node
}
`

/** The last words of the script, behind which nothing is read. */
const lastWords = 'main "$@"'

export interface Carried {
  readonly architecture: string
  readonly agentBytes: number
  readonly nodeBytes: number
}

/** The same script as the head of one executable file: agent and Node follow it, and a machine needs nothing but a shell and a token. */
export function executableHead(script: string, { architecture, agentBytes, nodeBytes }: Carried): string {
  const facts = `carried_arch=${architecture} carried_agent=${agentBytes} carried_node=${nodeBytes}`
  return script.replace(lastWords, () => `${facts}\n${lastWords}\nexit # what follows is carried`)
}

const main = String.raw`
# An install that fails takes away what it brought, and starts again what it stopped.
leave() {
  code=$?
  [ "$code" = 0 ] && return
  if [ "$is_fresh" = yes ]; then rm -rf "$prefix"
  else rm -rf "$prefix/new"
  fi
  if [ "$is_stopped" = yes ]; then start_service || :; fi
  exit "$code"
}

prepare_folder() {
  parent=$(dirname "$prefix")
  if [ ! -w "$prefix" ]; then
    { mkdir -p "$parent" && [ -w "$parent" ]; } 2>/dev/null || fail "$parent may not be written to. Run this line as root, or give another folder with --prefix."
    mkdir "$prefix"
    is_fresh=yes
  fi
  mkdir -p "$prefix/bin" "$prefix/new" "$prefix/home"
  chmod 755 "$prefix" "$prefix/bin"
}

place() {
  mv -f "$prefix/new/agent.mjs" "$prefix/bin/agent.mjs"
  case $node in
    "$prefix/new/node")
      mv -f "$prefix/new/node" "$prefix/bin/node-own"
      node=$prefix/bin/node-own
      ;;
  esac
  ln -sfn "$node" "$prefix/bin/node"
  [ -f "$prefix/new/agent.sh" ] && mv -f "$prefix/new/agent.sh" "$prefix/bin/agent.sh"
  rmdir "$prefix/new" 2>/dev/null || :
}

install_agent() {
  [ -n "$hub" ] || fail "--hub is needed: the address of the hub, such as https://tengen.example.org"
  is_fresh=no is_stopped=no
  trap leave EXIT
  trap 'exit 1' HUP INT TERM
  [ -n "$token" ] || [ -f "$prefix/home/state/identity.json" ] ||
    fail "There is no agent in $prefix to update. To join, --token is needed: the hub's page \"Add a machine\" makes one."
  prepare_folder
  get agent.mjs "$prefix/new/agent.mjs" "$agent_sha256"
  find_node
  if grep -q '^agent_sha256=' "$0" 2>/dev/null; then itself >"$prefix/new/agent.sh"
  else fetch "$hub/join/agent.sh" "$prefix/new/agent.sh"
  fi
  stop_service && is_stopped=yes
  place
  set -- --home "$prefix/home" --hub "ws$(printf %s "$hub" | sed 's/^http//')/ws/agent"
  [ -n "$token" ] && set -- "$@" --join "$token"
  [ -n "$name" ] && set -- "$@" --name "$name"
  [ -n "$address" ] && set -- "$@" --address "$address"
  [ "$plain" = yes ] && set -- "$@" --plain
  "$prefix/bin/node" "$prefix/bin/agent.mjs" join "$@"
  is_fresh=no is_stopped=no
  start_service
  say "The agent runs. Remove it with: sh $prefix/bin/agent.sh --uninstall$given_prefix"
}

uninstall_agent() {
  [ -f "$prefix/bin/agent.mjs" ] || fail "There is no agent in $prefix."
  stop_service || :
  forget_service
  "$prefix/bin/node" "$prefix/bin/agent.mjs" stop-all --home "$prefix/home" || say "Processes of its units may still run: its Node does not start."
  find "$prefix/home" -mindepth 1 -maxdepth 1 ! -name apps -exec rm -rf {} +
  rm -rf "$prefix/bin" "$prefix/new" "$prefix"/agent.log*
  find "$prefix/home" -type d -empty -delete 2>/dev/null || :
  if [ -d "$prefix/home" ]; then say "The agent is removed. Left are its units' folders with their data: $prefix/home/apps"
  else
    rmdir "$prefix"
    say "The agent is removed; nothing is left."
  fi
  say "The hub still lists this machine: retire and remove it there."
}

ask_doctor() {
  [ -f "$prefix/bin/agent.mjs" ] || fail "There is no agent in $prefix."
  "$prefix/bin/node" "$prefix/bin/agent.mjs" doctor --home "$prefix/home"
}

main() {
  uid=$(id -u)
  hub= token= name= address= plain=no prefix= given_prefix= verb=install_agent
  while [ $# -gt 0 ]; do
    case $1 in
      --hub | --token | --name | --address | --prefix)
        [ $# -gt 1 ] || fail "$1 needs a value."
        case $1 in
          --hub) hub=$2 ;;
          --token) token=$2 ;;
          --name) name=$2 ;;
          --address) address=$2 ;;
          --prefix) prefix=$2 ;;
        esac
        shift 2
        ;;
      --plain) plain=yes && shift ;;
      --uninstall) verb=uninstall_agent && shift ;;
      --doctor) verb=ask_doctor && shift ;;
      *) fail "$1 is not known. The first lines of this script say what it takes." ;;
    esac
  done
  [ "$(uname -s)" = Linux ] || fail "The agent runs on Linux only; this is $(uname -s)."
  case $hub in '' | http://* | https://*) ;; *) fail "--hub must begin with https:// or http://" ;; esac
  case $token in *[!A-Za-z0-9_-]*) fail "The token is damaged; copy the line again." ;; esac
  usual=/opt/tengen-agent
  [ "$uid" = 0 ] || usual=$HOME/.local/share/tengen-agent
  [ -n "$prefix" ] || prefix=$usual
  [ "$prefix" = "$usual" ] || given_prefix=" --prefix $prefix"
  case $prefix in /*) ;; *) fail "--prefix takes a whole path, beginning with /." ;; esac
  case $prefix in *[!A-Za-z0-9/._-]* | */ | */.. | */../*) fail "The folder $prefix may hold only letters, digits and . _ - between its slashes; give another one with --prefix." ;; esac
  [ -n "$name" ] || name=$(uname -n)
  hub=$(printf %s "$hub" | sed 's,/*$,,')
  name_service
  $verb
}

${lastWords}
`

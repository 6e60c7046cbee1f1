/** The loop that keeps an agent running where no systemd does; a file of its own on the machine. */
export const keepScript = String.raw`
write_keep() {
  cat >"$prefix/bin/keep" <<'KEEP'
#!/bin/sh
# Keeps the agent running on a machine without systemd. TERM ends both; units go on.
bin=$(dirname "$0")
cd "$bin/.." || exit 1
if { tr '\0' ' ' <"/proc/$(cat bin/keep.pid)/cmdline" | grep -q -F "$bin/keep"; } 2>/dev/null; then exit 0; fi
agent=
echo $$ >bin/keep.pid
trap '[ -n "$agent" ] && kill "$agent" 2>/dev/null; rm -f bin/keep.pid; exit 0' TERM INT
trap '' HUP
while :; do
  if [ "$(wc -c <agent.log 2>/dev/null || echo 0)" -gt 5000000 ]; then mv -f agent.log agent.log.1; fi
  "$bin/node" "$bin/agent.mjs" --home "$PWD/home" >>agent.log 2>&1 &
  agent=$!
  wait "$agent"
  agent=
  sleep 2 &
  wait $!
done
KEEP
  chmod 755 "$prefix/bin/keep"
}
`

/** How the agent is kept running: systemd, the user's systemd, or a loop that cron starts. */
export const serviceScript = String.raw`
# A folder of one's own has a service of its own.
name_service() {
  service=tengen-agent
  if [ -n "$given_prefix" ]; then service=tengen-agent-$(printf %s "$prefix" | cksum | cut -d' ' -f1); fi
  mark="# $service"
  keeper=loop unit_file=
  if [ -d /run/systemd/system ] && [ "$uid" = 0 ] && has systemctl; then
    keeper=systemd unit_file=/etc/systemd/system/$service.service
  elif [ -d /run/systemd/system ] && has systemctl && systemctl --user show-environment >/dev/null 2>&1; then
    keeper=user unit_file=$HOME/.config/systemd/user/$service.service
  fi
}

control() {
  if [ "$keeper" = user ]; then systemctl --user "$@"
  else systemctl "$@"
  fi
}

pid_in() { sed -n 's/^\([0-9][0-9]*\)$/\1/p' "$1" 2>/dev/null || :; }
is_ours() { [ -n "$1" ] && { tr '\0' ' ' <"/proc/$1/cmdline" | grep -q -F "$prefix/"; } 2>/dev/null; }
agent_pid() { sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$prefix/home/state/agent.lock" 2>/dev/null || :; }

wait_gone() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    is_ours "$1" || return 0
    sleep 1
  done
  kill -9 "$1" 2>/dev/null || :
}

# True if it ran.
stop_service() {
  if [ "$keeper" != loop ]; then
    [ -f "$unit_file" ] || return 1
    control stop "$service"
    return
  fi
  pid=$(pid_in "$prefix/bin/keep.pid")
  is_ours "$pid" || return 1
  kill "$pid"
  wait_gone "$pid"
  wait_gone "$(agent_pid)"
}

# The crontab with this line instead of the one we had; all others stay. Read before it is written.
set_cron() {
  has crontab || return 1
  others=$(crontab -l 2>/dev/null | grep -v -F "$mark" || :)
  printf '%s\n%s\n' "$others" "$1" | sed '/^$/d' | crontab - 2>/dev/null
}

write_unit() {
  mkdir -p "$(dirname "$unit_file")"
  wanted=multi-user.target
  [ "$keeper" = user ] && wanted=default.target
  cat >"$unit_file" <<UNIT
[Unit]
Description=Tengen agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=$prefix/bin/node $prefix/bin/agent.mjs --home $prefix/home
Restart=always
RestartSec=2
# Units of the agent outlive it.
KillMode=process
TasksMax=infinity

[Install]
WantedBy=$wanted
UNIT
}

# Says what starts the agent after the machine does.
start_service() {
  case $keeper in
    systemd | user)
      write_unit
      control daemon-reload
      control enable --quiet "$service"
      control restart "$service"
      if [ "$keeper" = systemd ]; then say "systemd keeps it running ($service)."
      elif loginctl enable-linger >/dev/null 2>&1; then say "Your systemd keeps it running ($service), also while you are signed out."
      else say "Your systemd keeps it running ($service) while you are signed in. For longer, root runs: loginctl enable-linger $(id -un)"
      fi
      ;;
    loop)
      write_keep
      if has setsid; then setsid "$prefix/bin/keep" >/dev/null 2>&1 </dev/null &
      else "$prefix/bin/keep" >/dev/null 2>&1 </dev/null &
      fi
      if set_cron "@reboot $prefix/bin/keep >/dev/null 2>&1 $mark"; then
        say "There is no systemd here. A loop keeps it running, and cron starts that after a reboot."
      else
        say "There is neither systemd nor a cron to use here. A loop keeps it running; after a reboot, start it with: $prefix/bin/keep"
      fi
      ;;
  esac
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    is_ours "$(agent_pid)" && return 0
    sleep 1
  done
  if [ "$keeper" = loop ]; then fail "It was started and does not run; $prefix/agent.log says why."
  else fail "It was started and does not run; this says why: journalctl $([ "$keeper" = user ] && echo --user-unit || echo -u) $service"
  fi
}

forget_service() {
  if [ "$keeper" != loop ] && [ -f "$unit_file" ]; then
    control disable --quiet "$service" || :
    rm -f "$unit_file"
    control daemon-reload
  elif [ "$keeper" = loop ] && crontab -l 2>/dev/null | grep -q -F "$mark"; then
    set_cron "" || say "Its line in the crontab could not be removed: $mark"
  fi
}
`

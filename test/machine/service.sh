#!/bin/bash
# In the machine: the service from install to uninstall. Prints a line a point; exits 1 when one didn't hold.
failed=0
point() { # name, command…
  local name=$1 began; shift; began=$(date +%s%N)
  if "$@" > /tmp/said 2>&1; then echo "ok   $name ($(( ($(date +%s%N) - began) / 1000000 )) ms)"
  else echo "FAIL $name"; sed 's/^/       /' /tmp/said | tail -15; failed=1; fi
}
within() { # seconds, command…
  local end=$(( $(date +%s) + $1 )); shift
  until "$@"; do [ "$(date +%s)" -lt "$end" ] || return 1; sleep 0.2; done
}
pid() { systemctl show -P MainPID sluice; }
describe() { # the RTSP server answers
  exec 3<> /dev/tcp/127.0.0.1/8554 || return 1
  printf 'OPTIONS rtsp://127.0.0.1:8554/ RTSP/1.0\r\nCSeq: 1\r\n\r\n' >&3
  local line; IFS= read -r -t 5 line <&3; exec 3>&-
  [[ $line == "RTSP/1.0 200 OK"* ]]
}
well() { systemctl -q is-active sluice && describe; }
restarted() { [ "$(pid)" != "$1" ] && [ "$(pid)" != 0 ] && well; }

point "installs" ./sluice-linux-x64 install
point "is active and answers RTSP" within 60 well
point "the health page answers" curl -sf http://127.0.0.1:8080/healthz
first=$(pid)
point "installs again" ./sluice-linux-x64 install
point "  without restarting" test "$(pid)" = "$first"
point "systemd-analyze verify is silent" bash -c '! systemd-analyze verify sluice.service 2>&1 | grep -q sluice'
echo "     $(systemd-analyze security --no-pager sluice.service | tail -1)"
point "seccomp is in force" grep -q 'Seccomp:.*2' "/proc/$first/status"
point "runs as its own user, without capabilities" bash -c "grep -q 'CapEff:.*0000000000000000' /proc/$first/status && [ \$(ps -o user= -p $first) = sluice ]"
point "the native module is loaded" bash -c "! journalctl -u sluice -o cat | grep -q withoutNative"
point "reloads" systemctl reload sluice
point "  the same process goes on" test "$(pid)" = "$first"

for round in 1 2 3 4 5; do
  before=$(pid); kill -9 "$before"
  point "kill -9, round $round: back" within 30 restarted "$before"
  sleep 65 # starts that lie apart are no crash loop
done
before=$(pid); kill -STOP "$before"
point "stopped (SIGSTOP): back within 30 s + start" within 45 restarted "$before"
before=$(pid); python3 ./spin.py "$before"
point "an endless loop in the main thread: back" within 45 restarted "$before"
journalctl -u sluice -o json -n 1 --no-pager | head -c 600; echo
point "uninstalls, the configuration stays" bash -c './sluice-linux-x64 uninstall && test -f /etc/sluice/sluice.yml && ! test -e /usr/local/bin/sluice && ! test -e /etc/systemd/system/sluice.service'
point "uninstalls again" ./sluice-linux-x64 uninstall
point "purges" bash -c './sluice-linux-x64 uninstall --purge && ! test -e /etc/sluice && ! getent passwd sluice'
exit $failed

#!/bin/bash
# In the machine: the service from install to uninstall. Prints a line a point; exits 1 when one didn't hold.
source ./points.bash

point "installs" "$SLUICE" install
point "is active, and the health page answers, within 60 s" bash -c 'source ./points.bash; within 60 systemctl -q is-active sluice && within 60 curl -sf http://127.0.0.1:8080/healthz'
point "the journal keeps to the drop-in" bash -c 'said=$(journalctl -b -u systemd-journald -o cat | grep -o "max [0-9.]*[KMG]" | tail -1); echo "figure: $said"; [[ $said =~ ^max\ (16|64)(\.0)?M$ ]]'
first=$(pid)
point "installs again" "$SLUICE" install
point "  without restarting" test "$(pid)" = "$first"
point "systemd-analyze verify is silent" bash -c 'said=$(systemd-analyze verify sluice.service 2>&1); echo "$said"; [ -z "$said" ]'
echo "     $(systemd-analyze security --no-pager sluice.service | tail -1)"
point "systemd-analyze security is 1.5 at most" systemd-analyze security --offline=true --threshold=15 --no-pager /etc/systemd/system/sluice.service
point "seccomp is in force" grep -q 'Seccomp:.*2' "/proc/$first/status"
point "runs as its own user, without capabilities" bash -c "grep -q 'CapEff:.*0000000000000000' /proc/$first/status && [ \$(ps -o user= -p $first) = sluice ]"
point "the native module is loaded" not bash -c "journalctl -u sluice -o cat | grep withoutNative"
point "reload follows Type=notify-reload" test "$(systemctl show -P Type sluice)" = notify-reload

start_cameras 2
point "systemctl reload: another configuration" systemctl reload sluice
point "  is in force, and both cameras stream" streams 60 cam1 cam2
point "  the same process goes on" test "$(pid)" = "$first"
python3 ./reader.py watch "$URL/cam1" 20 > /tmp/watched & watcher=$!
sleep 5
sed -i 's/^  cam2:.*/  cam3: {}/' /etc/sluice/sluice.yml
point "SIGHUP reloads too" bash -c 'kill -HUP '"$first"' && source ./points.bash && within 30 metric "name=\"cam3\"|cam3"'
point "  a reader of the other camera loses nothing" wait "$watcher"
echo "     $(cat /tmp/watched)"
point "systemctl reload of a broken file: says so by its status, and goes on" bash -c '
  cp /etc/sluice/sluice.yml /tmp/sound && echo "paths: [" > /etc/sluice/sluice.yml; systemctl reload sluice
  journalctl -u sluice -o cat -n 30 | grep -i "stays in force"; code=$?; cp /tmp/sound /etc/sluice/sluice.yml; systemctl reload sluice; exit $code'
point "  the same process goes on" test "$(pid)" = "$first"
point "stop: clean" bash -c 'systemctl stop sluice && [ "$(systemctl show -P Result sluice)" = success ] && ! systemctl -q is-active sluice'
point "start: streams" bash -c 'systemctl start sluice && source ./points.bash && streams 60 cam1'
point "status says that all is well" "$SLUICE" status
point "logs reads the journal" bash -c './sluice-linux-x64 logs --lines 5 | grep .'
point "an entry of the journal has fields" bash -c 'journalctl -u sluice -o json -n 50 --no-pager | grep -m1 -o "\"SLUICE_[A-Z_]*\":\"[^\"]*\"" | head -3 | sed "s/^/figure: /"'
doctor_agrees() { # the state its report must have, or nothing; more words: its exit code is that of the worst finding
  local wanted=$1 code=0; shift
  "$SLUICE" doctor --json "$@" > /tmp/found || code=$?
  python3 -c 'import json, sys
wanted, code, found = sys.argv[1], int(sys.argv[2]), json.load(open("/tmp/found"))
print("figure:", len(found["findings"]), "findings,", found["state"] + ", exit code", code)
states = {finding["state"] for finding in found["findings"]}
worst = "failed" if "failed" in states else "warning" if "warning" in states else "ok"
sys.exit(found["state"] != worst or code != (2 if worst == "failed" else 0) or wanted not in ("", worst))' "$wanted" "$code"
}
point "doctor ends by its worst finding" doctor_agrees ""
point "doctor ends with 2 for a camera that isn't there" doctor_agrees failed --camera rtsp://127.0.0.1:9/x

point "uninstalls, the configuration stays" bash -c "$SLUICE uninstall && test -f /etc/sluice/sluice.yml && ! test -e /usr/local/bin/sluice && ! test -e /etc/systemd/system/sluice.service"
point "uninstalls again" "$SLUICE" uninstall
point "purges" bash -c "$SLUICE uninstall --purge && ! test -e /etc/sluice && ! test -e /var/lib/sluice && ! getent passwd sluice"
point "nothing of it is left" bash -c 'found=$(find / -xdev -iname "*sluice*" -not -path "/proc/*" -not -path "/test/*" -not -path "/tmp/*" -not -path "/run/*" -not -path "/var/log/journal/*"); echo "$found"; [ -z "$found" ]'
exit $failed

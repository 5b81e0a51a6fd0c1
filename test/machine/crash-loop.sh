#!/bin/bash
# In the machine: a service that ends a second after each start (F20). Safe mode within 5 minutes: page, API and log, no cameras, and it says
# why; out of it by itself after ten quiet minutes.
source ./points.bash
start_cameras 1
point "installs" "$SLUICE" install
point "streams" streams 60 cam1

is_safe() { journalctl -u sluice -o cat --no-pager | grep -q 'safe mode: no cameras'; }
crash_until_safe() {
  local kills=0 now since; since=$(date +%s)
  while ! is_safe; do
    now=$(pid)
    if [ "$now" != 0 ] && systemctl -q is-active sluice; then sleep 1; is_safe && break; kill -9 "$now"; kills=$((kills + 1)); fi
    [ $(( $(date +%s) - since )) -lt 300 ] || return 1
    sleep 0.2
  done
  echo "figure: $kills kills"
}
point "crash loop: safe mode within 5 minutes" crash_until_safe
entered=$(date +%s)
point "  the page answers" within 30 bash -c 'curl -sf http://127.0.0.1:8080/ | grep -q "<title>"'
point "  the API says why" bash -c 'source ./points.bash; within 30 api /v3/info > /dev/null; curl -s http://127.0.0.1:8080/readyz; journalctl -u sluice -o cat | grep -m1 health-safe-mode'
point "  no camera is asked" bash -c 'source ./points.bash; [ "$(api /v3/paths/list | python3 -c "import json,sys; print(json.load(sys.stdin)[\"itemCount\"])")" = 0 ]'
safe=$(pid)
point "  systemd goes on having it active" systemctl -q is-active sluice
point "  stays safe for a while" bash -c 'sleep 60; source ./points.bash; ! streams 2 cam1'
point "leaves by itself, and the camera streams" streams 660 cam1
echo "     after $(( $(date +%s) - entered )) s; the same process: $([ "$(pid)" = "$safe" ] && echo yes || echo no)"
point "the same process" test "$(pid)" = "$safe"
exit $failed

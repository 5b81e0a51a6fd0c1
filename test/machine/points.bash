# Shared by the scripts of this folder, in the machine: points that hold or don't, and what is asked of the service. A script sources
# it, installs the service, and exits with $failed.
failed=0
SLUICE=./sluice-linux-x64
URL=rtsp://127.0.0.1:8554

point() { # name, command…: a line with how long it took
  local name=$1 began took; shift; began=$(date +%s%N)
  if "$@" > /tmp/said 2>&1; then took=$(( ($(date +%s%N) - began) / 1000000 )); echo "ok   $name ($took ms)$(sed -n 's/^figure: /; /p' /tmp/said)"
  else echo "FAIL $name"; sed 's/^/       /' /tmp/said | tail -15; failed=1; fi
}
within() { # seconds, command…
  local end=$(( $(date +%s) + $1 )); shift
  until "$@"; do [ "$(date +%s)" -lt "$end" ] || return 1; sleep 0.2; done
}
not() { ! "$@"; }
pid() { systemctl show -P MainPID sluice; }
# A whole picture's packets arrive, by RTSP from a new reader; tried again until the time is over.
streams() { # seconds, path…
  local seconds=$1 path; shift
  for path in "$@"; do python3 ./reader.py first "$URL/$path" "$seconds" || return 1; done
}
restarted() { local now; now=$(pid); [ "$now" != "$1" ] && [ "$now" != 0 ]; }
# Without KVM the processor is emulated, and starts take twenty times as long: systemd waits for them. Its watchdog stays as it is.
if [ "$(systemd-detect-virt)" = qemu ]; then
  mkdir -p /run/systemd/system/sluice.service.d
  printf '[Service]\nTimeoutStartSec=180\n' > /run/systemd/system/sluice.service.d/emulated.conf
  # Where others compute beside it, systemd itself is late for the hardware watchdog, which then resets the machine.
  mkdir -p /run/systemd/system.conf.d
  printf '[Manager]\nRuntimeWatchdogSec=off\n' > /run/systemd/system.conf.d/zz-emulated.conf
fi

# How long this machine takes from a start to pictures: where the processor is emulated, most of what a restart takes.
measure_start() { # path
  local began; began=$(date +%s%N)
  systemctl restart sluice; streams 120 "$1" > /dev/null
  began=$(( ($(date +%s%N) - began) / 100000000 ))
  echo "     a clean restart takes $(( began / 10 )).$(( began % 10 )) s on this machine"
}
# Another process than that one, and pictures of every camera.
streams_again() { # seconds, former process, path…
  local end=$(( $(date +%s) + $1 )) before=$2 path; shift 2
  within $(( end - $(date +%s) )) restarted "$before" || return 1
  for path in "$@"; do streams $(( end - $(date +%s) )) "$path" || return 1; done
}
api() { curl -sf --max-time 10 "http://127.0.0.1:9997$1"; }
metric() { api /metrics | grep -E "$1"; } # lines of a pattern
event() { awk -v name="$1" '$1 == name { print $2 }' /sys/fs/cgroup/system.slice/sluice.service/memory.events; }

# Cameras of the machine's own: a second, unwatched process that plays the demo clip, asked for by as many paths as wanted.
start_cameras() { # how many
  mkdir -p /tmp/camera
  printf '%s\n' 'rtspAddress: 127.0.0.1:9554' 'rtspTransports: [tcp]' 'hls: no' 'webrtc: no' 'web: no' 'api: no' 'paths: {}' > /tmp/camera/sluice.yml
  XDG_RUNTIME_DIR=/tmp/camera "$SLUICE" run --demo --config /tmp/camera/sluice.yml > /tmp/camera/log 2>&1 &
  within 120 python3 ./reader.py first rtsp://127.0.0.1:9554/demo 5 > /dev/null || { echo "the camera doesn't play:"; tail -5 /tmp/camera/log; }
  mkdir -p /etc/sluice
  { echo 'api: yes'; echo 'metrics: yes'; echo 'paths:'
    for ((index = 1; index <= $1; index += 1)); do echo "  cam$index: {source: 'rtsp://127.0.0.1:9554/demo', rtspTransport: tcp}"; done
  } > /etc/sluice/sluice.yml
}

#!/bin/bash
# In the machine: memory squeezed by the unit's own limits, under control groups version 2 with memory.events and PSI (F15). The service
# lets go of what it can, refuses newcomers, and goes on: no process is killed, cameras and readers lose nothing.
source ./points.bash
MIB=1048576
group=/sys/fs/cgroup/system.slice/sluice.service
anonymous() { awk '$1 == "anon" || $1 == "sock" || $1 == "kernel" { sum += $2 } END { print sum }' $group/memory.stat; }
limits() { systemctl set-property --runtime sluice.service "MemoryHigh=$1" "MemoryMax=$2"; }
relief() { metric '^sluice_memory_relief\{step="[a-z-]+"\} 1$'; }
cameras_up() { [ "$(metric '^sluice_camera_up\{camera="cam[0-9]+"\} 1$' | wc -l)" = 4 ]; }
refused() { [ "$(python3 ./reader.py newcomer "$URL/cam1")" = 453 ]; }

start_cameras 4
point "installs" "$SLUICE" install
point "four cameras stream" streams 60 cam1 cam2 cam3 cam4
point "control groups version 2 and PSI are there" test -f $group/memory.pressure -a -f $group/memory.events
echo "     limits of the unit: high $(( $(cat $group/memory.high) / MIB )) MiB, max $(( $(cat $group/memory.max) / MIB )) MiB"
sleep 20
before=$(pid)
for camera in 1 2 3 4; do python3 ./reader.py watch "$URL/cam$camera" 150 > "/tmp/watched$camera" & watchers+=($!); done
sleep 10
used=$(( $(anonymous) / MIB ))
echo "     held: $used MiB"
limits $(( used + 2 ))M $(( used + 14 ))M
point "squeezed: steps are taken" bash -c "$(declare -f relief metric api); for i in \$(seq 60); do relief && exit 0; sleep 1; done; exit 1"
point "squeezed: a new reader is refused (453)" within 60 refused
sleep 30
echo "     $(relief | tr '\n' ' ')"
echo "     memory.events: $(tr '\n' ' ' < $group/memory.events)"
echo "     memory.pressure: $(head -1 $group/memory.pressure)"
point "squeezed: every camera goes on" cameras_up
point "squeezed: nobody is killed" test "$(event oom_kill)" = 0
point "squeezed: the same process goes on" test "$(pid)" = "$before"
limits 300M 350M
point "released: a new reader is taken within 120 s" within 120 not refused
for watcher in "${watchers[@]}"; do wait "$watcher" || lost=1; done
point "readers lost nothing all the while" test -z "${lost:-}"
cat /tmp/watched? | sed 's/^figure:/    /'
point "cameras stream after it" streams 30 cam1 cam2 cam3 cam4
point "the same process to the end" test "$(pid)" = "$before"
exit $failed

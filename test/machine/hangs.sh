#!/bin/bash
# In the machine: the service killed twenty times, stopped, and spinning (F12, F18). Each time two cameras must stream again, to a
# reader that comes new. A clean restart after every fourth kill keeps twenty in a row from being a crash loop (crash-loop.sh).
source ./points.bash
PATIENCE=30 # seconds
start_cameras 2
point "installs" "$SLUICE" install
point "streams" streams 60 cam1 cam2
measure_start cam1

before=$(pid); kill -STOP "$before"
point "stopped (SIGSTOP): streams again" streams_again "$PATIENCE" "$before" cam1 cam2
systemctl restart sluice; streams 60 cam1 > /dev/null
before=$(pid); python3 ./spin.py "$before"
point "while(1) in the main thread: streams again" streams_again "$PATIENCE" "$before" cam1 cam2
systemctl restart sluice; streams 60 cam1 > /dev/null

for round in $(seq 1 20); do
  before=$(pid); kill -9 "$before"
  point "kill -9, round $round: streams again" streams_again "$PATIENCE" "$before" cam1 cam2
  if [ $((round % 4)) = 0 ]; then systemctl restart sluice; streams 60 cam1 > /dev/null; fi
done
exit $failed

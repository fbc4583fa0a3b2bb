#!/bin/sh
# HAProxy with the config of $1. It reads its certificates again every $2 seconds (a day), since
# caddy renews them a month before they end; connections live on. The clock is no child of
# HAProxy's: it would wait for it before it ends.
haproxy -W -db -f "$1" &
haproxy=$!
(
  trap 'kill $nap' TERM
  while sleep "${2:-86400}" & nap=$!; wait $nap && kill -USR2 $haproxy; do :; done
) &
clock=$!
stop() { # twice: a signal that comes while it reads its certificates again is lost
  kill $clock
  kill -TERM $haproxy
  (sleep 1 && kill -TERM $haproxy) 2>/dev/null &
}
trap stop TERM INT
wait $haproxy || wait $haproxy # the first ends with a signal too
kill $clock 2>/dev/null

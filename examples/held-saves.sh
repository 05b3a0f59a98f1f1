# Two saves with one tag that overlap, with curl and nothing of ifmatch: what checks of the kind `races/stale-token` do, in slow motion.
# The heads of both requests are sent, then the content of the first, and when that is answered the content of the other.
. "$(dirname "${BASH_SOURCE[0]}")/by-hand.sh"

# held NAME ITEM [curl arguments]: sends the head of a PUT; its content is what is written to the pipe $T/NAME until that is closed
held() {
  name=$1 item=$2
  shift 2
  printf '%s: $ curl -X PUT $B/%s -T -' "$name" "$item"
  quoted "$@"
  rm -f "$T/$name" "$T/$name.trace"
  mkfifo "$T/$name"
  # without "Expect: 100-continue", with which a server may ask for the content at a time of its own
  configure "$T/$name.config"
  curl -s -X PUT -T - -K "$T/$name.config" -H 'Expect:' -D "$T/$name.head" --trace-ascii "$T/$name.trace" "$B/$item" "$@" < "$T/$name" > "$T/$name.body" 3>&- 4>&- &
}

# underway NAME…: waits until the heads have been sent, and the server had time to look at them
underway() {
  for name in "$@"; do until grep -q '^=> Send header' "$T/$name.trace" 2> /dev/null; do sleep 0.05; done; done
  sleep 0.5
}

# answered NAME PID: waits for the answer of a held request and shows its status
answered() {
  wait "$2"
  printf '%s: %s\n' "$1" "$(status "$1")"
}

status() { tr -d '\r' < "$T/$1.head" | grep '^HTTP/'; }

# overlap ITEM: two saves of it that were both made from what is there
overlap() {
  show GET "$1"
  TAG=$(field etag)
  held A "$1" -H "If-Match: $TAG"; A=$!; exec 3> "$T/A"
  held B "$1" -H "If-Match: $TAG"; B_=$!; exec 4> "$T/B"
  underway A B
  printf 'two' >&3; exec 3>&-
  answered A $A
  show GET "$1"
  printf 'three' >&4; exec 4>&-
  answered B $B_
  show GET "$1"
}

# together ITEM ONE TWO [curl arguments]: two saves of it whose contents end at the same time; what was sent is in $T/sent
together() {
  item=$1 one=$2 two=$3
  shift 3
  held A "$item" "$@" > "$T/sent"; A=$!; exec 3> "$T/A"
  held B "$item" "$@" >> "$T/sent"; B_=$!; exec 4> "$T/B"
  printf %s "$one" >&3
  printf %s "$two" >&4
  underway A B
  exec 3>&-
  exec 4>&-
  wait $A $B_
}

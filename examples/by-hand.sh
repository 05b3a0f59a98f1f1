# What the by-hand.sh of each example shares: requests with curl, shown as they are sent, and of the answers what matters.
# $B is the base of all items, $Q the query that each request needs, $H the header lines that it needs (one a line).

T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

# ask METHOD ITEM [curl arguments]: sends the request without showing it; the answer is in $T
ask() {
  method=$1 item=$2
  shift 2
  : > "$T/body"
  echo "$H" | while IFS= read -r line; do [ -n "$line" ] && printf 'header = "%s"\n' "$line"; done > "$T/config"
  curl -s -X "$method" -K "$T/config" -D "$T/head" -o "$T/body" "$B/$item${Q:+?$Q}" "$@"
}

# show METHOD ITEM [curl arguments]: the same, shown
show() {
  printf '$ curl -X %s $B/%s' "$1" "$2"
  for word in "${@:3}"; do case $word in -*) printf ' %s' "$word" ;; *) printf " '%s'" "$word" ;; esac; done
  echo
  ask "$@"
  tr -d '\r' < "$T/head" | grep -iE "^(HTTP/|etag:|x-ms-error-code:${FIELD:+|$FIELD:})" | cut -c1-90
  if [ -s "$T/body" ]; then grep -v '^ *<' "$T/body" | grep -v '^RequestId\|^Time' | cut -c1-120; fi
}

# field NAME: a header field of the last answer
field() { tr -d '\r' < "$T/head" | sed -n "s/^$1: //Ip"; }

check() { printf '\n# %s\n' "$*"; }

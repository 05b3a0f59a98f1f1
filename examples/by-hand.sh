# What the by-hand.sh of each example shares: requests with curl, shown as they are sent, and of the answers what matters.
# $B is the base of all items, $Q the query that each request needs, $H the header lines that it needs (one a line).

T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

LONG_AGO='Sun, 22 Nov 2020 00:00:00 GMT'

# configure FILE: writes the header lines of each request, as curl reads them
configure() { echo "$H" | while IFS= read -r line; do [ -n "$line" ] && printf 'header = "%s"\n' "$line"; done > "$1"; }

# quoted WORD…: as they stand in a command, and the end of the line
quoted() {
  for word in "$@"; do case $word in -*) printf ' %s' "$word" ;; *) printf " '%s'" "$word" ;; esac; done
  echo
}

# ask METHOD ITEM [curl arguments]: sends the request without showing it; the answer is in $T
ask() {
  method=$1 item=$2
  shift 2
  : > "$T/body"
  configure "$T/config"
  curl -s -X "$method" -K "$T/config" -D "$T/head" -o "$T/body" "$B/$item${Q:+?$Q}" "$@"
}

# show METHOD ITEM [curl arguments]: the same, shown
show() {
  printf '$ curl -X %s $B/%s' "$1" "$2"
  quoted "${@:3}"
  ask "$@"
  tr -d '\r' < "$T/head" | grep -iE "^(HTTP/|etag:|x-ms-error-code:${FIELD:+|$FIELD:})" | cut -c1-90
  if [ -s "$T/body" ]; then grep -v '^ *<' "$T/body" | grep -v '^RequestId\|^Time' | cut -c1-120; fi
}

# field NAME: a header field of the last answer
field() { tr -d '\r' < "$T/head" | sed -n "s/^$1: //Ip"; }

# bare: the tag in $TAG without its quotes
bare() { echo "${TAG//\"/}"; }

# settle ITEM: waits until its tag is strong; it is in $TAG then
settle() { until ask GET "$1"; TAG=$(field etag); [ "${TAG#W/}" = "$TAG" ]; do sleep 0.2; done; }

# in_query TEXT: base64 as it stands in a query
in_query() { printf %s "$1" | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g'; }

check() { printf '\n# %s\n' "$*"; }

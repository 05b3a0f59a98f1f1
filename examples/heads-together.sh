# Two requests whose heads end at the same time, with two connections of bash and nothing of ifmatch: what checks under `races/` do, by hand.
. "$(dirname "${BASH_SOURCE[0]}")/by-hand.sh"

# meet ITEM FIELD METHOD CONTENT METHOD CONTENT: two requests with this field; the statuses of their answers are printed
meet() {
  host=${B#http://} host=${host%%/*}
  exec 3<> "/dev/tcp/${host%:*}/${host#*:}" 4<> "/dev/tcp/${host%:*}/${host#*:}"
  opening "$3" "$1" "$2" "$4" >&3
  opening "$5" "$1" "$2" "$6" >&4
  sleep 0.1
  printf '\r\n%s' "$4" >&3
  printf '\r\n%s' "$6" >&4
  IFS= read -r one <&3
  IFS= read -r two <&4
  exec 3>&- 4>&-
  echo "$3 ${one%?}, $5 ${two%?}"
}

# opening METHOD ITEM FIELD CONTENT: all of a head but the empty line that ends it
opening() {
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n' "$1" "/${B#http://*/}/$2" "$host" "$3"
  echo "$H" | while IFS= read -r line; do [ -n "$line" ] && printf '%s\r\n' "$line"; done
  [ -z "$4" ] || printf 'Content-Length: %s\r\n' "${#4}"
}

# A count as content, and back
content() { printf %s "$1"; }
count() { cat "$T/body"; }

# counted ROUNDS ITEM: in each round two clients read a count, add one, and save it with the tag that they read; who is refused gives up
counted() {
  ask PUT "$2" -d "$(content 0)"
  told=0
  for _ in $(seq "$1"); do
    ask GET "$2"
    next=$(content $(($(count) + 1)))
    told=$((told + $(meet "$2" "If-Match: $(field etag)" PUT "$next" PUT "$next" | grep -o 'HTTP/1.1 2' | wc -l)))
  done
  ask GET "$2"
  echo "$told saves were answered with success; the count is $(count)"
}

# Saves that are lost, with two connections of bash:
#   node examples/nephele/start.ts -- bash examples/nephele/races.by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$NEPHELE_URL/ifmatch"
H='Content-Type: text/plain'
HOST="${NEPHELE_URL#http://}"

# together ITEM FIELD: two saves with this field whose heads end at the same time; the statuses of their answers are printed
together() {
  exec 3<> "/dev/tcp/${HOST%:*}/${HOST#*:}" 4<> "/dev/tcp/${HOST%:*}/${HOST#*:}"
  head="PUT /ifmatch/$1 HTTP/1.1\r\nHost: $HOST\r\nContent-Type: text/plain\r\n$2\r\nConnection: close\r\n"
  printf "${head}Content-Length: 3\r\n" >&3
  printf "${head}Content-Length: 5\r\n" >&4
  sleep 0.1
  printf '\r\ntwo' >&3
  printf '\r\nthree' >&4
  IFS= read -r one <&3
  IFS= read -r two <&4
  exec 3>&- 4>&-
  echo "${one%?}, ${two%?}"
}

check races/stale-token: two saves with one tag whose heads end at the same time, 20 times
for round in $(seq 20); do
  ask PUT "a$round" -d one; ask GET "a$round"
  together "a$round" "If-Match: $(field etag)"
done | sort | uniq -c
check races/create-only: two creates of one name whose heads end at the same time, 20 times
for round in $(seq 20); do together "b$round" 'If-None-Match: *'; done | sort | uniq -c
check one after the other, for comparison
ask PUT c -d one; ask GET c; TAG=$(field etag)
show PUT c -d two -H "If-Match: $TAG"
show PUT c -d three -H "If-Match: $TAG"
show GET c

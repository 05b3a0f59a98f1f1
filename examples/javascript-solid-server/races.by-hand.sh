# Saves that are lost, with curl:
#   node examples/javascript-solid-server/start.ts -- bash examples/javascript-solid-server/races.by-hand.sh
. "$(dirname "$0")/../held-saves.sh"

B="$SOLID_URL/ifmatch/public"
H="Authorization: Bearer $SOLID_TOKEN
Content-Type: application/ld+json"

thing() { printf '{"@id":"#it","http://schema.org/name":"%s"}' "$1"; }

check races/stale-token: two saves with one tag whose contents end at the same time, 20 times
for round in $(seq 20); do
  ask PUT "a$round" -d "$(thing one)"; ask GET "a$round"; TAG=$(field etag)
  together "a$round" "$(thing two)" "$(thing three)" -H "If-Match: $TAG"
  echo "$(status A), $(status B)"
done | sort | uniq -c
check races/create-only: two creates of one name whose contents end at the same time, 20 times
for round in $(seq 20); do
  together "b$round" "$(thing two)" "$(thing three)" -H 'If-None-Match: *'
  echo "$(status A), $(status B)"
done | sort | uniq -c
check one of them
ask PUT c -d "$(thing one)"
show GET c; TAG=$(field etag)
together c "$(thing two)" "$(thing three)" -H "If-Match: $TAG"
cat "$T/sent"
answered A $A
answered B $B_
show GET c
check the same one after the other, for comparison
ask PUT d -d "$(thing one)"; ask GET d; TAG=$(field etag)
show PUT d -d "$(thing two)" -H "If-Match: $TAG"
show PUT d -d "$(thing three)" -H "If-Match: $TAG"
show GET d

# Saves that are lost, with curl, and with two connections of bash where one of the two has no content to hold back:
#   node examples/javascript-solid-server/start.ts -- bash examples/javascript-solid-server/races.by-hand.sh
. "$(dirname "$0")/../held-saves.sh"
. "$(dirname "$0")/../heads-together.sh"

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
check races/counter: two clients who read a count, add one and save it with the tag that they read, 20 times
content() { thing "$1"; }
count() { sed 's/.*name":"\([0-9]*\)".*/\1/' "$T/body"; }
counted 20 count
check races/update-or-delete: a save and a delete with one tag whose heads end at the same time, 20 times, and what is there then
for round in $(seq 20); do
  ask PUT "e$round" -d "$(thing one)"; ask GET "e$round"
  met=$(meet "e$round" "If-Match: $(field etag)" PUT "$(thing two)" DELETE '')
  ask GET "e$round"
  echo "$met, GET $(tr -d '\r' < "$T/head" | sed -n 1p)"
done | sort | uniq -c

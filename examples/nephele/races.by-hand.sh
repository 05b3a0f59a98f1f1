# Saves that are lost, with two connections of bash:
#   node examples/nephele/start.ts -- bash examples/nephele/races.by-hand.sh
. "$(dirname "$0")/../heads-together.sh"

B="$NEPHELE_URL/ifmatch"
H='Content-Type: text/plain'

check races/stale-token: two saves with one tag whose heads end at the same time, 20 times
for round in $(seq 20); do
  ask PUT "a$round" -d one; ask GET "a$round"
  meet "a$round" "If-Match: $(field etag)" PUT two PUT three
done | sort | uniq -c
check races/create-only: two creates of one name whose heads end at the same time, 20 times
for round in $(seq 20); do meet "b$round" 'If-None-Match: *' PUT two PUT three; done | sort | uniq -c
check races/counter: two clients who read a count, add one and save it with the tag that they read, 20 times
counted 20 count
check races/update-or-delete: a save and a delete with one tag whose heads end at the same time, 20 times, and what is there then
for round in $(seq 20); do
  ask PUT "d$round" -d one; ask GET "d$round"
  met=$(meet "d$round" "If-Match: $(field etag)" PUT two DELETE '')
  ask GET "d$round"
  echo "$met, GET $(tr -d '\r' < "$T/head" | sed -n 1p)"
done | sort | uniq -c
check one after the other, for comparison
ask PUT c -d one; ask GET c; TAG=$(field etag)
show PUT c -d two -H "If-Match: $TAG"
show PUT c -d three -H "If-Match: $TAG"
show DELETE c -H "If-Match: $TAG"
show GET c

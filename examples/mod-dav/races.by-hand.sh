# Saves that are lost, with curl:
#   node examples/mod-dav/start.ts -- bash examples/mod-dav/races.by-hand.sh
. "$(dirname "$0")/../held-saves.sh"

B="$MOD_DAV_URL/ifmatch"
H='Content-Type: text/plain'

check races/stale-token: two saves with one tag, the content of each held back
ask PUT a -d one; settle a
overlap a
check the same one after the other, for comparison
ask PUT b -d one; settle b
show PUT b -d two -H "If-Match: $TAG"
show PUT b -d three -H "If-Match: $TAG"
show GET b

check races/create-only: two creates of one name, the content of each held back
held A c -H 'If-None-Match: *'; A=$!; exec 3> "$T/A"
held B c -H 'If-None-Match: *'; B_=$!; exec 4> "$T/B"
underway A B
printf 'two' >&3; exec 3>&-
answered A $A
printf 'three' >&4; exec 4>&-
answered B $B_
show GET c

check races/counter: two clients who both read 0, add one, and save 1 with the tag of the 0
ask PUT d -d 0; settle d
show GET d
held A d -H "If-Match: $TAG"; A=$!; exec 3> "$T/A"
held B d -H "If-Match: $TAG"; B_=$!; exec 4> "$T/B"
underway A B
printf 1 >&3; exec 3>&-
answered A $A
printf 1 >&4; exec 4>&-
answered B $B_
show GET d

check races/update-or-delete: a save whose content is held back while a delete with the same tag is carried out
ask PUT e -d one; settle e
held A e -H "If-Match: $TAG"; A=$!; exec 3> "$T/A"
underway A
show DELETE e -H "If-Match: $TAG"
show GET e
printf two >&3; exec 3>&-
answered A $A
show GET e

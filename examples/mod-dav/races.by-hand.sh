# A save that is lost, with curl:
#   node examples/mod-dav/start.ts -- bash examples/mod-dav/races.by-hand.sh
. "$(dirname "$0")/../held-saves.sh"

B="$MOD_DAV_URL/ifmatch"
H='Content-Type: text/plain'

# settle: waits until the tag of a file is strong
settle() { until ask GET "$1"; TAG=$(field etag); [ "${TAG#W/}" = "$TAG" ]; do sleep 0.2; done; }

check races/stale-token: two saves with one tag, the content of each held back
ask PUT a -d one; settle a
overlap a
check the same one after the other, for comparison
ask PUT b -d one; settle b
show PUT b -d two -H "If-Match: $TAG"
show PUT b -d three -H "If-Match: $TAG"
show GET b

# Repeats by hand, with curl, each failure and warning of `ifmatch test` on Nephele, and more than ten of its passes; for races see races.by-hand.sh:
#   node examples/nephele/start.ts -- bash examples/nephele/by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$NEPHELE_URL/ifmatch"
H='Content-Type: text/plain'

# new: makes a file; its tag is in $TAG
new() { ask PUT "$1" -d one; ask GET "$1"; TAG=$(field etag); }

printf '## Failures\n'
check if-match/comma-in-tag: one tag with commas in it, which is not the current one
new a
show GET a
show PUT a -d two -H "If-Match: \"a,$(bare),b\""
show GET a
check dates/if-match-before-date: the tag is current, and the date beside it is not ignored
new b
show PUT b -d two -H "If-Match: $TAG" -H "If-Unmodified-Since: $LONG_AGO"
show PUT b -d two -H "If-Match: $TAG"

printf '\n## Warnings\n'
check if-none-match/comma-in-tag: one tag with commas in it, which is not the current one
new c
show GET c -H "If-None-Match: \"a,$(bare),b\""
check not-modified/repeats-cache-fields, not-modified/repeats-tag: the 304 has neither Cache-Control nor Vary, and its tag has no quotes
FIELD='cache-control:|vary'
show GET c
show GET c -H "If-None-Match: $TAG"

printf '\n## Passes\n'
FIELD=
new d
check if-match/current-performed, entity-tags/changes-on-write
show PUT d -d two -H "If-Match: $TAG"
show GET d
check if-match/stale-not-performed
show PUT d -d three -H "If-Match: $TAG"
show GET d
check if-match/stale-delete-not-performed
show DELETE d -H "If-Match: $TAG"
show GET d
check if-match/any-performed
show PUT d -d three -H 'If-Match: *'
check if-match/missing-not-created
show PUT nothing-there -d one -H "If-Match: $TAG"
show PUT nothing-there -d one -H 'If-Match: *'
show GET nothing-there
check create-only/creates-missing, create-only/existing-refused, create-only/existing-unchanged
show PUT e -d one -H 'If-None-Match: *'
show PUT e -d two -H 'If-None-Match: *'
show GET e
check if-none-match/current-304
show GET e -H "If-None-Match: $(field etag)"
check dates/unmodified-stale-not-performed, dates/unmodified-stale-refused
show PUT e -d two -H "If-Unmodified-Since: $LONG_AGO"
show GET e
check locks/held-not-written, locks/held-not-deleted
LOCK='<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype><owner>me</owner></lockinfo>'
TOKEN=$(curl -s -o /dev/null -D - -X LOCK "$B/e" -H 'Timeout: Second-60' -H 'Content-Type: application/xml' -d "$LOCK" | tr -d '\r' | sed -n 's/^Lock-Token: //Ip')
show PUT e -d two
show DELETE e
check locks/holder-writes
show PUT e -d two -H "If: ($TOKEN)"
check locks/other-token-refused
show PUT e -d three -H 'If: (<urn:uuid:00000000-0000-4000-8000-000000000000>)'
check locks/released-lets-through, locks/lost-token-refused
show UNLOCK e -H "Lock-Token: $TOKEN"
show PUT e -d four -H "If: ($TOKEN)"
show PUT e -d four
check state/delete-again, precedence/not-found-first
show DELETE e
show DELETE e

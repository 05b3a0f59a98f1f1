# Repeats by hand, with curl, each failure and warning of `ifmatch test` on JavaScript Solid Server, and ten of its passes; for races see races.by-hand.sh:
#   node examples/javascript-solid-server/start.ts -- bash examples/javascript-solid-server/by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$SOLID_URL/ifmatch/public"
H="Authorization: Bearer $SOLID_TOKEN
Content-Type: application/ld+json"

thing() { printf '{"@id":"#it","http://schema.org/name":"%s"}' "$1"; }
# new: makes a document; its tag is in $TAG
new() { ask PUT "$1" -d "$(thing one)"; ask GET "$1"; TAG=$(field etag); }

printf '## Failures\n'
check if-match/comma-in-tag: one tag with commas in it, which is not the current one
new a
show GET a
show PUT a -d "$(thing two)" -H "If-Match: \"a,$(bare),b\""
show GET a
check not-modified/repeats-tag
new b
show GET b -H "If-None-Match: $TAG"

printf '\n## Warnings\n'
check if-none-match/comma-in-tag: one tag with commas in it, which is not the current one
show GET b -H "If-None-Match: \"a,$(bare),b\""
check not-modified/head-like-get
show HEAD b -I -H "If-None-Match: $TAG" | sed -n 1,3p
check not-modified/repeats-cache-fields: the 304 has no Vary
FIELD='vary'
show GET b
show GET b -H "If-None-Match: $TAG"
FIELD=

printf '\n## Passes\n'
new d
check if-match/current-performed, entity-tags/changes-on-write
show PUT d -d "$(thing two)" -H "If-Match: $TAG"
show GET d
check if-match/stale-not-performed
show PUT d -d "$(thing three)" -H "If-Match: $TAG"
show GET d
check if-match/stale-delete-not-performed
show DELETE d -H "If-Match: $TAG"
show GET d
check if-match/any-performed
show PUT d -d "$(thing three)" -H 'If-Match: *'
check if-match/missing-not-created
show PUT nothing-there -d "$(thing one)" -H "If-Match: $TAG"
show GET nothing-there
check create-only/creates-missing, create-only/existing-refused, create-only/existing-unchanged
show PUT e -d "$(thing one)" -H 'If-None-Match: *'
show PUT e -d "$(thing two)" -H 'If-None-Match: *'
show GET e
check if-none-match/other-tag-200
show GET e -H 'If-None-Match: "other"'
check state/delete-again
show DELETE e
show DELETE e

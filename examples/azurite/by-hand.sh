# Repeats by hand, with curl, each failure and warning of `ifmatch test` on Azurite, and more than ten of its passes:
#   node examples/azurite/start.ts -- bash examples/azurite/by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$AZURITE_URL/ifmatch"
Q="sp=rwdc&ss=b&srt=co&se=2099-12-31T23:59:59Z&spr=https,http&sv=2021-12-02&sig=$(in_query "$AZURITE_SAS_SIG")"
H='x-ms-version: 2021-12-02
x-ms-blob-type: BlockBlob
Content-Type: text/plain'

new() { ask PUT "$1" -d "${2-one}"; ask GET "$1"; }

echo '## Passes'
check if-match/current-performed, entity-tags/changes-on-write, entity-tags/write-answer-current
ask PUT a -d one; ask GET a; T1=$(field etag)
show PUT a -d two -H "If-Match: $T1"
show GET a
check if-match/stale-not-performed
show PUT a -d three -H "If-Match: $T1"
show GET a
check if-match/stale-delete-not-performed
show DELETE a -H "If-Match: $T1"
show GET a
check if-match/missing-not-created
show PUT nothing-there -d one -H "If-Match: $T1"
show PUT nothing-there -d one -H 'If-Match: *'
show GET nothing-there
check if-match/any-performed
show PUT a -d three -H 'If-Match: *'
check if-match/weak-never-matches
ask GET a; T2=$(field etag)
show PUT a -d four -H "If-Match: W/$T2"
check create-only/creates-missing, create-only/existing-refused, create-only/existing-unchanged
show PUT b -d one -H 'If-None-Match: *'
show PUT b -d two -H 'If-None-Match: *'
show GET b
check dates/unmodified-stale-not-performed, dates/unmodified-stale-refused
show PUT b -d two -H "If-Unmodified-Since: $LONG_AGO"
show GET b
check dates/if-match-before-date
show PUT b -d two -H "If-Match: $(field etag)" -H "If-Unmodified-Since: $LONG_AGO"
check if-none-match/current-304
show GET b
show GET b -H "If-None-Match: $(field etag)"

printf '\n## Failures\n'
new c; T3=$(field etag)
check if-none-match/weak-comparison
show GET c -H "If-None-Match: W/$T3"
check not-modified/repeats-tag: the 304 has no ETag
show GET c -H "If-None-Match: $T3"
check dates/if-none-match-before-date: the documents say so too
show GET c -H "If-None-Match: $T3" -H "If-Modified-Since: $LONG_AGO"

printf '\n## Warnings\n'
check if-match/list-with-current-performed, if-match/two-lines-are-one-list: the documents say so too
show PUT c -d two -H "If-Match: $T1, $T3"
show PUT c -d two -H "If-Match: $T1" -H "If-Match: $T3"
check if-none-match/any-position: a blank after the comma is taken for a part of the tag
show GET c -H "If-None-Match: $T3, \"other\""
show GET c -H "If-None-Match: \"other\",$T3"
show GET c -H "If-None-Match: \"other\", $T3"
check if-none-match/two-lines, if-none-match/comma-in-tag: as any-position
show GET c -H 'If-None-Match: "other"' -H "If-None-Match: $T3"
show GET c -H "If-None-Match: \"one,two\", $T3"
check if-none-match/star-304
show GET c -H 'If-None-Match: *'
check dates/invalid-if-modified-since
show GET c -H 'If-Modified-Since: yesterday'
check create-only/current-tag-refused: the tag is current, and is not found where it is marked as weak
new w; T4=$(field etag)
show PUT w -d two -H "If-None-Match: $T4"
show PUT w -d two -H "If-None-Match: W/$T4"
show GET w
check precedence/not-found-first
show GET nothing-there
show GET nothing-there -H "If-Match: $T3"

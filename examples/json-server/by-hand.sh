# Repeats by hand, with curl, what `ifmatch test` tells of json-server without accusing it, and ten of its passes:
#   node examples/json-server/start.ts -- bash examples/json-server/by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$JSON_SERVER_URL/notes"
H='Content-Type: application/json'

# new: makes a note; its id is in $I, its tag in $T1
new() {
  curl -s -o "$T/made" -H 'Content-Type: application/json' -d '{"title":"one"}' "$B"
  I=$(sed -n 's/.*"id": *\([0-9]*\).*/\1/p' "$T/made")
  ask GET "$I"
  T1=$(field etag)
}

echo '## Not promised'
new
check if-match/stale-not-performed: a lost update
show PUT "$I" -d '{"title":"two"}' -H "If-Match: $T1"
show PUT "$I" -d '{"title":"three"}' -H "If-Match: $T1"
show GET "$I"
check if-match/stale-patch-not-performed
show PATCH "$I" -d '{"title":"four"}' -H "If-Match: $T1"
show GET "$I"
check if-match/stale-delete-not-performed
show DELETE "$I" -H "If-Match: $T1"
show GET "$I"
new
check create-only/existing-refused, create-only/existing-unchanged, create-only/current-tag-refused
show PUT "$I" -d '{"title":"two"}' -H 'If-None-Match: *'
show PUT "$I" -d '{"title":"three"}' -H "If-None-Match: $(ask GET "$I"; field etag)"
show GET "$I"
check precedence/if-match-first
show PUT "$I" -d '{"title":"four"}' -H "If-Match: $T1" -H 'If-Unmodified-Since: Tue, 22 Nov 2050 00:00:00 GMT'
check idempotency/one-effect: the same key, two notes
show POST '' -d '{"title":"one"}' -H 'Idempotency-Key: "4f6c1c3e"'
show POST '' -d '{"title":"one"}' -H 'Idempotency-Key: "4f6c1c3e"'

printf '\n## Passes\n'
new
check entity-tags/present, entity-tags/syntax, entity-tags/single, entity-tags/stable, safe-methods/read-keeps-version, safe-methods/read-no-conflict
show GET "$I"
show GET "$I"
check entity-tags/changes-on-write, entity-tags/write-answer-current, idempotency/put-twice
show PUT "$I" -d '{"title":"two"}'
show PUT "$I" -d '{"title":"two"}'
show GET "$I"
check dates/if-modified-since-on-write
show PUT "$I" -d '{"title":"three"}' -H 'If-Modified-Since: Tue, 22 Nov 2050 00:00:00 GMT'
check precedence/method-first
show TRACE "$I"
show TRACE "$I" -H 'If-Match: "other"'
check precedence/not-found-first
show DELETE "$I"
show GET "$I"
show GET "$I" -H "If-Match: $T1"
check state/delete-again
show DELETE "$I"

printf '\n## Warnings\n'
new
check patch/unknown-format-refused: answered 200, and nothing is patched
H=
show PATCH "$I" -d '{"title":"two"}' -H 'Content-Type: application/x-ifmatch-unknown'
show GET "$I"

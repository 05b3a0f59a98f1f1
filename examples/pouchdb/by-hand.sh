# Repeats by hand, with curl, each failure and warning of `ifmatch test` on express-pouchdb, and more than ten of its passes:
#   node examples/pouchdb/start.ts -- bash examples/pouchdb/by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$POUCHDB_URL/ifmatch"
H='Accept: application/json
Content-Type: application/json'

rev() { sed -n 's/.*"_\{0,1\}rev":"\([^"]*\)".*/\1/p' "$T/body"; }
new() { ask PUT "$1" -d '{"title":"one"}'; rev; }

echo '## Passes'
R1=$(new a)
check body-version/present
show GET a
check body-version/current-performed, body-version/changes-on-write, required/token-satisfies
show PUT a -d "{\"title\":\"two\",\"_rev\":\"$R1\"}"
R2=$(rev)
check body-version/stale-not-performed, body-version/stale-outcome
show PUT a -d "{\"title\":\"three\",\"_rev\":\"$R1\"}"
show GET a
check body-version/missing-not-performed, required/replace-refused, create-only/existing-refused, create-only/existing-unchanged
show PUT a -d '{"title":"three"}'
show GET a
check body-version/malformed-not-performed
show PUT a -d '{"title":"three","_rev":"not-a-revision"}'
check body-version/recoverable
show PUT a -d "{\"title\":\"three\",\"_rev\":\"$R2\"}"
check create-only/creates-missing
show PUT b -d '{"title":"one"}'
check 'if-match/stale-not-performed (refused because no revision is found, not because of If-Match: see the failures)'
show PUT a -d '{"title":"four"}' -H "If-Match: \"$R1\""
check if-none-match/current-304, not-modified/repeats-tag
show GET a
show GET a -H "If-None-Match: $(field etag)"
printf '\n## Failures\n'
check if-match/current-performed: If-Match is ignored, so no revision is found
R1=$(new c)
show PUT c -d '{"title":"two"}' -H "If-Match: \"$R1\""
show PUT c -d '{"title":"two"}' -H "If-Match: $R1"
check if-match/missing-not-created: If-Match is ignored
show PUT nothing-there -d '{"title":"one"}' -H "If-Match: \"$R1\""
show GET nothing-there
check if-match/never-ignored: the revision in the body is current, the If-Match beside it names nothing
R1=$(new i)
show PUT i -d "{\"title\":\"two\",\"_rev\":\"$R1\"}" -H 'If-Match: "names-nothing"'
show GET i
check if-match/stale-delete-not-performed: If-Match is ignored
R1=$(new d); ask PUT d -d "{\"title\":\"two\",\"_rev\":\"$R1\"}"
show GET d
show DELETE d -H "If-Match: \"$R1\""
show GET d
check required/delete-refused: a DELETE without a revision deletes
R1=$(new e)
show DELETE e
show GET e
check 'entity-tags/write-answer-current: the tag of a PUT is the revision, that of a GET a hash of the body'
show PUT f -d '{"title":"one"}'
show GET f

printf '\n## Warnings\n'
check not-modified/repeats-cache-fields: the 304 has no Vary
FIELD=vary show GET f
FIELD=vary show GET f -H "If-None-Match: $(field etag)"
check required/explains
show PUT f -d '{"title":"three"}'
check entity-tags/content-says-the-same: the revision in the body, a hash of the body in the header
show GET f

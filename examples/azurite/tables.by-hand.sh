# Repeats by hand, with curl, each warning of `ifmatch test` on Azurite's tables, and more than ten of its passes:
#   node examples/azurite/tables.ts -- bash examples/azurite/tables.by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$AZURITE_TABLES_URL"
Q="sp=rwdau&ss=t&srt=co&se=2099-12-31T23:59:59Z&spr=https,http&sv=2021-12-02&sig=$(in_query "$AZURITE_TABLES_SAS_SIG")"
H='x-ms-version: 2019-02-02
Content-Type: application/json
Accept: application/json;odata=nometadata'

entity() { printf '{"PartitionKey":"p","RowKey":"%s","Name":"%s"}' "$1" "$2"; }
at() { printf "ifmatch(PartitionKey='p',RowKey='%s')" "$1"; }

echo '## Passes'
check uniqueness/duplicate-outcome, uniqueness/duplicate-not-created
ask POST ifmatch -d "$(entity a one)"
show POST ifmatch -d "$(entity a two)"
show GET "$(at a)"
T1=$(field etag)
check if-match/current-performed, entity-tags/changes-on-write, entity-tags/write-answer-current
show PUT "$(at a)" -d "$(entity a two)" -H "If-Match: $T1"
show GET "$(at a)"
T2=$(field etag)
check if-match/stale-not-performed, conflict-bodies/explains
show PUT "$(at a)" -d "$(entity a three)" -H "If-Match: $T1"
show GET "$(at a)"
check if-match/stale-patch-not-performed
show PATCH "$(at a)" -d '{"Name":"three"}' -H "If-Match: $T1"
check if-match/stale-delete-not-performed
show DELETE "$(at a)" -H "If-Match: $T1"
show GET "$(at a)"
check if-match/any-performed
show PUT "$(at a)" -d "$(entity a three)" -H 'If-Match: *'
check if-match/refused-can-recover, retry/refetch-recovers
ask GET "$(at a)"; T3=$(field etag)
show PUT "$(at a)" -d "$(entity a four)" -H "If-Match: $T2"
show PUT "$(at a)" -d "$(entity a four)" -H "If-Match: $T3"
check if-match/missing-not-created
show PUT "$(at nothing)" -d "$(entity nothing one)" -H "If-Match: $T3"
show GET "$(at nothing)"
check required/delete-refused: a delete wants If-Match
show DELETE "$(at a)"
show GET "$(at a)"
T4=$(field etag)
show DELETE "$(at a)" -H "If-Match: $T4"
check state/delete-again
show DELETE "$(at a)" -H "If-Match: $T4"
check without If-Match the last writer wins, as documented: insert or replace
show PUT "$(at b)" -d "$(entity b one)"
show PUT "$(at b)" -d "$(entity b two)"

printf '\n## Warnings\n'
check creates/location
FIELD=location show POST ifmatch -d "$(entity c one)"
check patch/unknown-format-refused: answered 204, and nothing is patched
H='x-ms-version: 2019-02-02
Accept: application/json;odata=nometadata'
show PATCH "$(at c)" -d '{"Name":"two"}' -H 'Content-Type: application/x-ifmatch-unknown'
show GET "$(at c)"

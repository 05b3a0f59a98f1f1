# Repeats by hand, with curl, each failure and warning of `ifmatch test` on CAP, and more than ten of its passes; for races see races.by-hand.sh:
#   node examples/cap/start.ts -- bash examples/cap/by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B=$CAP_URL
H='Authorization: Basic YWxpY2U6
Content-Type: application/json'

# new: makes a book; its address is in $BOOK, its tag in $TAG
new() {
  COUNT=$((COUNT + 1)) ID=$(printf 00000000-0000-4000-8000-%012d $COUNT)
  ask POST Books -d "{\"ID\":\"$ID\",\"title\":\"one\",\"isbn\":\"$ID\"}"
  BOOK="Books($ID)" TAG=$(field etag)
}
# fetch, save: what matters of an entity is its title (`?$select=title`), of the answer to a save its head
fetch() { Q='$select=title' show GET "$@" | sed -E 's/"@odata.context".*"title"/"title"/; s/,"ID".*/}/'; }
save() { show "$@" | grep -v '^{"@odata'; }
NOBODY='Books(00000000-0000-4000-8000-000000000000)'

printf '## Failures\n'
new
check not-modified/repeats-tag: the 304 has no ETag
fetch "$BOOK"
fetch "$BOOK" -H "If-None-Match: $TAG"
check precedence/both-must-hold: the first holds, the second does not
save PUT "$BOOK" -d '{"title":"two"}' -H "If-Match: $TAG" -H 'If-None-Match: *'
fetch "$BOOK"
check create-only/existing-refused: nothing is written, but the answer is no 412
new
save PUT "$BOOK" -d '{"title":"two"}' -H 'If-None-Match: *'
fetch "$BOOK"
check uniqueness/not-a-server-error, uniqueness/duplicate-outcome
save POST Books -d "{\"title\":\"two\",\"isbn\":\"$ID\"}"
check uniqueness/update-into-duplicate
TAKEN=$ID
new
save PATCH "$BOOK" -d "{\"isbn\":\"$TAKEN\"}" -H "If-Match: $TAG"

printf '\n## Warnings\n'
check precedence/not-found-first
fetch "$NOBODY"
fetch "$NOBODY" -H "If-Match: $TAG"
check create-only/identical-refused: the same create again
save POST Books -d "{\"ID\":\"$ID\",\"title\":\"one\"}"
check required/explains
save PUT "$BOOK" -d '{"title":"two"}'
FIELD='access-control-allow-.*|access-control-expose-.*'
check cors/allows-conditions
show OPTIONS "$BOOK" -H 'Origin: http://localhost:3000' -H 'Access-Control-Request-Method: PUT' -H 'Access-Control-Request-Headers: content-type,if-match'
check cors/exposes-fields
fetch "$BOOK" -H 'Origin: http://localhost:3000'
FIELD=

printf '\n## Passes\n'
new
check if-match/current-performed, entity-tags/changes-on-write
save PATCH "$BOOK" -d '{"title":"two"}' -H "If-Match: $TAG"
fetch "$BOOK"
check if-match/stale-not-performed, if-match/stale-patch-not-performed
save PATCH "$BOOK" -d '{"title":"three"}' -H "If-Match: $TAG"
save PUT "$BOOK" -d '{"title":"three"}' -H "If-Match: $TAG"
fetch "$BOOK"
check the same for an action
save POST "$BOOK/publish" -d '{}' -H "If-Match: $TAG"
check if-match/stale-delete-not-performed
save DELETE "$BOOK" -H "If-Match: $TAG"
check required/patch-refused, required/delete-refused
save PATCH "$BOOK" -d '{"title":"three"}'
save DELETE "$BOOK"
check if-match/any-performed
save PATCH "$BOOK" -d '{"title":"three"}' -H 'If-Match: *'
ask GET "$BOOK"; TAG=$(field etag)
check if-match/missing-not-created
save PUT "$NOBODY" -d '{"title":"one"}' -H 'If-Match: *'
fetch "$NOBODY"
check create-only/current-tag-refused: a tag in If-None-Match alone is compared
save PUT "$BOOK" -d '{"title":"four"}' -H "If-None-Match: $TAG"
check create-only/creates-missing, create-only/says-201
save PUT "$NOBODY" -d '{"title":"one"}' -H 'If-None-Match: *'
check if-none-match/current-304
fetch "$BOOK" -H "If-None-Match: $TAG"
check state/allowed-action, state/forbidden-action: an open book is published once, and withdrawn only then
save POST "$BOOK/withdraw" -d '{}' -H "If-Match: $TAG"
save POST "$BOOK/publish" -d '{}' -H "If-Match: $TAG"
save POST "$BOOK/publish" -d '{}' -H 'If-Match: *'
check state/parent-missing
save POST Books -d '{"title":"one","author_ID":"00000000-0000-4000-8000-000000000000"}'
check state/delete-again
save DELETE "$BOOK" -H 'If-Match: *'
save DELETE "$BOOK" -H 'If-Match: *'
check state/described-refused: as long as there is a draft, no other is made, and nothing is saved or deleted beside it
ask POST Orders -d "{\"ID\":\"$ID\",\"note\":\"one\",\"IsActiveEntity\":true}"
ORDER="Orders(ID=$ID,IsActiveEntity=true)"
save POST "$ORDER/draftEdit" -d '{"PreserveChanges":true}' -H 'If-Match: *'
save POST "$ORDER/draftEdit" -d '{"PreserveChanges":true}' -H 'If-Match: *'
save PATCH "$ORDER" -d '{"note":"two"}' -H 'If-Match: *'
save DELETE "$ORDER" -H 'If-Match: *'
check state/override-performed: unless the draft may be lost
save POST "$ORDER/draftEdit" -d '{"PreserveChanges":false}' -H 'If-Match: *'
check the draft is discarded, and the order can be deleted
save DELETE "Orders(ID=$ID,IsActiveEntity=false)" -H 'If-Match: *'
save DELETE "$ORDER" -H 'If-Match: *'

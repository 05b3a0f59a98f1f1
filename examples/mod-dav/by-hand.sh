# Repeats by hand, with curl, each failure and warning of `ifmatch test` on Apache httpd's mod_dav, and more than ten of its passes:
#   node examples/mod-dav/start.ts -- bash examples/mod-dav/by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$MOD_DAV_URL/ifmatch"
H='Content-Type: text/plain'
LOCK='<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>'

# new: makes a file; its tag is in $TAG, weak for now
new() { ask PUT "$1" -d "${2-one}"; ask GET "$1"; TAG=$(field etag); }

printf '## Failures\n'
new a; settle a
check dates/if-none-match-before-date
FIELD=last-modified show GET a -H "If-None-Match: $TAG" -H "If-Modified-Since: $LONG_AGO"

check dates/unmodified-performed: the date is that of the last change, and the file was not changed since
show PUT a -d two -H "If-Unmodified-Since: $(field last-modified)"
show DELETE a -H "If-Unmodified-Since: $(ask GET a; field last-modified)"

check dates/if-match-before-date: the tag is current, and the date beside it is not ignored
new f; settle f
show PUT f -d two -H "If-Match: $TAG" -H "If-Unmodified-Since: $LONG_AGO"
show PUT f -d two -H "If-Match: $TAG"

printf '\n## Warnings\n'
check create-only/current-tag-refused: the tag is current, and compared strongly
new c
show PUT c -d two -H "If-None-Match: $TAG"
show GET c
settle c
show PUT c -d three -H "If-None-Match: W/$TAG"
show GET c

printf '\n## Locks that are lost\n'
# holders N: so many clients at once, each with a file of its own: take the lock, try to write without it, give it back, 60 times
holders() {
  for client in $(seq "$1"); do
    for round in $(seq 60); do
      L="$B/lost-$client-$round"
      curl -s -o /dev/null -X PUT "$L" -d one
      TOKEN=$(curl -s -o /dev/null -D - -X LOCK "$L" -H 'Timeout: Second-60' -H 'Content-Type: application/xml' -d "$LOCK" | tr -d '\r' | sed -n 's/^Lock-Token: //Ip')
      curl -s -o /dev/null -w 'PUT without the token is answered %{http_code}\n' -X PUT "$L" -d two
      curl -s -o /dev/null -w 'UNLOCK is answered %{http_code}\n' -X UNLOCK "$L" -H "Lock-Token: $TOKEN"
      curl -s -o /dev/null -X DELETE "$L"
    done &
  done | sort | uniq -c
}
check one client
holders 1
check 8 clients, each on files of its own
holders 8

printf '\n## Weak at first\n'
check a tag that was just told is refused, since it is weak
new b
show PUT b -d two -H "If-Match: $TAG"
check a second later it is strong, and taken
settle b
show PUT b -d two -H "If-Match: $TAG"
show GET b

printf '\n## Passes\n'
new d; settle d; OLD=$TAG
check if-match/stale-not-performed, entity-tags/changes-on-write
show PUT d -d two -H "If-Match: $OLD"
show PUT d -d three -H "If-Match: $OLD"
show GET d
check if-match/stale-delete-not-performed
show DELETE d -H "If-Match: $OLD"
show GET d
check if-match/missing-not-created
show PUT nothing-there -d one -H "If-Match: $OLD"
show GET nothing-there
check if-match/any-performed
show PUT d -d four -H 'If-Match: *'
check create-only/creates-missing, create-only/existing-refused, create-only/existing-unchanged, create-only/says-201
show PUT e -d one -H 'If-None-Match: *'
show PUT e -d two -H 'If-None-Match: *'
show GET e
check dates/unmodified-stale-not-performed, dates/unmodified-stale-refused
show PUT e -d two -H "If-Unmodified-Since: $LONG_AGO"
check if-none-match/current-304, if-none-match/weak-comparison, not-modified/repeats-tag
settle e
show GET e -H "If-None-Match: W/$TAG"
check locks/held-not-written, locks/held-not-deleted, locks/taken-once
ask LOCK e -d "$LOCK" -H 'Timeout: Second-60' -H 'Content-Type: application/xml'; TOKEN=$(field lock-token)
show PUT e -d two
show DELETE e
show LOCK e -d "$LOCK" -H 'Timeout: Second-60'
check locks/holder-writes
show PUT e -d two -H "If: ($TOKEN)"
check locks/other-token-refused
show PUT e -d three -H 'If: (<urn:uuid:00000000-0000-0000-0000-000000000000>)'
check locks/released-lets-through, locks/lost-token-refused
show UNLOCK e -H "Lock-Token: $TOKEN"
show PUT e -d four -H "If: ($TOKEN)"
show PUT e -d four

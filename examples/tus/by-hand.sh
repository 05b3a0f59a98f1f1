# Repeats by hand, with curl, the failure and more than ten of the passes of `ifmatch test` on @tus/server; there is no warning:
#   node examples/tus/start.ts -- bash examples/tus/by-hand.sh
. "$(dirname "$0")/../by-hand.sh"

B="$TUS_URL/files"
FIELD=upload-offset
H='Tus-Resumable: 1.0.0'
TYPE='Content-Type: application/offset+octet-stream'

# new: makes an upload; its id is in $I
new() {
  I=$(curl -s -o /dev/null -D - -X POST -H "$H" -H 'Upload-Length: 1000' "$B" | tr -d '\r' | sed -n 's,^location: .*/,,Ip')
}
# offset: how much has arrived
offset() {
  echo "\$ curl --head \$B/$1"
  curl -s --head -H "$H" "$B/$1" | tr -d '\r' | grep -iE '^(HTTP/|upload-offset:)'
}

echo '## The failure'
echo '# state/described-refused'
new
H='Tus-Resumable: 0.0.1'
show PATCH "$I" -d hello -H "$TYPE" -H 'Upload-Offset: 0'
H='Tus-Resumable: 1.0.0'
offset "$I"

echo '## Passes'
new
check required/token-satisfies
show PATCH "$I" -d hello -H "$TYPE" -H 'Upload-Offset: 0'
offset "$I"
check required/stale-is-not-missing, retry/refetch-recovers, conflict-bodies/explains, conflict-bodies/no-internals, conflict-bodies/not-stored
show PATCH "$I" -d again -H "$TYPE" -H 'Upload-Offset: 0'
offset "$I"
show PATCH "$I" -d again -H "$TYPE" -H 'Upload-Offset: 5'
offset "$I"
check required/patch-refused, required/explains, conflict-bodies/kinds-differ
show PATCH "$I" -d more -H "$TYPE"
offset "$I"
check required/empty-is-none
show PATCH "$I" -d more -H "$TYPE" -H 'Upload-Offset;'
offset "$I"
check dates/if-modified-since-on-write
show PATCH "$I" -d more -H "$TYPE" -H 'Upload-Offset: 10' -H 'If-Modified-Since: Tue, 22 Nov 2050 00:00:00 GMT'
check safe-methods/read-keeps-version, safe-methods/read-no-conflict, safe-methods/readers-do-not-disturb
offset "$I"
offset "$I"
show PATCH "$I" -d more -H "$TYPE" -H 'Upload-Offset: 14'
check state/delete-again, precedence/not-found-first
show DELETE "$I"
show DELETE "$I"
show PATCH "$I" -d more -H "$TYPE" -H 'Upload-Offset: 18'
show PATCH "$I" -d more -H "$TYPE" -H 'Upload-Offset: 18' -H 'If-Match: "other"'

#!/bin/sh
# Makes the certificates beside this file anew: for tests on loopback alone, good for a hundred years. Needs openssl 3.
set -eu
cd "$(dirname "$0")"
key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1"; }
signed() { # name subject extensions
  key "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  printf '%s\n' "$3" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 36500 -extfile "$1.ext" -out "$1.pem"
  rm "$1.csr" "$1.ext"
}
key ca.key
openssl req -x509 -key ca.key -subj '/CN=ifmatch test CA' -days 36500 -out ca.pem
signed server shop.test 'subjectAltName=DNS:shop.test,IP:127.0.0.1'
signed client 'ifmatch test client' 'extendedKeyUsage=clientAuth'
openssl pkcs8 -topk8 -in client.key -passout pass:open-sesame -out client-locked.key
rm ca.key ca.srl

#!/bin/bash
# Signs a user in with curl. What is secret goes to curl over its standard input, so that no list of processes shows it.
set -u
grant=http://auth0.com/oauth/grant-type/mfa-oob
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# send PATH [FIELD VALUE]…: sets $status and $body. With $bearer, it sends that token and no fields.
send() {
  local path=$1 try; shift
  for try in 1 2 3 4; do
    status=$(
      {
        printf 'url = "%s%s"\n' "$MFA_BASE_URL" "$path"
        if [ -n "${bearer:-}" ]; then printf 'header = "Authorization: Bearer %s"\n' "$bearer"; fi
        local fields=("$@") at
        for ((at = 0; at < ${#fields[@]}; at += 2)); do
          printf 'data-urlencode = "%s=%s"\n' "${fields[at]}" "${fields[at + 1]}"
        done
      } | curl -s -m 30 -K - -D "$work/headers" -o "$work/body" -w '%{http_code}'
    )
    body=$(cat "$work/body")
    if [ "$status" = 429 ]; then
      sleep "$(grep -i '^retry-after:' "$work/headers" | tr -cd 0-9)"
    elif grep -qi '^content-type: application/json' "$work/headers"; then
      return 0
    else
      sleep 0.1
    fi
  done
  echo "The tenant doesn't respond as it should." >&2
  exit 1
}

# field NAME: the text of that field in $body.
field() { printf '%s' "$body" | sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

application=(client_id "$MFA_CLIENT_ID" client_secret "$MFA_CLIENT_SECRET")

challenge() {
  bearer=$mfa_token send /mfa/authenticators
  local id
  id=$(printf '%s' "$body" | tr '{' '\n' | grep '"active": *true' | grep '"oob_channel": *"email"' | sed -n 's/.*"id": *"\([^"]*\)".*/\1/p')
  send /mfa/challenge mfa_token "$mfa_token" challenge_type oob authenticator_id "$id" "${application[@]}"
  oob_code=$(field oob_code)
}

send /oauth/token grant_type password username "$MFA_USERNAME" password "$MFA_PASSWORD" \
  audience "$MFA_AUDIENCE" scope "openid email" "${application[@]}"
mfa_token=$(field mfa_token)
challenge
for try in 1 2 3 4 5; do
  code=$(printf 'url = "%s"\n' "$MFA_CODE_URL" | curl -sf -m 120 -K -) || exit 1
  send /oauth/token grant_type "$grant" mfa_token "$mfa_token" oob_code "$oob_code" binding_code "$code" "${application[@]}"
  case "$status $(field error)" in
    200*) break ;;
    *mfa_required) mfa_token=$(field mfa_token); challenge ;;
    *expired_token) challenge ;;
    *invalid_grant) echo "That code was refused." ;;
    *) echo "You can't sign in: $(field error)" >&2; exit 1 ;;
  esac
done
[ "$status" = 200 ] || exit 1
bearer=$(field access_token) send /userinfo
[ "$status" = 200 ] && echo "Signed in as $(field email)"

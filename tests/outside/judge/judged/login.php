<?php
// Signs a user in with PHP's streams.

function send(string $path, ?array $json = null, string $bearer = ''): array
{
    for ($try = 0; $try < 4; $try++) {
        $headers = ['Content-Type: application/json'];
        if ($bearer !== '') {
            $headers[] = "Authorization: Bearer $bearer";
        }
        $context = stream_context_create(['http' => [
            'method' => $json === null ? 'GET' : 'POST',
            'header' => $headers,
            'content' => $json === null ? '' : json_encode($json),
            'ignore_errors' => true,
            'timeout' => 30,
        ]]);
        $text = file_get_contents(getenv('MFA_BASE_URL') . $path, false, $context);
        $status = (int) explode(' ', $http_response_header[0])[1];
        $body = json_decode((string) $text, true);
        if ($status === 429) {
            foreach ($http_response_header as $line) {
                if (stripos($line, 'Retry-After:') === 0) {
                    sleep((int) trim(substr($line, 12)));
                }
            }
        } elseif (is_array($body)) {
            return [$status, $body];
        } else {
            usleep(100000);
        }
    }
    fwrite(STDERR, "The tenant doesn't respond as it should.\n");
    exit(1);
}

function typed(): string
{
    $code = file_get_contents(getenv('MFA_CODE_URL'), false, stream_context_create(['http' => ['timeout' => 120]]));
    if ($code === false) {
        exit(1);
    }
    return $code;
}

$application = ['client_id' => getenv('MFA_CLIENT_ID'), 'client_secret' => getenv('MFA_CLIENT_SECRET')];

function challenge(string $token): string
{
    global $application;
    [, $rows] = send('/mfa/authenticators', null, $token);
    $emails = array_filter($rows, fn ($row) => $row['active'] && ($row['oob_channel'] ?? '') === 'email');
    $id = array_values($emails)[0]['id'];
    $fields = ['mfa_token' => $token, 'challenge_type' => 'oob', 'authenticator_id' => $id] + $application;
    [, $body] = send('/mfa/challenge', $fields);
    return $body['oob_code'];
}

[, $login] = send('/oauth/token', [
    'grant_type' => 'password',
    'username' => getenv('MFA_USERNAME'),
    'password' => getenv('MFA_PASSWORD'),
    'audience' => getenv('MFA_AUDIENCE'),
    'scope' => 'openid email',
] + $application);
$token = $login['mfa_token'];
$oobCode = challenge($token);
for ($try = 0; $try < 5; $try++) {
    [$status, $body] = send('/oauth/token', [
        'grant_type' => 'http://auth0.com/oauth/grant-type/mfa-oob',
        'mfa_token' => $token,
        'oob_code' => $oobCode,
        'binding_code' => typed(),
    ] + $application);
    if ($status === 200) {
        [, $user] = send('/userinfo', null, $body['access_token']);
        echo "Signed in as {$user['email']}\n";
        exit(0);
    }
    if ($body['error'] === 'mfa_required') {
        $token = $body['mfa_token'];
    }
    if ($body['error'] !== 'invalid_grant') {
        $oobCode = challenge($token);
    }
}
fwrite(STDERR, "Too many codes were refused.\n");
exit(1);

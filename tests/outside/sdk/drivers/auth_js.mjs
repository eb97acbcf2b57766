// Drives @auth0/auth0-auth-js: from the password to the tokens, and the removal.
import * as sdk from '@auth0/auth0-auth-js';
import { serve, describeToken, otherThan, totp } from './steps.mjs';

let client; // the SDK's client
let kept; // what the SDK returned and a later step needs: tokens, codes, secrets

const asTokens = (tokens) => {
  kept.recoveryCode = tokens.recoveryCode ?? kept.recoveryCode;
  kept.refreshToken ??= tokens.refreshToken;
  return {
    access_token: describeToken(tokens.accessToken),
    id_token: describeToken(tokens.idToken),
    refresh_token: describeToken(tokens.refreshToken),
    claims: tokens.claims ?? null,
    expires_in: tokens.expiresAt - Math.floor(Date.now() / 1000),
    scope: tokens.scope ?? null,
    token_type: tokens.tokenType ?? null,
    new_recovery_code: tokens.recoveryCode?.length ?? null,
  };
};

const verify = async (values) => asTokens(await client.mfa.verify({ mfaToken: kept.mfaToken, ...values }));

await serve(sdk, {
  /** A fresh client: nothing is remembered of the test before. */
  start({ domain, client_id, client_secret, username, password }) {
    client = new sdk.AuthClient({ domain, clientId: client_id, clientSecret: client_secret });
    kept = { username, password };
  },

  /** The password grant. MFA that is required is a result here, not an error. */
  async login({ password = kept.password, audience, scope }) {
    try {
      const tokens = await client.getTokenByPassword({ username: kept.username, password, audience, scope });
      kept.accessToken = tokens.accessToken;
      return asTokens(tokens);
    } catch (error) {
      if (!sdk.isMfaRequiredError(error)) throw error;
      kept.earlierMfaToken = kept.mfaToken;
      kept.mfaToken = error.cause.mfa_token;
      return {
        class: error.constructor.name,
        status: error.statusCode,
        mfa_required: error.cause.error_description,
        mfa_token: describeToken(kept.mfaToken),
        mfa_requirements: error.cause.mfa_requirements ?? null,
      };
    }
  },

  /** Go on with another token than that of the last login. */
  use({ mfa_token }) {
    kept.mfaToken = { access_token: kept.accessToken, earlier: kept.earlierMfaToken }[mfa_token] ?? mfa_token;
  },

  async enroll({ types = ['oob'], channels, email, phone_number }) {
    const options = { authenticatorTypes: types, email, phoneNumber: phone_number, mfaToken: kept.mfaToken };
    const enrollment = await client.mfa.enrollAuthenticator(channels ? { ...options, oobChannels: channels } : options);
    kept.oobCode = enrollment.oobCode;
    kept.secret = enrollment.secret;
    kept.recoveryCode = enrollment.recoveryCodes?.[0] ?? kept.recoveryCode;
    return {
      authenticator_type: enrollment.authenticatorType,
      oob_channel: enrollment.oobChannel ?? null,
      binding_method: enrollment.bindingMethod ?? null,
      oob_code: describeToken(enrollment.oobCode),
      secret_length: enrollment.secret?.length ?? null,
      barcode_uri: enrollment.barcodeUri?.replace(/(secret|enrollment_tx_id)=[^&]+/, '$1=…') ?? null,
      recovery_codes: (enrollment.recoveryCodes ?? []).map((code) => code.length),
    };
  },

  async list() {
    const rows = await client.mfa.listAuthenticators({ mfaToken: kept.mfaToken });
    kept.ids = rows.filter((row) => row.active).map((row) => row.id);
    return { rows };
  },

  async challenge({ type = 'oob', id }) {
    const answer = await client.mfa.challengeAuthenticator({
      challengeType: type,
      authenticatorId: id ?? undefined,
      mfaToken: kept.mfaToken,
    });
    kept.oobCode = answer.oobCode;
    return {
      challenge_type: answer.challengeType,
      binding_method: answer.bindingMethod ?? null,
      oob_code: describeToken(answer.oobCode),
    };
  },

  /** With a code from a message, or with none: a push has none. */
  verify_oob: ({ code, oob_code }) =>
    verify({ factorType: 'oob', oobCode: oob_code ?? kept.oobCode, ...(code && { bindingCode: code }) }),

  /** With the code that an app shows, `ahead` seconds from now; with a wrong one; or with that of last time. */
  verify_otp({ which = 'right', ahead = 0 }) {
    const code = which === 'used' ? kept.otp : totp(kept.secret, Date.now() / 1000 + ahead);
    kept.otp = code;
    return verify({ factorType: 'otp', otp: which === 'wrong' ? otherThan(code) : code });
  },

  /** With the recovery code that was given last, the one before it, or a wrong one. */
  async verify_recovery({ which = 'last' }) {
    const code = { last: kept.recoveryCode, used: kept.usedRecoveryCode, wrong: 'A'.repeat(24) }[which];
    const tokens = await verify({ factorType: 'recovery-code', recoveryCode: code });
    kept.usedRecoveryCode = code;
    return tokens;
  },

  async refresh() {
    const tokens = await client.getTokenByRefreshToken({ refreshToken: kept.refreshToken });
    return { ...asTokens(tokens), is_the_same: tokens.refreshToken === kept.refreshToken };
  },

  async revoke() {
    await client.revokeToken({ token: kept.refreshToken });
  },

  async remove({ id }) {
    await client.mfa.deleteAuthenticator({ authenticatorId: id ?? kept.ids[0], mfaToken: kept.mfaToken });
  },
});

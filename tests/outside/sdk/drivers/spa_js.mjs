// Drives @auth0/auth0-spa-js: a public client without a secret. The password leg is not its business:
// a single-page app gets its MFA token from a refused silent login, and is told of it here.
import * as sdk from '@auth0/auth0-spa-js';
import { serve, describeToken } from './steps.mjs';

// As much of a browser as the client asks for at its making.
globalThis.window = globalThis;
globalThis.document = { cookie: '' };
globalThis.location = { href: 'https://app.example/', origin: 'https://app.example', search: '' };
globalThis.sessionStorage = { getItem: () => null, setItem() {}, removeItem() {} };

let client;
let kept;

await serve(sdk, {
  /** A fresh client. */
  start({ domain, client_id }) {
    client = new sdk.Auth0Client({ domain, clientId: client_id });
    kept = {};
  },

  /** What the SDK does itself when a silent login is refused with `mfa_required`. */
  prime({ mfa_token, scope, audience, mfa_requirements }) {
    kept.mfaToken = mfa_token;
    client.mfa.setMFAAuthDetails(mfa_token, scope, audience, mfa_requirements ?? undefined);
  },

  /** Take a token of which the SDK knows nothing. */
  use({ mfa_token }) {
    kept.mfaToken = mfa_token;
  },

  /** Run the program of a tab: a function for the source of a page. */
  async run({ source, code }) {
    const [[name, program]] = Object.entries(await import(`data:text/javascript,${encodeURIComponent(source)}`));
    const answer = await program(client, kept.mfaToken, kept.oobCode, code);
    kept.oobCode = answer.oobCode ?? kept.oobCode;
    return { name, names: Object.keys(answer), rows: Array.isArray(answer) ? answer : null };
  },

  /** What this client can do, by name. */
  methods: () => ({ names: [client, client.mfa].flatMap((one) => Object.getOwnPropertyNames(Object.getPrototypeOf(one))) }),

  async factors() {
    return { factors: await client.mfa.getEnrollmentFactors(kept.mfaToken) };
  },

  async enroll({ factor, email, phone_number }) {
    const enrollment = await client.mfa.enroll({
      mfaToken: kept.mfaToken,
      factorType: factor,
      ...(email && { email }),
      ...(phone_number && { phoneNumber: phone_number }),
    });
    kept.oobCode = enrollment.oobCode;
    return {
      authenticator_type: enrollment.authenticatorType,
      oob_channel: enrollment.oobChannel ?? null,
      binding_method: enrollment.bindingMethod ?? null,
      oob_code: describeToken(enrollment.oobCode),
    };
  },

  async list() {
    return { rows: await client.mfa.getAuthenticators(kept.mfaToken) };
  },

  async challenge({ id }) {
    const answer = await client.mfa.challenge({ mfaToken: kept.mfaToken, challengeType: 'oob', authenticatorId: id });
    kept.oobCode = answer.oobCode;
    return {
      challenge_type: answer.challengeType,
      binding_method: answer.bindingMethod ?? null,
      oob_code: describeToken(answer.oobCode),
    };
  },

  async verify({ code }) {
    const tokens = await client.mfa.verify({ mfaToken: kept.mfaToken, oobCode: kept.oobCode, bindingCode: code });
    return {
      access_token: describeToken(tokens.access_token),
      id_token: describeToken(tokens.id_token),
      expires_in: tokens.expires_in,
      scope: tokens.scope ?? null,
      token_type: tokens.token_type,
    };
  },
});

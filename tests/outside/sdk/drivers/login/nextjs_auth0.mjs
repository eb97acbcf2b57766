// Drives @auth0/nextjs-auth0: its routes, and its functions in a page of the browser and on the server. There is no
// build around it, only what Next.js calls a proxy (a middleware) with, so requests, cookies, and responses are Next's own.
import 'next/dist/server/node-environment-baseline.js'; // before all others
import { Auth0Client } from '@auth0/nextjs-auth0/server';
import * as page from '@auth0/nextjs-auth0/client';
import * as errors from '@auth0/nextjs-auth0/errors';
import { adapter } from 'next/dist/server/web/adapter.js';
import { splitCookiesString } from 'next/dist/server/web/utils.js';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serve, describeToken, otherThan, totp } from '../steps.mjs';

let client;
let app;
let cookies;
let kept; // what the SDK returned and a later step needs: tokens, codes, secrets

/** What the app answers to this browser: with its middleware, or with another handler. */
async function ask(path, options = {}, handler = (request) => client.middleware(request)) {
  const { method = 'GET', body, headers, credentials } = options;
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const { response } = await adapter({
    page: '/proxy',
    handler,
    request: {
      url: new URL(path, app).href,
      method,
      body,
      headers: { ...(credentials !== 'omit' && { cookie }), ...headers },
      nextConfig: {},
    },
  });
  for (const line of splitCookiesString(response.headers.getSetCookie().join(', '))) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (value === '' || /; max-age=0/i.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }
  return response;
}

// In a page, an address without a host is the app's.
const send = globalThis.fetch;
globalThis.fetch = (target, options) => (String(target).startsWith('/') ? ask(target, options) : send(target, options));

async function location(path) {
  const response = await ask(path);
  if (!response.headers.has('location')) throw new Error(`${response.status} ${await response.text()}`);
  return response.headers.get('location');
}

/** What the SDK's function returns: in a page of the browser, or on the server while the app answers a request. */
async function on(side, call) {
  if (side === 'page') return call(page);
  let done;
  await ask('/on-the-server', {}, async () => {
    done = await call(client).then((value) => ({ value }), (error) => ({ error }));
    return new Response();
  });
  if (done.error) throw done.error;
  return done.value;
}

await serve(errors, {
  /** A fresh app, and a browser that it doesn't know. */
  start({ domain, client_id, client_secret, redirect_uri, audience }) {
    app = new URL(redirect_uri).origin;
    cookies = new Map();
    kept = {};
    client = new Auth0Client({
      // This SDK takes localhost and a port only as a whole address, and only with this option. TLS is checked all the same.
      domain: `https://${domain}`,
      allowInsecureRequests: true,
      clientId: client_id,
      clientSecret: client_secret,
      appBaseUrl: app,
      secret: '0123456789abcdef'.repeat(4),
      authorizationParameters: { scope: 'openid profile email offline_access', ...(audience && { audience }) },
      enableAccessTokenEndpoint: true,
    });
  },

  async begin({ redirect_uri, ...more }) {
    return { url: await location(`/auth/login?${new URLSearchParams(more)}`) };
  },

  async complete({ url }) {
    const to = await location(url);
    if (new URL(to, app).pathname !== '/') throw new Error(`sent to ${to}`);
    return { claims: await (await ask('/auth/profile')).json() };
  },

  /** With a scope that the session's token hasn't got, the SDK refreshes. MFA that is required is a result here, not an error. */
  async access({ side = 'page', ...asked }) {
    try {
      const options = { includeFullResponse: true, ...asked };
      const { token, scope: granted } = await on(side, (sdk) => sdk.getAccessToken(options));
      return { access_token: describeToken(token), scope: granted ?? null };
    } catch (error) {
      if (!(error instanceof errors.MfaRequiredError)) throw error;
      kept.mfaToken = error.mfa_token;
      return {
        mfa_required: error.error_description,
        mfa_token: describeToken(kept.mfaToken),
        mfa_requirements: error.mfa_requirements ?? null,
      };
    }
  },

  /** Go on with another token than that of the last refresh. */
  use({ mfa_token }) {
    kept.mfaToken = mfa_token;
  },

  /** Another browser, which has no session. */
  leave_browser() {
    cookies.clear();
  },

  async enroll({ side, factor, ...more }) {
    const options = { mfaToken: kept.mfaToken, factorType: factor, ...more };
    const { secret, barcodeUri, recoveryCodes, oobCode, ...told } = await on(side, (sdk) => sdk.mfa.enroll(options));
    Object.assign(kept, { secret, oobCode, recoveryCode: recoveryCodes?.[0] });
    return { ...told, oob_code: describeToken(oobCode), recovery_codes: (recoveryCodes ?? []).map((code) => code.length) };
  },

  /** Run the program of a tab: a route handler, saved where its first lines say, beside the module that it imports. */
  async run({ source, code }) {
    const source_folder = mkdtempSync(join(import.meta.dirname, 'app-')); // below the packages that it imports
    const [, file] = /Save this as (\S+)\./.exec(source);
    const save = (name, text) => {
      mkdirSync(dirname(join(source_folder, name)), { recursive: true });
      writeFileSync(join(source_folder, name), text);
    };
    globalThis.auth0 = client;
    save('lib/auth0.js', 'export const auth0 = globalThis.auth0;');
    save(file, source);
    const { POST } = await import(join(source_folder, file));
    const body = JSON.stringify({ mfaToken: kept.mfaToken, oobCode: kept.oobCode, code });
    const answer = await (await ask('/mfa', { method: 'POST', body }, POST)).json();
    kept.oobCode = answer.oobCode ?? kept.oobCode;
    return { file, names: Object.keys(answer), rows: Array.isArray(answer) ? answer : null };
  },

  /** What its functions for MFA are called, and what its client has. */
  methods: () => ({ names: [client, client.mfa].flatMap((one) => Object.getOwnPropertyNames(Object.getPrototypeOf(one))) }),

  async list({ side }) {
    return { rows: await on(side, (sdk) => sdk.mfa.getAuthenticators({ mfaToken: kept.mfaToken })) };
  },

  async challenge({ side, type = 'oob', id }) {
    const options = { mfaToken: kept.mfaToken, challengeType: type, authenticatorId: id };
    const { oobCode, ...told } = await on(side, (sdk) => sdk.mfa.challenge(options));
    kept.oobCode = oobCode;
    return { ...told, oob_code: describeToken(oobCode) };
  },

  /** With a code from a message. */
  verify_oob: ({ side, code }) =>
    on(side, (sdk) => sdk.mfa.verify({ mfaToken: kept.mfaToken, oobCode: kept.oobCode ?? 'none', bindingCode: code })),

  /** With the code that an app shows, `ahead` seconds from now, or a wrong one. */
  verify_otp({ side, wrong = false, ahead = 0 }) {
    const code = totp(kept.secret, Date.now() / 1000 + ahead);
    return on(side, (sdk) => sdk.mfa.verify({ mfaToken: kept.mfaToken, otp: wrong ? otherThan(code) : code }));
  },

  /** With the recovery code that was given last: it is replaced by another one. */
  async verify_recovery({ side }) {
    const options = { mfaToken: kept.mfaToken, recoveryCode: kept.recoveryCode };
    const { recovery_code, ...told } = await on(side, (sdk) => sdk.mfa.verify(options));
    kept.recoveryCode = recovery_code;
    return { ...told, new_recovery_code: recovery_code?.length ?? null };
  },

  async leave({ to }) {
    return { url: await location(`/auth/logout?${new URLSearchParams({ returnTo: to })}`) };
  },
});

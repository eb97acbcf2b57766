// Drives @auth0/nextjs-auth0: its routes, as Next.js calls them. There is no Next.js around it, only its requests and responses.
import { Auth0Client } from '@auth0/nextjs-auth0/server';
import { NextRequest } from 'next/server.js';
import { serve, describeToken } from '../steps.mjs';

let client;
let app;
let cookies;

/** What the app's middleware answers to this browser. */
async function ask(path, options = {}) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await client.middleware(
    new NextRequest(new URL(path, app), { ...options, headers: { cookie, ...options.headers } }),
  );
  for (const { name, value, maxAge } of response.cookies.getAll()) {
    if (maxAge === 0 || value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
  return response;
}

async function location(path) {
  const response = await ask(path);
  if (!response.headers.has('location')) throw new Error(`${response.status} ${await response.text()}`);
  return response.headers.get('location');
}

async function json(path, body) {
  const options = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await ask(path, options);
  return { status: response.status, body: await response.json() };
}

await serve({}, {
  /** A fresh app, and a browser that it doesn't know. */
  start({ domain, client_id, client_secret, redirect_uri, audience }) {
    app = new URL(redirect_uri).origin;
    cookies = new Map();
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
    const { body } = await json('/auth/profile');
    return { claims: body };
  },

  async access() {
    const { status, body } = await json('/auth/access-token');
    if (status !== 200) throw Object.assign(new Error(body.error?.code ?? 'refused'), { error: body.error?.code });
    return { access_token: describeToken(body.token), scope: body.scope ?? null };
  },

  async leave({ to }) {
    return { url: await location(`/auth/logout?${new URLSearchParams({ returnTo: to })}`) };
  },
});

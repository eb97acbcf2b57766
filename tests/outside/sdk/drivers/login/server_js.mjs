// Drives @auth0/auth0-server-js, which the Fastify, Hono, and Nuxt SDKs are made of.
import * as sdk from '@auth0/auth0-server-js';
import { serve, describeToken } from '../steps.mjs';

let client;

/** A store of one value, in memory. */
function store() {
  const kept = new Map();
  return {
    set: async (key, value) => void kept.set(key, value),
    get: async (key) => kept.get(key),
    delete: async (key) => void kept.delete(key),
    deleteByLogoutToken: async () => {},
  };
}

await serve(sdk, {
  /** A fresh client, and nobody signed in. */
  start({ domain, client_id, client_secret, redirect_uri, audience }) {
    client = new sdk.ServerClient({
      domain,
      clientId: client_id,
      clientSecret: client_secret,
      authorizationParams: { redirect_uri, scope: 'openid profile email offline_access', ...(audience && { audience }) },
      transactionStore: store(),
      stateStore: store(),
    });
  },

  async begin({ redirect_uri, ...more }) {
    const url = await client.startInteractiveLogin({ authorizationParams: more, appState: { at: 'the-app' } });
    return { url: url.href };
  },

  async complete({ url }) {
    const { appState } = await client.completeInteractiveLogin(new URL(url));
    const session = await client.getSession();
    return { claims: await client.getUser(), app_state: appState, id_token: describeToken(session.idToken) };
  },

  async access() {
    const { accessToken, scope } = await client.getAccessToken();
    return { access_token: describeToken(accessToken), scope: scope ?? null };
  },

  async leave({ to }) {
    return { url: (await client.logout({ returnTo: to })).href, user: (await client.getUser()) ?? null };
  },
});

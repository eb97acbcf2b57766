// Drives openid-client, a certified OpenID Connect client: the code flow with PKCE, nonce, and state.
import * as client from 'openid-client';
import { serve, describeToken } from '../steps.mjs';

let config;
let kept;

await serve(client, {
  /** Read the tenant's discovery document. */
  async start({ domain, client_id, client_secret }) {
    const proof = client_secret ? undefined : client.None();
    config = await client.discovery(new URL(`https://${domain}/`), client_id, client_secret, proof);
    return { logout: config.serverMetadata().end_session_endpoint ?? null };
  },

  /** The address that a person is sent to. */
  async begin({ redirect_uri, ...more }) {
    kept = {
      verifier: client.randomPKCECodeVerifier(),
      state: client.randomState(),
      nonce: client.randomNonce(),
      maxAge: more.max_age === undefined ? undefined : Number(more.max_age),
    };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri,
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(kept.verifier),
      code_challenge_method: 'S256',
      state: kept.state,
      nonce: kept.nonce,
      ...more,
    });
    return { url: url.href };
  },

  /** What the person comes back with. */
  async complete({ url }) {
    const tokens = await client.authorizationCodeGrant(config, new URL(url), {
      pkceCodeVerifier: kept.verifier,
      expectedState: kept.state,
      expectedNonce: kept.nonce,
      maxAge: kept.maxAge,
      idTokenExpected: true,
    });
    kept.tokens = tokens;
    return { claims: tokens.claims(), access_token: describeToken(tokens.access_token), scope: tokens.scope ?? null };
  },

  /** Who the access token says it is. */
  async profile() {
    return client.fetchUserInfo(config, kept.tokens.access_token, kept.tokens.claims().sub);
  },

  async refresh() {
    const tokens = await client.refreshTokenGrant(config, kept.tokens.refresh_token);
    return { claims: tokens.claims() };
  },

  /** The address that a person is sent to for signing out. */
  async leave({ to }) {
    const parameters = { post_logout_redirect_uri: to, id_token_hint: kept.tokens.id_token };
    return { url: client.buildEndSessionUrl(config, parameters).href };
  },
});

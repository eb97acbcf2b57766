// What a page does with @auth0/auth0-spa-js, which is the global `auth0` here. Tokens and codes stay in the page:
// what a step returns describes them.
let tenant;
let client;
let kept;

const post = (path, body) =>
  fetch(`https://${tenant.domain}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: tenant.client_id, ...body }),
  });

const claims = (jwt) => JSON.parse(atob(jwt.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));

function described(tokens) {
  const isNew = tokens.access_token !== kept.accessToken;
  kept.accessToken = tokens.access_token;
  return {
    is_new: isNew,
    access_token: claims(tokens.access_token),
    id_token: claims(tokens.id_token),
    expires_in: tokens.expires_in,
    scope: tokens.scope,
  };
}

const steps = {
  /** A fresh client, as a page makes it that wants refresh tokens: they stay in a worker of the SDK. */
  start(values) {
    tenant = values;
    kept = {};
    const { domain, client_id: clientId, audience, scope } = values;
    client = new auth0.Auth0Client({
      domain,
      clientId,
      useRefreshTokens: true,
      authorizationParams: { audience, scope, redirect_uri: location.origin + location.pathname },
    });
  },

  /** To the tenant's login page. The answer comes before the page goes. */
  leave() {
    setTimeout(() => client.loginWithRedirect());
  },

  /** Back from there, with a code in the address. */
  async come_back() {
    await client.handleRedirectCallback();
    return client.getUser();
  },

  /** The password, which is not the SDK's business; what it would keep of `mfa_required` is told to it. */
  async sign_in({ username, password }) {
    const { audience, scope: wanted } = tenant;
    const scope = `${wanted} offline_access`;
    const answer = await post('/oauth/token', { grant_type: 'password', username, password, audience, scope });
    const { mfa_token, mfa_requirements, ...told } = await answer.json();
    if (mfa_token) {
      kept.mfaToken = mfa_token;
      client.mfa.setMFAAuthDetails(mfa_token, scope, audience, mfa_requirements);
    }
    return { status: answer.status, ...told };
  },

  async enroll() {
    const { oobCode, ...told } = await client.mfa.enroll({ mfaToken: kept.mfaToken, factorType: 'email' });
    kept.oobCode = oobCode;
    return told;
  },

  async list() {
    return { rows: await client.mfa.getAuthenticators(kept.mfaToken) };
  },

  async challenge({ id }) {
    const { oobCode, ...told } = await client.mfa.challenge({
      mfaToken: kept.mfaToken,
      challengeType: 'oob',
      authenticatorId: id,
    });
    kept.oobCode = oobCode;
    return told;
  },

  async verify({ code }) {
    const { mfaToken, oobCode } = kept;
    return described(await client.mfa.verify({ mfaToken, oobCode, bindingCode: code }));
  },

  /** New tokens for the refresh token that the SDK has. */
  async refresh() {
    return described(await client.getTokenSilently({ cacheMode: 'off', detailedResponse: true }));
  },

  async user() {
    return client.getUser();
  },

  async userinfo() {
    const headers = { authorization: `Bearer ${kept.accessToken}` };
    return (await fetch(`https://${tenant.domain}/userinfo`, { headers })).json();
  },

  async keys() {
    const found = await (await fetch(`https://${tenant.domain}/.well-known/openid-configuration`)).json();
    return (await fetch(found.jwks_uri)).json();
  },

  async revoke() {
    await client.revokeRefreshToken();
  },
};

/** Carry out a step: what it brought, or the error by the name that the SDK gives its class. */
async function run([step, values]) {
  try {
    return { result: JSON.parse(JSON.stringify((await steps[step](values)) ?? {})) }; // without what is undefined
  } catch (error) {
    kept.mfaToken = error.mfa_token ?? kept.mfaToken;
    const name = Object.keys(auth0).find((one) => typeof auth0[one] === 'function' && error.constructor === auth0[one]);
    return {
      error: {
        class: name ?? error.constructor.name,
        error: error.error ?? null,
        text: error.error_description ?? error.message,
      },
    };
  }
}

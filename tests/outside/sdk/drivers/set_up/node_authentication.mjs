// Drives node-auth0's AuthenticationClient and UserInfoClient, which are in `auth0/legacy`: whatever method of them, by its name.
import * as sdk from 'auth0/legacy';
import { serve, describeToken } from '../steps.mjs';

const TOKENS = ['access_token', 'id_token', 'refresh_token', 'mfa_token'];
let client;
let kept; // tokens that a later step needs

/** What a body tells, its tokens described and kept. */
function told(body) {
  if (typeof body !== 'object') return { body: body ?? null };
  const shown = Object.entries(body).map(([name, value]) => [name, TOKENS.includes(name) ? describeToken(value) : value]);
  for (const name of TOKENS) kept[name] = body[name] ?? kept[name];
  return Object.fromEntries(shown);
}

await serve(sdk, {
  /** A fresh client. `key` is the private key of an application that has no secret. */
  start({ domain, client_id, client_secret, key }) {
    const options = { domain, clientId: client_id, clientSecret: client_secret, clientAssertionSigningKey: key };
    client = Object.assign(new sdk.AuthenticationClient(options), { userInfo: new sdk.UserInfoClient({ domain }) });
    kept = {};
  },

  /** All methods that there are. */
  methods: () => ({
    methods: Object.entries(client).flatMap(([part, api]) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(api))
        .filter((name) => name !== 'constructor')
        .map((name) => `${part}.${name}`),
    ),
  }),

  /** `oauth.passwordGrant` and the like. `tokens` says which fields are tokens of earlier answers, and of what kind. */
  async call({ method, fields = {}, tokens = {}, options }) {
    const [part, name] = method.split('.');
    const earlier = Object.entries(tokens).map(([field, kind]) => [field, kept[kind]]);
    try {
      const { data, status } = await client[part][name]({ ...fields, ...Object.fromEntries(earlier) }, options);
      return { ...told(data), status };
    } catch (error) {
      kept.body = error.body;
      throw error;
    }
  },

  /** Who an access token is of: that of the last answer, or another one. */
  async userinfo({ token = kept.access_token }) {
    return (await client.userInfo.getUserInfo(token)).data;
  },

  /** The body of the last error, whose class keeps it as it came. */
  refused: () => told(JSON.parse(kept.body)),
});

import { createInterface } from "node:readline";
import { Auth0Client, MfaRequiredError } from "@auth0/auth0-spa-js";

const { DOMAIN, CLIENT_ID, AUDIENCE, LOGIN, CALLBACK } = process.env;
const authorizationParams = { redirect_uri: CALLBACK, audience: AUDIENCE, scope: "openid profile email" };
const client = new Auth0Client({ domain: DOMAIN, clientId: CLIENT_ID, useRefreshTokens: true, authorizationParams });
const typed = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function ask(question) {
  console.log(question);
  return (await typed.next()).value;
}

// The tenant's login page. In a browser, the SDK itself goes there and comes back.
let back;
await client.loginWithRedirect({ openUrl: async (page) => (back = await ask(`visit? ${page}`)) });
await client.handleRedirectCallback(back);
await ask("mfa?"); // Meanwhile, an administrator turns on MFA.

async function refresh() {
  try {
    await client.getTokenSilently({ cacheMode: "off" });
  } catch (error) {
    if (!(error instanceof MfaRequiredError)) throw error;
    return error.mfa_token;
  }
}

let mfaToken = await refresh();
const { oobCode: first } = await client.mfa.enroll({ mfaToken, factorType: "email", email: LOGIN });
await client.mfa.verify({ mfaToken, oobCode: first, bindingCode: await ask("code?") });

mfaToken = await refresh();
const [{ id }] = await client.mfa.getAuthenticators(mfaToken);
const { oobCode } = await client.mfa.challenge({ mfaToken, challengeType: "oob", authenticatorId: id });
const tokens = await client.mfa.verify({ mfaToken, oobCode, bindingCode: await ask("code?") });
console.log(`Signed in, with ${Object.keys(tokens).sort().join(", ")}`);
process.exit(); // nobody types any more

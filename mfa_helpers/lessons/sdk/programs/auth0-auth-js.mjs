import { inspect } from "node:util";
import { createInterface } from "node:readline";
import { AuthClient, isMfaRequiredError } from "@auth0/auth0-auth-js";

const { DOMAIN, CLIENT_ID, CLIENT_SECRET, AUDIENCE, LOGIN, PASSWORD } = process.env;
const client = new AuthClient({ domain: DOMAIN, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
const typed = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function signIn() {
  try {
    const scope = "openid profile email";
    await client.getTokenByPassword({ username: LOGIN, password: PASSWORD, audience: AUDIENCE, scope });
  } catch (error) {
    if (!isMfaRequiredError(error)) throw error;
    const token = error.cause.mfa_token;
    console.log(`Printed whole, the error shows the MFA token: ${inspect(error).includes(token)}`);
    return token;
  }
}

async function askForCode() {
  console.log("code?");
  return (await typed.next()).value;
}

let mfaToken = await signIn();
const options = { authenticatorTypes: ["oob"], oobChannels: ["email"], email: LOGIN, mfaToken };
const { oobCode: first } = await client.mfa.enrollAuthenticator(options);
await client.mfa.verify({ factorType: "oob", mfaToken, oobCode: first, bindingCode: await askForCode() });

mfaToken = await signIn();
const rows = await client.mfa.listAuthenticators({ mfaToken });
const { id } = rows.find((row) => row.active && row.id.startsWith("email|"));
const { oobCode } = await client.mfa.challengeAuthenticator({ challengeType: "oob", authenticatorId: id, mfaToken });
const tokens = await client.mfa.verify({ factorType: "oob", mfaToken, oobCode, bindingCode: await askForCode() });
console.log(`Signed in, with ${Object.keys(tokens).filter((name) => tokens[name]).sort().join(", ")}`);
process.exit(); // nobody types any more

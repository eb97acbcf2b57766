// An Express app in which users sign in with a password and a code by email: PORT=3000 node express_app.mjs
// AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
import { randomUUID } from "node:crypto";
import express from "express";

for (const name of ["AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "PORT"]) {
  if (!process.env[name]) throw new Error(`Set ${name} in the environment first.`);
}
const { AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, PORT } = process.env;
const application = { client_id: AUTH0_CLIENT_ID, client_secret: AUTH0_CLIENT_SECRET };
const logins = new Map(); // what waits for a code; an app of several processes keeps it in its sessions

class Refused extends Error {} // the tenant's answer is an error

const ask = async (path, options) => {
  const response = await fetch(`https://${AUTH0_DOMAIN}${path}`, { ...options, signal: AbortSignal.timeout(10_000) });
  const answer = await response.json();
  if (response.ok) return answer;
  if (answer.error_description) throw Object.assign(new Refused(answer.error_description), { answer });
  throw new Error(`The tenant answered with status ${response.status}`);
};
const token = (fields) =>
  ask("/oauth/token", { method: "POST", body: new URLSearchParams({ ...fields, ...application }) });
const post = (path, body, headers = {}) =>
  ask(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });

const app = express();
app.use(express.urlencoded());

app.post("/login", async (request, response) => {
  const { username = "", password = "" } = request.body ?? {};
  let mfa_token;
  try {
    await token({ grant_type: "password", username, password, scope: "openid email" });
    return response.status(401).json({ error: "The tenant asked for no code." });
  } catch (refused) {
    if (refused.answer?.error !== "mfa_required") throw refused;
    mfa_token = refused.answer.mfa_token;
  }

  const bearer = { authorization: `Bearer ${mfa_token}` };
  const enrolled = await ask("/mfa/authenticators", { headers: bearer });
  const email = enrolled.find((one) => one.active && one.oob_channel === "email");
  const { oob_code } = email
    ? await post("/mfa/challenge", { mfa_token, challenge_type: "oob", authenticator_id: email.id, ...application })
    : await post("/mfa/associate", { authenticator_types: ["oob"], oob_channels: ["email"] }, bearer);

  const login = randomUUID();
  logins.set(login, { mfa_token, oob_code });
  response.json({ login });
});

app.post("/code", async (request, response) => {
  const { login, code = "" } = request.body ?? {};
  if (!logins.has(login)) return response.status(401).json({ error: "This login has ended. Sign in again." });
  const proof = { grant_type: "http://auth0.com/oauth/grant-type/mfa-oob", binding_code: code, ...logins.get(login) };
  let tokens;
  try {
    tokens = await token(proof);
  } catch (refused) {
    if (refused.answer?.error !== "invalid_grant") throw refused;
    return response.status(401).json({ error: "That code is wrong. Try again with the newest one." });
  }
  logins.delete(login);
  const { email } = await ask("/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } });
  response.json({ email });
});

app.use((error, request, response, next) => {
  if (error instanceof Refused) return response.status(401).json({ error: error.message });
  console.error(error);
  response.status(502).json({ error: "You can't sign in just now. Try again later." });
});

app.listen(Number(PORT), "127.0.0.1");

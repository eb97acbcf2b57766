// An Express app that logs in with a password and a code by email: PORT=3000 node express_app.mjs
// AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
import { randomUUID } from "node:crypto";
import express from "express";

const { AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, PORT } = process.env;
const application = { client_id: AUTH0_CLIENT_ID, client_secret: AUTH0_CLIENT_SECRET };
const logins = new Map(); // of logins that wait for their codes; a real app keeps it in the user's session

const ask = async (path, options) => (await fetch(`https://${AUTH0_DOMAIN}${path}`, options)).json();
const tokens = (fields) =>
  ask("/oauth/token", { method: "POST", body: new URLSearchParams({ ...application, ...fields }) });
const post = (path, body, headers = {}) =>
  ask(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });

const app = express();
app.use(express.json());

app.post("/login", async (request, response) => {
  const { username, password } = request.body;
  const answer = await tokens({ grant_type: "password", username, password, scope: "openid email" });
  if (answer.error !== "mfa_required") {
    return response.status(401).json({ error: answer.error_description ?? "no second factor was asked for" });
  }
  const { mfa_token } = answer;
  const bearer = { authorization: `Bearer ${mfa_token}` };
  const enrolled = await ask("/mfa/authenticators", { headers: bearer });
  const email = enrolled.find((one) => one.active && one.oob_channel === "email");
  const { oob_code } = email
    ? await post("/mfa/challenge", { ...application, mfa_token, challenge_type: "oob", authenticator_id: email.id })
    : await post("/mfa/associate", { authenticator_types: ["oob"], oob_channels: ["email"] }, bearer);
  const login = randomUUID();
  logins.set(login, { mfa_token, oob_code });
  response.json({ login });
});

app.post("/code", async (request, response) => {
  const { login, code } = request.body;
  if (!logins.has(login)) return response.status(401).json({ error: "no such login" });
  const grant_type = "http://auth0.com/oauth/grant-type/mfa-oob";
  const answer = await tokens({ grant_type, binding_code: code, ...logins.get(login) });
  if (!answer.access_token) return response.status(401).json({ error: answer.error_description });
  logins.delete(login);
  const { email } = await ask("/userinfo", { headers: { authorization: `Bearer ${answer.access_token}` } });
  response.json({ email });
});

app.listen(Number(PORT), "127.0.0.1");

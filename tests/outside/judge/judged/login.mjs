// Signs a user in with a password and a code by email, with fetch.
const env = process.env;
const application = { client_id: env.MFA_CLIENT_ID, client_secret: env.MFA_CLIENT_SECRET };
const pause = (seconds) => new Promise((go) => setTimeout(go, seconds * 1000));

async function send(method, path, { json, bearer } = {}) {
  for (let tries = 0; tries < 4; tries++) {
    const headers = { "content-type": "application/json" };
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    const response = await fetch(env.MFA_BASE_URL + path, { method, headers, body: JSON.stringify(json) });
    if (response.status === 429) {
      await pause(Number(response.headers.get("retry-after")));
    } else if (response.headers.get("content-type")?.includes("json")) {
      return { status: response.status, body: await response.json() };
    } else {
      await pause(0.1);
    }
  }
  throw new Error("The tenant doesn't respond as it should.");
}

async function typed() {
  const response = await fetch(env.MFA_CODE_URL);
  if (!response.ok) throw new Error(await response.text());
  return response.text();
}

async function challenge(token) {
  const { body: rows } = await send("GET", "/mfa/authenticators", { bearer: token });
  const email = rows.find((row) => row.active && row.oob_channel === "email");
  const json = { mfa_token: token, challenge_type: "oob", authenticator_id: email.id, ...application };
  return (await send("POST", "/mfa/challenge", { json })).body.oob_code;
}

async function prove(token) {
  let oobCode = await challenge(token);
  for (let tries = 0; tries < 4; tries++) {
    const code = await typed();
    const { status, body } = await send("POST", "/oauth/token", {
      json: {
        grant_type: "http://auth0.com/oauth/grant-type/mfa-oob",
        mfa_token: token,
        oob_code: oobCode,
        binding_code: code,
        ...application,
      },
    });
    if (status === 200) return body;
    if (body.error === "mfa_required") return prove(body.mfa_token);
    console.log("That code was refused.");
    if (body.error === "expired_token") oobCode = await challenge(token);
    else if (body.error !== "invalid_grant") throw new Error(body.error);
  }
  throw new Error("Too many codes were refused.");
}

try {
  const login = await send("POST", "/oauth/token", {
    json: {
      grant_type: "password",
      username: env.MFA_USERNAME,
      password: env.MFA_PASSWORD,
      audience: env.MFA_AUDIENCE,
      scope: "openid email",
      ...application,
    },
  });
  if (login.body.error !== "mfa_required") throw new Error("The tenant asks for no second factor.");
  const tokens = await prove(login.body.mfa_token);
  const { body: user } = await send("GET", "/userinfo", { bearer: tokens.access_token });
  console.log(`Signed in as ${user.email}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

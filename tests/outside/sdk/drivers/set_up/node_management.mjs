// Drives node-auth0's ManagementClient: whatever method of it, by its name.
import * as sdk from 'auth0';
import { serve } from '../steps.mjs';

const SECRET = ['client_secret', 'recovery_code', 'pem'];
let client; // the SDK's client
const called = new Set(); // the methods and paths of its calls

const send = globalThis.fetch;
globalThis.fetch = (target, options = {}) => {
  const request = new Request(target, options);
  called.add(`${request.method} ${new URL(request.url).pathname}`);
  return send(target, options);
};

/** Plain data without secrets. */
const shown = (value) =>
  JSON.parse(JSON.stringify(value ?? null, (name, item) => (SECRET.includes(name) && item ? '…' : item)));

await serve(sdk, {
  /** A fresh client: with its first call it gets itself a token by client_credentials. */
  start({ domain, client_id, client_secret }) {
    client = new sdk.ManagementClient({ domain, clientId: client_id, clientSecret: client_secret });
  },

  /** `guardian.factors.list` and the like. Of a list in pages, all rows. */
  async call({ method, arguments: values }) {
    const names = method.split('.');
    const last = names.pop();
    const found = await names.reduce((part, name) => part[name], client)[last](...values);
    if (typeof found?.hasNextPage !== 'function') return { value: shown(found) };
    const rows = [];
    for await (const row of found) {
      rows.push(row);
      if (rows.length > 200) throw new Error('pages without an end');
    }
    return { value: shown(rows) };
  },

  /** What has been called since this driver started. */
  called: () => ({ paths: [...called].sort() }),
});

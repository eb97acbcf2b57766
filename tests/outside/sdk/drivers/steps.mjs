// What the JavaScript drivers share: reading steps, answering them, describing values without showing secrets.
import { createInterface } from 'node:readline';
import { createHmac } from 'node:crypto';

/** Answer each line of standard input with a line. `steps` maps a step's name to what does it. */
export async function serve(sdk, steps) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { step, ...values } = JSON.parse(line);
    let answer;
    try {
      answer = { result: (await steps[step](values)) ?? {} };
    } catch (error) {
      answer = { error: describeError(sdk, error) };
    }
    process.stdout.write(JSON.stringify({ step, ...answer }) + '\n');
  }
}

/** The class under which the SDK exports it, and the fields that callers go by. */
function describeError(sdk, error) {
  const exported = Object.keys(sdk).find((name) => typeof sdk[name] === 'function' && error.constructor === sdk[name]);
  const causes = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) causes.push(cause.code ?? cause.message);
  return {
    class: exported ?? error.constructor.name,
    code: error.code,
    message: error.message,
    status: error.statusCode,
    retry_after: error.headers?.get?.('retry-after') ?? undefined,
    error: error.cause?.error ?? error.error,
    text: error.cause?.error_description ?? error.error_description,
    causes,
  };
}

/** What kind of token this is: never the token itself. */
export function describeToken(token) {
  if (token === undefined || token === null) return null;
  const parts = token.split('.');
  if (parts.length === 3 && token.startsWith('eyJ')) {
    return { kind: 'jwt', claims: JSON.parse(Buffer.from(parts[1], 'base64url').toString()) };
  }
  return { kind: token.startsWith('Fe26.2*') ? 'seal' : 'opaque', length: token.length };
}

/** A time-based code of RFC 6238 for a base32 secret: six digits, HMAC-SHA1, 30 seconds. */
export function totp(secret, seconds) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/=+$/, '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'));
  const key = Buffer.from(bits.join('').match(/.{8}/g).map((octet) => parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Six digits that are not `code`. */
export const otherThan = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

// Calls to the REST interface: CSRF header, problem+json, and a key that makes a repeated submission harmless.

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? String(status));
    Object.assign(this, { status, fields: body.fields ?? {}, code: body.code ?? '', detail: body.detail ?? '', facts: body.facts ?? {}, problems: body.problems ?? [] });
  }
}

/** Sends and returns the JSON answer. Throws Problem for an answer other than 2xx, TypeError when nothing came back. */
export async function send(method, url, body, headers = {}) {
  try {
    return await sendOnce(method, url, body, headers);
  } catch (error) {
    if (error.code !== 'forged_request' || !await renewToken()) throw error;
    return sendOnce(method, url, body, headers);
  }
}

// Whoever signed in again beside this page has a new session, and with it a new token.
async function renewToken() {
  const meta = document.querySelector('meta[name=csrf-token]');
  const page = new DOMParser().parseFromString(await (await fetch('/me', { credentials: 'same-origin' })).text(), 'text/html');
  const found = page.querySelector('meta[name=csrf-token]')?.content;
  if (!meta || !found || found === meta.content) return false;
  meta.content = found;
  return true;
}

async function sendOnce(method, url, body, headers) {
  const json = body !== undefined && !(body instanceof FormData || body instanceof Blob);
  const answer = await fetch(url, {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      'X-CSRF-Token': document.querySelector('meta[name=csrf-token]')?.content ?? '',
      ...(json ? { 'Content-Type': 'application/json' } : {}),
      ...headers
    },
    body: json ? JSON.stringify(body) : body
  });
  const type = answer.headers.get('Content-Type') ?? '';
  const content = type.includes('json') ? await answer.json() : {};
  if (!answer.ok) throw new Problem(answer.status, content);
  return content;
}

/** A random UUID; crypto.randomUUID is missing on plain http, which closed networks do use. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The same key for the same body, a new one when the body changed. */
export function keyring(first) {
  let key = first || uuid(), last = null;
  return body => {
    if (last !== null && last !== body) key = uuid();
    last = body;
    return key;
  };
}

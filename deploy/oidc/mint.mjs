// mint.mjs STATE [--sub S] [--expires-in SECONDS] [--audience A] [--issuer I] [--foreign-key]: prints an access token
// signed with the development provider's own key. Only for tests, of what the provider itself never issues: a token
// already expired (negative SECONDS), for another audience, from another issuer, or signed by another key.
import { createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sub: { type: 'string', default: 'tsukuba-analyst' },
    'expires-in': { type: 'string', default: '900' },
    audience: { type: 'string' },
    issuer: { type: 'string' },
    'foreign-key': { type: 'boolean', default: false },
  },
});
const state = positionals[0];
if (!state) {
  console.error('usage: node mint.mjs STATE [--sub S] [--expires-in SECONDS] [--audience A] [--issuer I] [--foreign-key]');
  process.exit(2);
}

const [jwk] = JSON.parse(readFileSync(join(state, 'oidc', 'jwks.json'))).keys;
const provider = JSON.parse(readFileSync(join(state, 'clients.json')));
const key = values['foreign-key']
  ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  : createPrivateKey({ key: jwk, format: 'jwk' });

const now = Math.floor(Date.now() / 1000);
const lifetime = Number(values['expires-in']);
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = encode({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid });
const payload = encode({
  jti: randomUUID(),
  sub: values.sub,
  iat: Math.min(now, now + lifetime - 1),
  exp: now + lifetime,
  scope: 'oboro',
  client_id: values.sub,
  iss: values.issuer ?? provider.issuer,
  aud: values.audience ?? provider.audience,
});
const input = `${header}.${payload}`;
const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
console.log(`${input}.${signature.toString('base64url')}`);

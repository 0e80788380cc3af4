// setup.mjs STATE ISSUER PORT PORTAL: writes what the development OpenID provider needs into STATE, once. Secrets that exist
// are kept, so that a restarted instance still knows its clients; the issuer follows the port, and
// where people are sent back to follows the portal's origin.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [state, issuer, port, portalOrigin] = process.argv.slice(2);
if (!state || !issuer || !/^\d+$/.test(port ?? '') || !URL.canParse(portalOrigin ?? '')) {
  console.error('usage: node setup.mjs STATE ISSUER PORT PORTAL');
  process.exit(2);
}

const seed = JSON.parse(readFileSync(new URL('./seed.json', import.meta.url)));
const secret = () => randomBytes(24).toString('base64url');

// Renamed into place: a reader never sees half of a file.
function writeSecret(path, value) {
  writeFileSync(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

const previous = (path) => (existsSync(path) ? JSON.parse(readFileSync(path)) : undefined);

function signingKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  return { keys: [{ ...jwk, use: 'sig', alg: 'ES256', kid: randomBytes(8).toString('hex') }] };
}

const jwksPath = join(state, 'oidc', 'jwks.json');
if (!existsSync(jwksPath)) writeSecret(jwksPath, signingKeys());

const clientsPath = join(state, 'clients.json');
const old = previous(clientsPath);
const clients = {};
const users = {};
for (const { sub } of seed.users) {
  clients[sub] = { client_id: sub, client_secret: old?.clients?.[sub]?.client_secret ?? secret() };
  users[sub] = { password: old?.users?.[sub]?.password ?? secret() };
}
const portal = seed.portal_client;
clients[portal] = {
  client_id: portal, client_secret: old?.clients?.[portal]?.client_secret ?? secret(),
};
writeSecret(clientsPath, {
  issuer,
  token_endpoint: `${issuer}/token`,
  device_authorization_endpoint: `${issuer}/device/auth`,
  jwks_uri: `${issuer}/jwks`,
  audience: seed.audience,
  scope: 'oboro',
  device_client_id: seed.device_client,
  clients,
  users,
});

const configPath = join(state, 'oidc', 'provider.json');
writeSecret(configPath, {
  issuer,
  host: '127.0.0.1',
  port: Number(port),
  portal: portalOrigin,
  tls: { cert: join(state, 'pki', 'oidc.crt'), key: join(state, 'pki', 'oidc.key') },
  jwks: jwksPath,
  clients: join(state, 'oidc', 'clients.json'),
  cookie_keys: previous(configPath)?.cookie_keys ?? [secret()],
});
// The provider runs as the service user and cannot read STATE/clients.json, which is the owner's.
writeSecret(join(state, 'oidc', 'clients.json'), { clients, users });

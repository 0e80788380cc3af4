// provider.mjs CONFIG: the development OpenID provider of one instance, HTTPS on loopback. It exists so that every
// path runs with real tokens; a production instance names the municipality's own provider in its configuration.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { devicePages, logoutPages, registerPages, renderError } from './pages.mjs';

const config = JSON.parse(readFileSync(process.argv[2]));
const seed = JSON.parse(readFileSync(new URL('./seed.json', import.meta.url)));
const secrets = JSON.parse(readFileSync(config.clients));

// oidc-provider lies in deploy/deps, not beside this file, where an import by name would look for it.
const require = createRequire(new URL('../deps/package.json', import.meta.url));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const users = new Map(seed.users.map((user) => [user.sub, user]));

// One confidential client for each user: with the client credentials grant the token's `sub` is the client id, which
// is the user's subject, so a script acts as a seeded user without a browser.
function confidentialClients() {
  return seed.users.map(({ sub }) => ({
    ...secrets.clients[sub],
    client_name: sub,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'client_secret_basic',
  }));
}

function interactiveClients() {
  const device = {
    client_id: seed.device_client,
    client_name: 'oboro (command line)',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    response_types: [],
    redirect_uris: [],
  };
  const portal = {
    ...secrets.clients[seed.portal_client],
    client_name: 'Oboro portal',
    redirect_uris: [`${config.portal}/auth/callback`],
    post_logout_redirect_uris: [`${config.portal}/`],
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  return [device, portal];
}

const resourceServer = {
  scope: 'oboro',
  audience: seed.audience,
  accessTokenFormat: 'jwt',
  accessTokenTTL: seed.access_token_seconds,
  jwt: { sign: { alg: 'ES256' } },
};

const provider = new Provider(config.issuer, {
  clients: [...confidentialClients(), ...interactiveClients()],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  jwks: JSON.parse(readFileSync(config.jwks)),
  scopes: seed.scopes,
  claims: { openid: ['sub', 'name'] },
  cookies: { keys: config.cookie_keys },
  pkce: { required: () => true },
  findAccount: (_ctx, sub) => (users.has(sub)
    ? { accountId: sub, claims: () => ({ sub, name: users.get(sub).name }) }
    : undefined),
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true, ...devicePages },
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true, ...logoutPages },
    userinfo: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Oboro is the only resource: a client need not name it, and a code's token is for it too.
      defaultResource: () => seed.resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => {
        if (resource !== seed.resource) throw new Error(`unknown resource ${resource}`);
        return resourceServer;
      },
    },
  },
  renderError,
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  ttl: {
    AccessToken: seed.access_token_seconds,
    ClientCredentials: seed.access_token_seconds,
    DeviceCode: 600,
    IdToken: seed.access_token_seconds,
    Grant: 86400,
    Interaction: 600,
    RefreshToken: 8 * 3600,
    Session: 8 * 3600,
  },
});

registerPages(provider, {
  passwords: secrets.users, resource: seed.resource, device: seed.device_client,
});

// A failure is told in the log with its cause; the provider itself answers only the OAuth error code.
provider.on('server_error', (_ctx, error) => console.error('server_error', error));
provider.on('grant.error', (ctx, error) => {
  console.error('grant.error', ctx.oidc?.client?.clientId, error.error, error.error_description);
});

const server = createServer(
  { cert: readFileSync(config.tls.cert), key: readFileSync(config.tls.key), minVersion: 'TLSv1.2' },
  provider.callback(),
);
server.listen(config.port, config.host, () => {
  console.log(`development OpenID provider: ${config.issuer}`);
});
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

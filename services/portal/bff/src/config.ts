// One JSON file, written by deploy/instance; any value can be given by the environment instead.
import { readFileSync } from 'node:fs';

export interface Config {
  /** Where the browser finds the portal: scheme, host and port, no path. */
  origin: string;
  /** Address and port on which HTTPS is served. */
  listen: { host: string; port: number };
  /** Plain HTTP for /healthz, /readyz and /metrics: loopback or the pod's own network. */
  probes: { host: string; port: number };
  tls: { cert: string; key: string };
  /** Folder of the built web app. */
  web: string;
  /** The services: gRPC over mutual TLS. */
  upstream: { address: string; ca: string; cert: string; key: string };
  oidc: {
    issuer: string;
    clientId: string;
    clientSecretFile: string;
    /** PEM of the authority that signed the provider's certificate; empty: those that Node.js knows. */
    ca: string;
    scope: string;
    /** RFC 8707 resource of the access token; empty: the provider's default. */
    resource: string;
    /** Value of the `prompt` parameter; empty: none. */
    prompt: string;
    /** Claim of the ID token with the name to show. */
    nameClaim: string;
  };
  session: {
    /** Folder of sealed sessions; empty: sessions end with the process. */
    dir: string;
    idleSeconds: number;
    absoluteSeconds: number;
  };
  /** 32 or more random bytes: seals login attempts, upload addresses and sessions at rest. */
  secretFile: string;
  uploads: { maxBytes: number; idleSeconds: number };
  limits: {
    /** Bytes of a message from the browser. */
    bodyBytes: number;
    /** Calls of a session in a minute. */
    callsPerMinute: number;
    /** Log-ins from an address in a minute. */
    loginsPerMinute: number;
  };
  hstsSeconds: number;
  drainSeconds: number;
  logLevel: string;
}

const DEFAULTS = {
  probes: { host: '127.0.0.1' },
  oidc: {
    ca: '',
    scope: 'openid offline_access oboro',
    resource: '',
    prompt: 'consent',
    nameClaim: 'name',
  },
  session: { dir: '', idleSeconds: 1800, absoluteSeconds: 28800 },
  uploads: { maxBytes: 8 * 2 ** 30, idleSeconds: 120 },
  limits: { bodyBytes: 4 * 2 ** 20, callsPerMinute: 1800, loginsPerMinute: 60 },
  hstsSeconds: 31536000,
  drainSeconds: 10,
  logLevel: 'info',
};

// The shape that a file must have; what has a default above may be left out.
const SHAPE: Config = {
  origin: '',
  listen: { host: '', port: 0 },
  probes: { host: '', port: 0 },
  tls: { cert: '', key: '' },
  web: '',
  upstream: { address: '', ca: '', cert: '', key: '' },
  oidc: {
    issuer: '',
    clientId: '',
    clientSecretFile: '',
    ca: '',
    scope: '',
    resource: '',
    prompt: '',
    nameClaim: '',
  },
  session: { dir: '', idleSeconds: 0, absoluteSeconds: 0 },
  secretFile: '',
  uploads: { maxBytes: 0, idleSeconds: 0 },
  limits: { bodyBytes: 0, callsPerMinute: 0, loginsPerMinute: 0 },
  hstsSeconds: 0,
  drainSeconds: 0,
  logLevel: '',
};

type Tree = { [key: string]: Tree | string | number };

export class ConfigError extends Error {}

/** OBORO_PORTAL_OIDC_CLIENT_ID for oidc.clientId. */
export const environmentName = (path: string[]): string =>
  ['OBORO_PORTAL', ...path.map((part) => part.replace(/[A-Z]/g, '_$&').toUpperCase())].join('_');

function merge(
  shape: Tree,
  given: Tree,
  fallback: Tree,
  env: NodeJS.ProcessEnv,
  path: string[],
): Tree {
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(shape, key)) {
      throw new ConfigError(`unknown key ${[...path, key].join('.')}: remove or correct it`);
    }
  }
  const result: Tree = {};
  for (const [key, sample] of Object.entries(shape)) {
    const here = [...path, key];
    if (typeof sample === 'object') {
      const part = given[key] ?? {};
      if (typeof part !== 'object') throw new ConfigError(`${here.join('.')} must be an object`);
      result[key] = merge(sample, part, (fallback[key] ?? {}) as Tree, env, here);
      continue;
    }
    const word = env[environmentName(here)];
    const value =
      word === undefined
        ? (given[key] ?? fallback[key])
        : typeof sample === 'number'
          ? Number(word)
          : word;
    if (value === undefined) throw new ConfigError(`${here.join('.')} is missing: give it`);
    if (
      typeof value !== typeof sample ||
      (typeof value === 'number' && !(Number.isSafeInteger(value) && value >= 0))
    ) {
      throw new ConfigError(
        `${here.join('.')} must be a ${typeof sample === 'number' ? 'whole number' : 'string'}`,
      );
    }
    result[key] = value;
  }
  return result;
}

export function parseConfig(document: unknown, env: NodeJS.ProcessEnv = {}): Config {
  if (typeof document !== 'object' || document === null)
    throw new ConfigError('the configuration must be an object');
  const config = merge(
    SHAPE as unknown as Tree,
    document as Tree,
    DEFAULTS as unknown as Tree,
    env,
    [],
  ) as unknown as Config;
  const origin = URL.canParse(config.origin) ? new URL(config.origin) : undefined;
  if (origin?.protocol !== 'https:' || origin.origin !== config.origin) {
    throw new ConfigError(
      'origin must be https://HOST[:PORT] without a path: cookies with the prefix __Host- need it',
    );
  }
  return config;
}

export function loadConfig(path: string, env: NodeJS.ProcessEnv): Config {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  return parseConfig(document, env);
}

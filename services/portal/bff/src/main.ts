// main.mjs CONFIG: the portal's back end.
import { readFileSync } from 'node:fs';
import type { Http2Session, Http2SecureServer } from 'node:http2';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { buildApp } from './app';
import { OidcProvider } from './auth/provider';
import { ConfigError, loadConfig } from './config';
import { makeLogger } from './log';
import { Metrics } from './metrics';
import { startProbes } from './probes';
import { SessionStore } from './session';
import { openUpstream } from './upstream/transport';
import { Vault } from './vault';

async function run(path: string): Promise<void> {
  const config = loadConfig(path, process.env);
  const logger = makeLogger(config.logLevel);
  if (config.oidc.ca)
    setDefaultCACertificates([
      ...getCACertificates('default'),
      readFileSync(config.oidc.ca, 'utf8'),
    ]);
  const secret = readFileSync(config.secretFile);
  const vault = config.session.dir ? new Vault(config.session.dir, secret) : undefined;
  const store = new SessionStore(config.session, vault);
  const metrics = new Metrics(() => store.size);
  const provider = new OidcProvider(
    config,
    readFileSync(config.oidc.clientSecretFile, 'utf8').trim(),
  );
  const upstream = openUpstream(config.upstream);
  const stopping = new AbortController();
  const app = await buildApp({
    config,
    tls: { cert: readFileSync(config.tls.cert), key: readFileSync(config.tls.key) },
    secret,
    store,
    provider,
    upstream,
    metrics,
    logger,
    stopping: stopping.signal,
  });
  const sessions = new Set<Http2Session>();
  (app.server as unknown as Http2SecureServer).on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  const probes = await startProbes(config.probes, metrics.registry, {
    missing: async () => {
      if (stopping.signal.aborted) return 'stopping';
      if (!(await provider.ready())) return 'provider';
      return (await upstream.ready()) ? '' : 'services';
    },
  });
  await app.listen(config.listen);
  logger.info({ origin: config.origin }, 'the portal is open');
  const sweeper = setInterval(
    () => void store.sweep().catch((err) => logger.error({ err }, 'sweep')),
    60_000,
  );

  const stop = async () => {
    if (stopping.signal.aborted) return;
    logger.info('stopping');
    // Watches end at once, uploads keep what the service has; calls under way get their answer.
    stopping.abort();
    clearInterval(sweeper);
    for (const session of sessions) session.close();
    const late = setTimeout(() => {
      for (const session of sessions) session.destroy();
      (app.server as { closeAllConnections?: () => void }).closeAllConnections?.();
    }, config.drainSeconds * 1000);
    await app.close();
    clearTimeout(late);
    await store.saveAll();
    probes.close();
    probes.closeAllConnections();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
}

run(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String((error as Error).stack)}\n`,
  );
  process.exitCode = 1;
});

// A whole running Oboro with its portal, in a folder of its own below /tmp, on ports of its own.
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

export const ROOT = resolve(import.meta.dirname, '../../../..');
export const SHARED = process.env['OBORO_SHARED_DIR'] ?? resolve(ROOT, '../shared');
const BIN = process.env['OBORO_BIN_DIR'] ?? join(ROOT, 'build/release/bin');
const SCRIPT = join(ROOT, 'deploy/instance');
const run = promisify(execFile);

export interface Described {
  ports: { postgres: number; oidc: number; oborod: number; metrics: number };
  portal: { address: string; port: number; probes: number };
  issuer: string;
  ca: string;
}

/** What instance.json says, and what may be done to the instance. */
export class Instance {
  constructor(readonly state: string) {}

  static async start(environment: Record<string, string> = {}): Promise<Instance> {
    const parent = mkdtempSync('/tmp/oboro-portal-e2e-');
    chmodSync(parent, 0o711);
    const instance = new Instance(join(parent, 'state'));
    try {
      await instance.call('start', { OBORO_PORTAL_PORT: String(await freePort()), ...environment });
    } catch (error) {
      await instance.purge();
      throw error;
    }
    return instance;
  }

  async call(
    command: string,
    environment: Record<string, string> = {},
    ...words: string[]
  ): Promise<string> {
    const { stdout, stderr } = await run(
      SCRIPT,
      [command, '--state', this.state, '--bin', BIN, ...words],
      {
        env: { ...process.env, ...environment },
      },
    );
    return stdout + stderr;
  }

  /** Starts what does not run. */
  restart(environment: Record<string, string> = {}): Promise<string> {
    return this.call('start', environment, '--without', 'migrations');
  }

  async purge(): Promise<void> {
    await this.call('purge').catch((error: unknown) => console.error(error));
    rmSync(resolve(this.state, '..'), { recursive: true, force: true });
  }

  get described(): Described {
    return JSON.parse(readFileSync(join(this.state, 'instance.json'), 'utf8')) as Described;
  }

  /** https://localhost:PORT */
  get origin(): string {
    return this.described.portal.address.replace(/\/$/, '');
  }

  password(user: string): string {
    const { users } = JSON.parse(readFileSync(join(this.state, 'clients.json'), 'utf8')) as {
      users: Record<string, { password: string }>;
    };
    return users[user]!.password;
  }

  pid(name: string): number {
    return Number(readFileSync(join(this.state, 'run', `${name}.pid`), 'utf8').split(' ')[0]);
  }

  /** Ends a process the hard way and waits until the kernel has taken it. */
  kill(name: string): void {
    const pid = this.pid(name);
    process.kill(pid, 'SIGKILL');
    spawnSync('tail', ['--pid', String(pid), '-f', '/dev/null']);
  }

  log(name: string): string {
    return readFileSync(join(this.state, 'log', `${name}.log`), 'utf8');
  }

  /** The client, as a seeded person; its JSON. */
  async oboro(who: string, municipality: string, ...words: string[]): Promise<unknown> {
    const tenant = municipality ? ['--tenant', municipality] : [];
    return JSON.parse((await this.oboroText('--as', who, ...tenant, ...words, '--json')) || 'null');
  }

  async oboroText(...words: string[]): Promise<string> {
    const environment = { ...process.env, XDG_CACHE_HOME: join(this.state, '..', 'cache') };
    const { stdout } = await run(join(BIN, 'oboro'), ['--state', this.state, ...words], {
      env: environment,
      maxBuffer: 2 ** 26,
    });
    return stdout;
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.described.portal.probes}/metrics`)).text();
  }

  /** Resident bytes of a process of the instance; `peak`: the most that it ever had. */
  memory(name: string, peak = false): number {
    const status = readFileSync(`/proc/${this.pid(name)}/status`, 'utf8');
    const found = new RegExp(`^Vm${peak ? 'HWM' : 'RSS'}:\\s+(\\d+) kB`, 'm').exec(status);
    return Number(found?.[1] ?? 0) * 1024;
  }
}

export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise<boolean>((answer) => {
      const server = createServer();
      server.once('error', () => answer(false));
      server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
    });
    if (free) return port;
  }
}

/** Asks until the answer is true; what it waits for has no event. */
export async function until(
  what: string,
  ask: () => Promise<boolean> | boolean,
  seconds = 60,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(100);
  }
}

export const isBuilt = (): boolean => existsSync(join(ROOT, 'build/release/portal/web/index.html'));

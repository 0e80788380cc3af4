import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'oboro_portal_requests_total',
    help: 'HTTP requests by route and status.',
    labelNames: ['route', 'status'],
    registers: [this.registry],
  });
  readonly seconds = new Histogram({
    name: 'oboro_portal_request_seconds',
    help: 'Time to the end of the answer, by route.',
    labelNames: ['route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600],
    registers: [this.registry],
  });
  readonly calls = new Counter({
    name: 'oboro_portal_calls_total',
    help: 'Calls forwarded to the services, by method and code.',
    labelNames: ['method', 'code'],
    registers: [this.registry],
  });
  readonly uploadedBytes = new Counter({
    name: 'oboro_portal_uploaded_bytes_total',
    help: 'Bytes of uploads passed on.',
    registers: [this.registry],
  });
  readonly uploads = new Gauge({
    name: 'oboro_portal_uploads_running',
    help: 'Uploads being passed on now.',
    registers: [this.registry],
  });
  readonly logins = new Counter({
    name: 'oboro_portal_logins_total',
    help: 'Log-ins by result.',
    labelNames: ['result'],
    registers: [this.registry],
  });

  constructor(sessions: () => number) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'oboro_portal_sessions',
      help: 'Sessions in memory.',
      registers: [this.registry],
      collect() {
        this.set(sessions());
      },
    });
  }
}

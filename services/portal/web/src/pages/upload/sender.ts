import type Uppy from '@uppy/core';
import { csrfToken } from '../../app/session-store';
import { Refusal } from '../../lib/errors';

export type SendPhase = 'waiting' | 'sending' | 'paused' | 'sent' | 'failed';

export interface SendState {
  phase: SendPhase;
  sent: number;
  total: number;
  /** Bytes in a second, over the last seconds. */
  speed: number;
  error: unknown;
}

const base64 = (value: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(value)));

/**
 * The tus address of a snapshot. It says the name and the length and nothing else, so the browser need not keep it: the
 * same request again gives an address of the same upload, and HEAD tells how far the bytes are durable.
 */
async function uploadUrl(snapshot: string, total: number): Promise<string> {
  const answer = await fetch('/files', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(total),
      'upload-metadata': `snapshot ${base64(snapshot)}`,
      'x-oboro-csrf': csrfToken(),
    },
  });
  if (answer.status !== 201) throw Refusal.read(answer.status, await answer.text());
  return new URL(answer.headers.get('location') ?? '', window.location.href).href;
}

/** Sends one file into one snapshot; goes on where the service has it, after a pause, a cut or another day. */
export class Sender {
  #uppy: Uppy | null = null;
  #id = '';
  #marks: { at: number; sent: number }[] = [];
  #state: SendState;
  #closed = false;

  constructor(
    readonly file: File,
    readonly snapshot: string,
    readonly onChange: (state: SendState) => void,
  ) {
    this.#state = { phase: 'waiting', sent: 0, total: file.size, speed: 0, error: null };
  }

  #set(change: Partial<SendState>): void {
    this.#state = { ...this.#state, ...change };
    if (!this.#closed) this.onChange(this.#state);
  }

  /** Resolves when every byte is durable. */
  async start(): Promise<boolean> {
    this.#set({ phase: 'sending', error: null });
    try {
      const [url, { default: UppyCore }, { default: Tus }] = await Promise.all([
        uploadUrl(this.snapshot, this.file.size),
        import('@uppy/core'),
        import('@uppy/tus'),
      ]);
      if (this.#closed) return false;
      this.#uppy?.destroy();
      const uppy: Uppy = new UppyCore({ autoProceed: false });
      this.#uppy = uppy;
      uppy.use(Tus, {
        endpoint: '/files',
        headers: () => ({ 'x-oboro-csrf': csrfToken() }),
        chunkSize: 64 * 1024 * 1024,
        retryDelays: [500, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000],
        // Uppy would keep the file's name and address in the browser's storage.
        storeFingerprintForResuming: false,
        allowedMetaFields: [],
        limit: 1,
      });
      uppy.on('upload-progress', (_, progress) => this.#progress(progress.bytesUploaded || 0));
      this.#id = uppy.addFile({
        name: 'extract.csv',
        type: 'text/csv',
        data: this.file,
        source: 'wizard',
      });
      uppy.setFileState(this.#id, { tus: { uploadUrl: url } });
      const result = await uppy.upload();
      if (this.#closed) return false;
      if (result?.failed?.length) {
        const failed = result.failed[0];
        throw failedReason(
          failed?.response as { status: number; body?: { xhr?: XMLHttpRequest } },
          failed?.error,
        );
      }
      this.#set({ phase: 'sent', sent: this.file.size, speed: 0 });
      return true;
    } catch (error) {
      this.#set({ phase: 'failed', error, speed: 0 });
      return false;
    }
  }

  #progress(sent: number): void {
    const now = performance.now();
    this.#marks = [...this.#marks.filter((mark) => now - mark.at < 5_000), { at: now, sent }];
    const first = this.#marks[0]!;
    const seconds = (now - first.at) / 1000;
    this.#set({ sent, speed: seconds > 0.5 ? (sent - first.sent) / seconds : this.#state.speed });
  }

  pause(): void {
    if (this.#state.phase !== 'sending' || !this.#uppy) return;
    this.#uppy.pauseAll();
    this.#marks = [];
    this.#set({ phase: 'paused', speed: 0 });
  }

  resume(): void {
    if (this.#state.phase !== 'paused') return;
    this.#set({ phase: 'sending' });
    this.#uppy?.resumeAll();
  }

  /** The page is left: the upload rests where it is. */
  close(): void {
    this.#closed = true;
    this.#uppy?.pauseAll();
    this.#uppy?.destroy();
  }
}

function failedReason(
  response: { status: number; body?: { xhr?: XMLHttpRequest } } | undefined,
  fallback: unknown,
): unknown {
  const xhr = response?.body?.xhr;
  if (xhr && xhr.status >= 400) return Refusal.read(xhr.status, xhr.responseText);
  return fallback instanceof Error ? fallback : new Error(String(fallback ?? ''));
}

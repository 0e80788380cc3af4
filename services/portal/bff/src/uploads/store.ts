// What @tus/server writes to: the upload service itself. No byte of a file is kept here.
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Readable } from 'node:stream';

import { type Client, type Transport, createClient } from '@connectrpc/connect';
import {
  type Snapshot,
  SnapshotService,
  SnapshotState,
} from '@oboro/gen/oboro/upload/v1/upload_pb';
import { DataStore, Upload } from '@tus/server';

import { REFUSALS, type Refusal } from '../errors';
import type { Metrics } from '../metrics';
import type { Seal } from '../seal';
import { piecesOf } from './pieces';
import { tusError, tusRefusal } from './refusal';
import { isSnapshotName, openUpload, sealUpload, type UploadId } from './upload-id';

/** The person of the request that is being served. */
export interface Uploader {
  subject: string;
  token(): Promise<string>;
  closed: AbortSignal;
}

const CALL_MS = 60_000;
// A file of many gigabytes over a slow line; a call that stands still is ended by the idle time of its request.
const APPEND_MS = 12 * 3600_000;

const invalid = (message: string, ja: string): Refusal => ({
  ...REFUSALS.notFound,
  status: 400,
  reason: 'INVALID_ARGUMENT',
  message,
  ja,
});

export class SnapshotStore extends DataStore {
  readonly #client: Client<typeof SnapshotService>;
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(
    transport: Transport,
    readonly uploader: AsyncLocalStorage<Uploader>,
    readonly seal: Seal,
    readonly metrics: Metrics,
  ) {
    super();
    this.extensions = ['creation'];
    this.#client = createClient(SnapshotService, transport);
  }

  /** The address of a new upload, from what the browser says of it. */
  nameOf(metadata: Record<string, string | null> | undefined, length: number): string {
    const snapshot = metadata?.['snapshot'];
    if (!isSnapshotName(snapshot) || !Number.isSafeInteger(length)) {
      throw tusRefusal(
        invalid(
          'Upload-Metadata must have `snapshot`, the name of an open snapshot, and Upload-Length must be given.',
          'アップロード先の時点（snapshot）とファイルの長さを指定してください。',
        ),
      );
    }
    return sealUpload(this.seal, { snapshot, length, subject: this.#me().subject });
  }

  keyOf(id: string): string {
    return openUpload(this.seal, id)?.snapshot ?? id;
  }

  /** Resolves when no byte of this snapshot is on its way. */
  async settled(snapshot: string): Promise<void> {
    await this.#running.get(snapshot);
  }

  override async create(upload: Upload): Promise<Upload> {
    const { snapshot } = this.#open(upload.id);
    const { state } = await this.#get(snapshot);
    if (state !== SnapshotState.OPEN) {
      throw tusRefusal({
        ...REFUSALS.notFound,
        status: 410,
        reason: 'SNAPSHOT_NOT_OPEN',
        message: 'The snapshot takes no more bytes. Open a new one.',
        ja: 'この時点にはもう送信できません。新しい時点を作成してください。',
      });
    }
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const { snapshot, length } = this.#open(id);
    const { committedBytes } = await this.#get(snapshot);
    return new Upload({ id, size: length, offset: Number(committedBytes) });
  }

  override write(stream: Readable, id: string, offset: number): Promise<number> {
    const { snapshot } = this.#open(id);
    const writing = this.#append(stream, snapshot, offset);
    const settled = writing.catch(() => {});
    this.#running.set(snapshot, settled);
    void settled.then(() => {
      if (this.#running.get(snapshot) === settled) this.#running.delete(snapshot);
    });
    return writing;
  }

  async #append(stream: Readable, name: string, offset: number): Promise<number> {
    const { closed } = this.#me();
    const { metrics } = this;
    let cut: unknown;
    async function* messages() {
      let first = true;
      for await (const piece of piecesOf(stream, offset, (error) => (cut = error))) {
        yield first ? { name, ...piece } : piece;
        first = false;
        metrics.uploadedBytes.inc(piece.data.length);
      }
      // A stream without a message would be refused; an empty piece says who writes and where.
      if (first) yield { name, offset: BigInt(offset), data: new Uint8Array(0), crc32c: 0 };
    }
    metrics.uploads.inc();
    try {
      const headers = await this.#headers();
      const answer = await this.#client.appendSnapshot(messages(), {
        headers,
        timeoutMs: APPEND_MS,
        signal: closed,
      });
      if (cut) throw cut;
      return Number(answer.committedBytes);
    } catch (error) {
      if (cut) throw cut;
      throw tusError(error);
    } finally {
      metrics.uploads.dec();
    }
  }

  async #get(name: string): Promise<Snapshot> {
    try {
      const headers = await this.#headers();
      const { snapshot } = await this.#client.getSnapshot(
        { name },
        { headers, timeoutMs: CALL_MS, signal: this.#me().closed },
      );
      if (!snapshot) throw new Error('an answer without a snapshot');
      return snapshot;
    } catch (error) {
      throw tusError(error);
    }
  }

  async #headers(): Promise<Headers> {
    return new Headers({ authorization: `Bearer ${await this.#me().token()}` });
  }

  #me(): Uploader {
    const me = this.uploader.getStore();
    if (!me) throw new Error('no request is being served');
    return me;
  }

  // Another person's address is nobody's.
  #open(id: string): UploadId {
    const upload = openUpload(this.seal, id);
    if (!upload || upload.subject !== this.#me().subject) throw tusRefusal(REFUSALS.notFound);
    return upload;
  }
}

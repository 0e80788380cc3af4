// An upload's address tells, sealed, which snapshot it is, how long the file is and whose upload: nothing about an upload
// is kept here, so the address outlives the process. What is committed, the upload service knows.
import type { Seal } from '../seal';

export interface UploadId {
  /** tenants/{tenant}/datasets/{dataset}/snapshots/{snapshot} */
  snapshot: string;
  /** Bytes of the file. */
  length: number;
  subject: string;
}

const SNAPSHOT = /^tenants\/[\w-]{1,64}\/datasets\/[\w-]{1,64}\/snapshots\/[\w-]{1,64}$/;

export const isSnapshotName = (name: unknown): name is string =>
  typeof name === 'string' && SNAPSHOT.test(name);

export const sealUpload = (seal: Seal, { snapshot, length, subject }: UploadId): string =>
  seal.seal(JSON.stringify([snapshot, length, subject]));

export function openUpload(seal: Seal, id: string): UploadId | undefined {
  const text = seal.open(id);
  if (text === undefined) return undefined;
  const [snapshot, length, subject] = JSON.parse(text) as [string, number, string];
  return { snapshot, length, subject };
}

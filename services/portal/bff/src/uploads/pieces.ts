// Cuts a stream of bytes into pieces of one size, each with its checksum, ready for AppendSnapshot.
import { crc32c } from './crc32c';

export interface Piece {
  offset: bigint;
  data: Uint8Array<ArrayBuffer>;
  crc32c: number;
}

/** Far below the service's limit of 1 MiB: few are alive at a time, and memory stays flat. */
export const PIECE_BYTES = 256 * 1024;

/**
 * A source that breaks off ends the pieces as one that ends well: what came is passed on, and the service keeps it. The
 * caller learns of it by `onCut`.
 */
export async function* piecesOf(
  source: AsyncIterable<Uint8Array>,
  offset: number,
  onCut: (error: unknown) => void,
): AsyncGenerator<Piece> {
  let at = offset;
  let buffer = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  const piece = (data: Uint8Array<ArrayBuffer>): Piece => {
    const made = { offset: BigInt(at), data, crc32c: crc32c(data) };
    at += data.length;
    return made;
  };
  // Not `for await`: it destroys the source when the reader stops, and with it the reader's own reason.
  const chunks = source[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await chunks.next();
    } catch (error) {
      onCut(error);
      break;
    }
    if (next.done) break;
    let chunk = next.value;
    while (chunk.length > 0) {
      const taken = Math.min(chunk.length, PIECE_BYTES - filled);
      buffer.set(chunk.subarray(0, taken), filled);
      filled += taken;
      chunk = chunk.subarray(taken);
      if (filled === PIECE_BYTES) {
        const full = buffer;
        // A buffer of its own each: the one before may still wait in the connection.
        buffer = new Uint8Array(PIECE_BYTES);
        filled = 0;
        yield piece(full);
      }
    }
  }
  if (filled > 0) yield piece(buffer.subarray(0, filled));
}

// fflate for write-excel-file, without workers: it makes them from blobs, which the CSP does not allow. vite.config.ts puts this in
// fflate's place for that package alone.
import { type AsyncZippable, type FlateCallback, type Zippable, zipSync } from 'fflate';

export { strToU8, Zip, ZipDeflate, zipSync } from 'fflate';
export { ZipDeflate as AsyncZipDeflate } from 'fflate';

export function zip(data: AsyncZippable, done: FlateCallback): void {
  done(null, zipSync(data as Zippable));
}

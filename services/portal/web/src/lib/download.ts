/** Hands a file to the person. Names keep Japanese letters; what file systems forbid becomes an underline. */
export function download(data: BlobPart | BlobPart[], name: string, type: string): void {
  const blob = new Blob(Array.isArray(data) ? data : [data], { type });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = safeFileName(name);
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export const safeFileName = (name: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  name.replace(/[\u0000-\u001f<>:"/\\|?*]/g, '_').slice(0, 200);

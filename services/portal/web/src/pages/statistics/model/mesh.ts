// 地域メッシュ (JIS X 0410): the rectangle that a code names. Latitudes and longitudes in degrees, JGD.
// Third mesh (8 digits, about 1 km): primary 40' x 1 degree, secondary eighths, third tenths; half mesh (9, 500 m) and quarter mesh (10,
// 250 m) halve it, digits 1 south-west, 2 south-east, 3 north-west, 4 north-east.

export interface Rectangle {
  south: number;
  west: number;
  north: number;
  east: number;
}

/** Undefined when `code` is no mesh code of 8, 9 or 10 digits. */
export function meshRectangle(code: string): Rectangle | undefined {
  if (!/^\d{4}[0-7]{2}\d{2}[1-4]{0,2}$/.test(code)) return undefined;
  const digit = (i: number) => Number(code[i]);
  let south = Number(code.slice(0, 2)) / 1.5 + digit(4) / 12 + digit(6) / 120;
  let west = Number(code.slice(2, 4)) + 100 + digit(5) / 8 + digit(7) / 80;
  let height = 1 / 120;
  let width = 1 / 80;
  for (const quarter of code.slice(8)) {
    height /= 2;
    width /= 2;
    const q = Number(quarter) - 1;
    if (q >= 2) south += height;
    if (q % 2 === 1) west += width;
  }
  return { south, west, north: south + height, east: west + width };
}

/** Whether every label that is not a margin or a group is a mesh code. */
export function areMeshCodes(labels: readonly string[]): boolean {
  return labels.length > 0 && labels.every((label) => meshRectangle(label) !== undefined);
}

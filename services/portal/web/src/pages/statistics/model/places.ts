// Places on the map: meshes from their codes, points and boundaries from a file that the municipality has.
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { meshRectangle } from './mesh';
import { splitLabel, type Axis } from './table';

export type PlaceFeature = Feature<Geometry, { member: number; label: string }>;

/** A file of places: GeoJSON as read, and the property whose values are the members' codes or names. */
export interface PlaceFile {
  name: string;
  property: string;
  collection: FeatureCollection;
}

/** The rectangles of those of the members that are meshes. */
export function meshFeatures(axis: Axis, members: readonly number[]): PlaceFeature[] {
  const features: PlaceFeature[] = [];
  members.forEach((member) => {
    const label = axis.members[member]!;
    const box = meshRectangle(splitLabel(label).code);
    if (!box) return;
    const ring = [
      [box.west, box.south],
      [box.east, box.south],
      [box.east, box.north],
      [box.west, box.north],
      [box.west, box.south],
    ];
    features.push({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [ring] },
      properties: { member, label },
    });
  });
  return features;
}

/** Which property of the file names most members, by code or by name. Undefined when none names any. */
export function bestProperty(
  axis: Axis,
  members: readonly number[],
  collection: FeatureCollection,
): string | undefined {
  const known = new Set(
    members.flatMap((member) => {
      const label = axis.members[member]!;
      return [label, splitLabel(label).code, splitLabel(label).name];
    }),
  );
  const hits = new Map<string, number>();
  for (const feature of collection.features) {
    for (const [key, value] of Object.entries(feature.properties ?? {})) {
      if (known.has(String(value))) hits.set(key, (hits.get(key) ?? 0) + 1);
    }
  }
  return [...hits].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The file's features that name one of the members. A name that two members share names neither: it could be either. */
export function fileFeatures(
  axis: Axis,
  members: readonly number[],
  file: PlaceFile,
): PlaceFeature[] {
  const byText = new Map<string, number>();
  const ambiguous = new Set<string>();
  members.forEach((member) => {
    const label = axis.members[member]!;
    for (const text of new Set([label, splitLabel(label).code, splitLabel(label).name])) {
      if (byText.has(text)) ambiguous.add(text);
      byText.set(text, member);
    }
  });
  return file.collection.features.flatMap((feature) => {
    const text = String(feature.properties?.[file.property] ?? '');
    const member = ambiguous.has(text) ? undefined : byText.get(text);
    if (member === undefined || !feature.geometry) return [];
    return [
      {
        type: 'Feature',
        geometry: feature.geometry,
        properties: { member, label: axis.members[member]! },
      } as PlaceFeature,
    ];
  });
}

export class PlaceFileError extends Error {
  constructor(readonly reason: 'not-json' | 'not-geojson' | 'no-coordinates' | 'too-large') {
    super(reason);
  }
}

const MAX_BYTES = 20 * 1024 * 1024;

/** A GeoJSON FeatureCollection, or a CSV whose header has latitude and longitude. */
export function readPlaceFile(name: string, text: string): FeatureCollection {
  if (text.length > MAX_BYTES) throw new PlaceFileError('too-large');
  if (/\.csv$/i.test(name)) return readPointCsv(text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PlaceFileError('not-json');
  }
  const collection = json as Partial<FeatureCollection>;
  if (collection.type !== 'FeatureCollection' || !Array.isArray(collection.features))
    throw new PlaceFileError('not-geojson');
  return collection as FeatureCollection;
}

const LATITUDE = /^(lat|latitude|緯度|rep_lat)$/i;
const LONGITUDE = /^(lng|lon|longitude|経度|rep_lon)$/i;

function readPointCsv(text: string): FeatureCollection {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const cells = (line: string) =>
    (line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? []).map((cell) =>
      cell.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"'),
    );
  const header = cells(lines[0] ?? '');
  const lat = header.findIndex((column) => LATITUDE.test(column));
  const lon = header.findIndex((column) => LONGITUDE.test(column));
  if (lat < 0 || lon < 0) throw new PlaceFileError('no-coordinates');
  const features = lines.slice(1).flatMap((line): Feature[] => {
    const row = cells(line);
    const point = [Number(row[lon]), Number(row[lat])];
    if (row[lon] === '' || !point.every(Number.isFinite)) return [];
    const properties = Object.fromEntries(
      header.map((column, i) => [column, row[i] ?? '']).filter(([column]) => column !== ''),
    );
    return [{ type: 'Feature', geometry: { type: 'Point', coordinates: point }, properties }];
  });
  return { type: 'FeatureCollection', features };
}

/** [west, south, east, north] of everything in `features`. */
export function boundsOf(
  features: readonly Feature[],
): [number, number, number, number] | undefined {
  let box: [number, number, number, number] | undefined;
  const visit = (coordinates: unknown): void => {
    if (!Array.isArray(coordinates)) return;
    if (typeof coordinates[0] === 'number') {
      const [x, y] = coordinates as [number, number];
      box = box
        ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]
        : [x, y, x, y];
      return;
    }
    coordinates.forEach(visit);
  };
  for (const { geometry } of features) {
    if (geometry && 'coordinates' in geometry) visit(geometry.coordinates);
  }
  return box;
}

// The map as SVG, drawn from the same features: for a document, sharp at any size. Positions are plate carrée at the
// middle latitude, which over one municipality differs from a proper projection by less than a line's width.
import type { Position } from 'geojson';
import { CLASS_COLOURS, SUPPRESSED_COLOUR } from './classes';
import { boundsOf, type PlaceFeature } from './places';

export interface MapPicture {
  features: PlaceFeature[];
  /** Class of each feature; undefined when suppressed or missing. */
  classes: (number | undefined)[];
  title: string;
  legend: { label: string; colour: string }[];
  /** Lines of provenance below the picture. */
  notes: string[];
}

const WIDTH = 960;
const HEIGHT = 720;
const TOP = 48;

const escape = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

export function mapSvg(picture: MapPicture): string {
  const box = boundsOf(picture.features) ?? [0, 0, 1, 1];
  const stretch = Math.cos((((box[1] + box[3]) / 2) * Math.PI) / 180);
  const scale =
    Math.min(
      WIDTH / Math.max(1e-9, (box[2] - box[0]) * stretch),
      HEIGHT / Math.max(1e-9, box[3] - box[1]),
    ) * 0.96;
  const project = ([x, y]: Position) =>
    `${(WIDTH / 2 + (x! - (box[0] + box[2]) / 2) * stretch * scale).toFixed(1)},${(TOP + HEIGHT / 2 - (y! - (box[1] + box[3]) / 2) * scale).toFixed(1)}`;
  // What is shown lies on top of what is suppressed.
  const shapes = picture.features
    .map((feature, i) => ({ feature, at: picture.classes[i] }))
    .toSorted((a, b) => (a.at ?? -1) - (b.at ?? -1))
    .map(({ feature, at }) => shape(feature, at, project));
  const foot = TOP + HEIGHT + 24;
  const legend = picture.legend.map(
    ({ label, colour }, i) =>
      `<rect x="${16 + i * 150}" y="${foot}" width="18" height="18" fill="${colour}" stroke="#333"/>` +
      `<text x="${40 + i * 150}" y="${foot + 14}" font-size="14">${escape(label)}</text>`,
  );
  const notes = picture.notes.map(
    (note, i) => `<text x="16" y="${foot + 48 + i * 20}" font-size="13">${escape(note)}</text>`,
  );
  const height = foot + 64 + picture.notes.length * 20;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="'Noto Sans JP',sans-serif">`,
    `<title>${escape(picture.title)}</title><desc>${escape(picture.notes.join(' '))}</desc>`,
    `<rect width="100%" height="100%" fill="#fff"/><text x="16" y="30" font-size="20">${escape(picture.title)}</text>`,
    ...shapes,
    ...legend,
    ...notes,
    '</svg>',
  ].join('\n');
}

function shape(
  feature: PlaceFeature,
  at: number | undefined,
  project: (p: Position) => string,
): string {
  const fill = at === undefined ? SUPPRESSED_COLOUR : CLASS_COLOURS[at]!;
  const title = `<title>${escape(feature.properties.label)}</title>`;
  const path = (rings: Position[][]) =>
    rings.map((ring) => `M${ring.map(project).join('L')}Z`).join('');
  const { geometry } = feature;
  if (geometry.type === 'Point') {
    const [x, y] = project(geometry.coordinates).split(',');
    return `<circle cx="${x}" cy="${y}" r="${at === undefined ? 4 : 6}" fill="${fill}" stroke="#333">${title}</circle>`;
  }
  if (geometry.type === 'Polygon')
    return `<path d="${path(geometry.coordinates)}" fill="${fill}" stroke="#555" stroke-width="0.5">${title}</path>`;
  if (geometry.type === 'MultiPolygon') {
    return `<path d="${geometry.coordinates.map(path).join('')}" fill="${fill}" stroke="#555" stroke-width="0.5">${title}</path>`;
  }
  return '';
}

import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTenant } from '../../app/session';
import { useLanguage, useText } from '../../i18n';
import { statistics } from '../../i18n/statistics';
import { columnTitle } from '../../lib/columns';
import { formatNumber } from '../../lib/format';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/ErrorNotice';
import { Loading } from '../../ui/Loading';
import { Select } from '../../ui/Select';
import { CLASS_COLOURS, classOf, quantileBreaks, SUPPRESSED_COLOUR } from './model/classes';
import type { Layout } from './model/layout';
import { mapSvg } from './model/map_svg';
import {
  bestProperty,
  fileFeatures,
  meshFeatures,
  type PlaceFeature,
  type PlaceFile,
  PlaceFileError,
  readPlaceFile,
} from './model/places';
import { cellIndex, membersOfLevel, shownAt, splitLabel, type StatTable } from './model/table';
import { FigureTable } from './FigureTable';
import { type Painter, svgToPng } from './painter';
import { forgetPlaces, loadPlaces, savePlaces } from './place-store';
import type { Subject } from './subject';

const Drawing = lazy(() => import('./MapDrawing'));

interface MapViewProps {
  subject: Subject;
  table: StatTable;
  layout: Layout;
  onLayout: (layout: Layout) => void;
  onPainter: (painter: Painter | null) => void;
}

export interface MapFigure {
  feature: PlaceFeature;
  value: number | null;
  /** Undefined where suppressed. */
  grade: number | undefined;
}

/** One level of one dimension on the map, the others held where the layout holds them, or at their margin. */
export function MapView({ subject, table, layout, onLayout, onPainter }: MapViewProps) {
  const t = useText(statistics);
  const tenant = useTenant();
  const { language } = useLanguage();
  const [dimension, level] = layout.map ?? [placeDimension(table, layout), 0];
  const axis = table.axes[dimension]!;
  const members = useMemo(() => membersOfLevel(axis, level), [axis, level]);
  const [file, setFile] = useState<PlaceFile>();
  const [fault, setFault] = useState<PlaceFileError['reason']>();
  const key = `${tenant.id}/${level === 0 ? axis.column : axis.within[level - 1]}`;
  useEffect(() => {
    let current = true;
    setFile(undefined);
    void loadPlaces(key).then((found) => current && setFile(found));
    return () => {
      current = false;
    };
  }, [key]);

  const meshes = useMemo(() => meshFeatures(axis, members), [axis, members]);
  const features = useMemo(
    () => (meshes.length > 0 ? meshes : file ? fileFeatures(axis, members, file) : []),
    [axis, members, file, meshes],
  );
  const { figures, breaks } = useMemo(
    () => gradeFigures(table, layout, dimension, features),
    [table, layout, dimension, features],
  );
  const legend = useMemo(() => legendOf(breaks, figures, t), [breaks, figures, t]);

  useEffect(() => {
    if (figures.length === 0) return onPainter(null);
    const svg = () =>
      mapSvg({
        features: figures.map(({ feature }) => feature),
        classes: figures.map(({ grade }) => grade),
        title: subject.title,
        legend,
        notes: [subject.source, ...(file && meshes.length === 0 ? [file.name] : [])],
      });
    onPainter({ svg, png: () => svgToPng(svg()) });
    return () => onPainter(null);
  }, [figures, legend, subject, file, meshes, onPainter]);

  const choose = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      const collection = readPlaceFile(chosen.name, await chosen.text());
      const read = {
        name: chosen.name,
        property: bestProperty(axis, members, collection) ?? '',
        collection,
      };
      setFault(undefined);
      setFile(read);
      await savePlaces(key, read);
    } catch (error) {
      if (!(error instanceof PlaceFileError)) throw error;
      setFault(error.reason);
    }
  };
  // A file may have several points of one area.
  const placed = new Set(features.map(({ properties }) => properties.member)).size;
  return (
    <div className="o-figure">
      <div className="o-figure__controls">
        <Select
          label={t.map.dimension}
          value={String(dimension)}
          onChange={(value) => onLayout({ ...layout, map: [Number(value), 0] })}
          options={table.axes.map(({ column }, d) => ({
            value: String(d),
            label: columnTitle(column, language),
          }))}
        />
        {axis.within.length > 0 && (
          <Select
            label={t.map.level}
            value={String(level)}
            onChange={(value) => onLayout({ ...layout, map: [dimension, Number(value)] })}
            options={[axis.column, ...axis.within].map((column, at) => ({
              value: String(at),
              label: columnTitle(column, language),
            }))}
          />
        )}
        {meshes.length === 0 && file && (
          <PropertySelect
            file={file}
            onChange={(property) => {
              const changed = { ...file, property };
              setFile(changed);
              void savePlaces(key, changed);
            }}
          />
        )}
      </div>
      {meshes.length === 0 && (
        <PlaceChooser
          name={file?.name}
          fault={fault}
          onChoose={(chosen) => void choose(chosen)}
          onForget={() => {
            setFile(undefined);
            void forgetPlaces(key);
          }}
        />
      )}
      {features.length > 0 && (
        <>
          <p role="status">{t.map.matched(formatNumber(placed), formatNumber(members.length))}</p>
          <Suspense fallback={<Loading />}>
            <Drawing figures={figures} label={t.map.label(subject.title)} />
          </Suspense>
          <ul className="o-legend" aria-label={t.map.legend}>
            {legend.map((entry) => (
              <li key={entry.label}>
                <svg width="20" height="20" aria-hidden="true">
                  <rect width="20" height="20" fill={entry.colour} stroke="#333" />
                </svg>
                {entry.label}
              </li>
            ))}
          </ul>
        </>
      )}
      <FigureTable
        caption={t.map.dataTable}
        first={t.map.area}
        data={{
          categories: members.map((member) => axis.members[member]!),
          series: [
            {
              name: t.map.value,
              values: members.map((member) => valueAt(table, layout, dimension, member)),
            },
          ],
          suppressed: 0,
        }}
      />
    </div>
  );
}

function PropertySelect({
  file,
  onChange,
}: {
  file: PlaceFile;
  onChange: (property: string) => void;
}) {
  const t = useText(statistics);
  const keys = [
    ...new Set(
      file.collection.features
        .slice(0, 200)
        .flatMap((feature) => Object.keys(feature.properties ?? {})),
    ),
  ];
  return (
    <Select
      label={t.map.property}
      value={file.property}
      onChange={onChange}
      options={keys.map((key) => ({ value: key, label: key }))}
      {...(file.property ? {} : { placeholder: '-' })}
    />
  );
}

interface ChooserProps {
  /** Of the file that is in use. */
  name: string | undefined;
  fault: PlaceFileError['reason'] | undefined;
  onChoose: (file: File | undefined) => void;
  onForget: () => void;
}

function PlaceChooser({ name, fault, onChoose, onForget }: ChooserProps) {
  const t = useText(statistics);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="o-places">
      {name === undefined && <Notice>{t.map.needPlaces}</Notice>}
      <input
        ref={input}
        type="file"
        className="o-visually-hidden"
        accept=".geojson,.json,.csv,application/geo+json"
        aria-label={t.map.choose}
        tabIndex={-1}
        onChange={(event) => {
          onChoose(event.target.files?.[0]);
          // The same file, mended, can be chosen again.
          event.target.value = '';
        }}
      />
      <div className="o-actions">
        <Button icon="file" onClick={() => input.current?.click()}>
          {t.map.choose}
        </Button>
        {name !== undefined && (
          <>
            <span>{t.map.inUse(name)}</span>
            <Button size="small" icon="trash" onClick={onForget}>
              {t.map.forget}
            </Button>
          </>
        )}
      </div>
      <p className="o-small">{t.map.local}</p>
      {fault && (
        <Notice tone="error" live>
          {t.map.errors[fault]}
        </Notice>
      )}
    </div>
  );
}

/** The first dimension that holds meshes or codes of places, else the first of the rows. */
function placeDimension(table: StatTable, layout: Layout): number {
  const coded = table.axes.findIndex(
    (axis) => meshFeatures(axis, membersOfLevel(axis, 0)).length > 0,
  );
  if (coded >= 0) return coded;
  const named = table.axes.findIndex((axis) =>
    axis.members.some((label) => splitLabel(label).code !== label),
  );
  return named >= 0 ? named : (layout.rows[0] ?? 0);
}

function valueAt(
  table: StatTable,
  layout: Layout,
  dimension: number,
  member: number,
): number | null {
  const place = table.axes.map((axis) => axis.root);
  for (const [d, held] of layout.slices) place[d] = held;
  place[dimension] = member;
  const shown = shownAt(table, cellIndex(table, place));
  return shown.kind === 'value' ? shown.value : null;
}

function gradeFigures(
  table: StatTable,
  layout: Layout,
  dimension: number,
  features: PlaceFeature[],
) {
  const values = features.map(({ properties }) =>
    valueAt(table, layout, dimension, properties.member),
  );
  const breaks = quantileBreaks(
    values.filter((value) => value !== null),
    CLASS_COLOURS.length,
  );
  const figures = features.map((feature, i): MapFigure => {
    const value = values[i]!;
    return { feature, value, grade: value === null ? undefined : classOf(breaks, value) };
  });
  return { figures, breaks };
}

function legendOf(breaks: number[], figures: MapFigure[], t: (typeof statistics)['ja']) {
  const least = Math.min(...figures.flatMap(({ value }) => (value === null ? [] : [value])));
  const entries = breaks.map((bound, i) => ({
    label: t.map.upTo(formatNumber(i === 0 ? least : breaks[i - 1]! + 1), formatNumber(bound)),
    colour: CLASS_COLOURS[i] as string,
  }));
  return [...entries, { label: t.explore.suppressed, colour: SUPPRESSED_COLOUR }];
}
